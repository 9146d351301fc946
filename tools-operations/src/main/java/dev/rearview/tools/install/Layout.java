package dev.rearview.tools.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What goes where below a prefix.
final class Layout {
    /// A file that is copied, or a link.
    ///
    /// @param from the file, or what the link points to
    /// @param isLink whether it is a link
    record Piece(Path from, boolean isLink) {}

    static final String LIBRARY = "lib/rearview/";
    static final String JAR = LIBRARY + "rearview.jar";
    static final String CACHE = LIBRARY + "rearview.aot";

    private static final String LAUNCHER = "rearview-tool";
    private static final List<String> TEXTS =
            List.of("README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "NOTICE");

    private final Path home;
    private final Map<String, Piece> pieces = new TreeMap<>();

    /// @param home directory of the sources, which have been built
    Layout(Path home) {
        this.home = home;
    }

    /// All files and links by where they go, relative to the prefix.
    Map<String, Piece> pieces() throws IOException {
        commands();
        Path built = home.resolve("dist/target");
        for (String name : List.of("rearview.jar", "rearview.aot", "rearview.java")) {
            copy(built.resolve(name), LIBRARY + name);
        }
        Path client = built.resolve("rearview.client");
        // Where it could be built.
        if (Files.exists(client)) {
            copy(client, LIBRARY + "rearview.client");
        }
        copy(home.resolve("bin/find-java"), LIBRARY + "find-java");
        tree(home.resolve("man"), "share/man/");
        String documents = "share/doc/rearview/";
        for (String name : TEXTS) {
            copy(home.resolve(name), documents + name);
        }
        tree(home.resolve("docs"), documents + "docs/");
        return pieces;
    }

    /// The launcher, a link to it for each command, and completion by each command's name, by which
    /// shells look for it.
    private void commands() throws IOException {
        copy(home.resolve("bin").resolve(LAUNCHER), "bin/" + LAUNCHER);
        String bash = "share/bash-completion/completions/";
        String fish = "share/fish/vendor_completions.d/";
        Path completion = home.resolve("completion");
        copy(completion.resolve("rearview.bash"), bash + "rearview");
        copy(completion.resolve("rearview.fish"), fish + "rearview.fish");
        copy(completion.resolve("_rearview"), "share/zsh/site-functions/_rearview");
        try (Stream<Path> files = Files.list(home.resolve("bin"))) {
            for (Path file : files.filter(Files::isSymbolicLink).toList()) {
                String name = file.getFileName().toString();
                link("bin/" + name, LAUNCHER);
                if (!name.equals("rearview")) {
                    link(bash + name, "rearview");
                    link(fish + name + ".fish", "rearview.fish");
                }
            }
        }
    }

    private void tree(Path from, String to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                copy(file, to + from.relativize(file));
            }
        }
    }

    private void copy(Path from, String to) {
        pieces.put(to, new Piece(from, false));
    }

    private void link(String at, String to) {
        pieces.put(at, new Piece(Path.of(to), true));
    }
}
