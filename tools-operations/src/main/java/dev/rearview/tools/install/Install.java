package dev.rearview.tools.install;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// `rearview install`: jar, launchers, start-up cache, man pages, completion and documents.
public final class Install implements Tool {
    private static final int MAX_NAMED = 3;

    private final Env env;
    private final Place place;

    public Install(Env env) {
        this.env = env;
        this.place = new Place(env);
    }

    @Override
    public String name() {
        return "install";
    }

    @Override
    public String summary() {
        return "Install what ./rearview build has built, for all users";
    }

    @Override
    public String usage() {
        return "[--prefix=DIR] [--destdir=DIR]";
    }

    @Override
    public String description() {
        return """
        Commands go to bin, the jar and the cache that commands start from to lib/rearview, man\
         pages, completion for bash, zsh and fish and documents to share. An earlier installation\
         at the same place is replaced; a file that is not part of one is not. Nothing is written\
         there afterwards, and the sources are not needed any more.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("For all users", "sudo ./rearview install --prefix=/usr/local"),
                new Example("For oneself", "./rearview install --prefix=$HOME/.local"));
    }

    @Override
    public void declare(Options options) {
        place.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        Path home = Path.of(System.getProperty("rearview.home", ".")).toRealPath();
        if (!Files.exists(home.resolve("dist/target/rearview.jar"))) {
            throw new ToolException("this needs the sources: run ./rearview install there");
        }
        Path prefix = place.directory();
        Map<String, Layout.Piece> pieces = new Layout(home).pieces();
        Manifest before = Manifest.read(prefix);
        check(prefix, pieces, before);
        Set<String> made = new LinkedHashSet<>(before.directories());
        Set<String> files = new LinkedHashSet<>(pieces.keySet());
        files.add(Manifest.PATH);
        for (String file : files) {
            makeDirectories(prefix, Path.of(file), made);
        }
        // First of all, so that whatever ends this can be taken away.
        Set<String> all = new LinkedHashSet<>(before.files());
        all.addAll(files);
        new Manifest(all, made).write(prefix);
        for (Map.Entry<String, Layout.Piece> e : pieces.entrySet()) {
            put(e.getValue(), prefix.resolve(e.getKey()));
        }
        before.removeFiles(prefix, files);
        new Manifest(files, made).write(prefix);
        permit(prefix.resolve(Manifest.PATH), false);
        checkCache(prefix);
        report(prefix, files);
        return 0;
    }

    /// Refuses to replace what is not Rearview's, such as SiLK's commands.
    private static void check(Path prefix, Map<String, Layout.Piece> pieces, Manifest before) {
        for (Map.Entry<String, Layout.Piece> e : pieces.entrySet()) {
            if (!e.getValue().isLink() && !Files.isReadable(e.getValue().from())) {
                throw ToolException.failure(
                        e.getValue().from() + " is missing: run ./rearview build first");
            }
        }
        List<String> strangers =
                pieces.keySet().stream()
                        .filter(f -> !before.files().contains(f))
                        .filter(f -> Files.exists(prefix.resolve(f), LinkOption.NOFOLLOW_LINKS))
                        .toList();
        if (!strangers.isEmpty()) {
            int named = Math.min(MAX_NAMED, strangers.size());
            throw ToolException.failure(
                    prefix
                            + " has "
                            + String.join(", ", strangers.subList(0, named))
                            + (named < strangers.size()
                                    ? " and " + (strangers.size() - named) + " more"
                                    : "")
                            + " that Rearview did not install: choose another --prefix");
        }
    }

    /// Makes the directories that a file is in, up to the prefix, and remembers which were not
    /// there.
    private static void makeDirectories(Path prefix, Path file, Set<String> made)
            throws IOException {
        List<Path> wanted = new ArrayList<>(List.of(Path.of("")));
        for (int i = 1; i < file.getNameCount(); i++) {
            wanted.add(file.subpath(0, i));
        }
        for (Path relative : wanted) {
            Path path = prefix.resolve(relative);
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
                permit(path, true);
                made.add(relative.toString().isEmpty() ? "." : relative.toString());
            }
        }
    }

    /// Puts a file or link in place at once, so that a process that runs from what was there before
    /// keeps that.
    private static void put(Layout.Piece piece, Path to) throws IOException {
        Path fresh = to.resolveSibling("." + to.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        if (piece.isLink()) {
            Files.createSymbolicLink(fresh, piece.from());
        } else {
            // The cache knows the jar by its time.
            Files.copy(piece.from(), fresh, StandardCopyOption.COPY_ATTRIBUTES);
            permit(fresh, Files.isExecutable(piece.from()));
        }
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void permit(Path path, boolean mayExecute) throws IOException {
        Files.setPosixFilePermissions(
                path, PosixFilePermissions.fromString(mayExecute ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /// Whether the JDK takes the cache where it is now.
    private void checkCache(Path prefix) throws IOException {
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:AOTCache=" + prefix.resolve(Layout.CACHE),
                                "-XX:AOTMode=on",
                                "-XX:+UseSerialGC",
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                prefix.resolve(Layout.JAR).toString(),
                                "dev.rearview.tools.Main",
                                "--version")
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectErrorStream(true)
                        .start();
        try {
            if (java.waitFor() != 0) {
                env.tell(
                        "the JDK does not take "
                                + prefix.resolve(Layout.CACHE)
                                + ", so commands start slowly: run ./rearview build and install again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(Path prefix, Set<String> files) throws IOException {
        long octets = 0;
        for (String file : files) {
            Path path = prefix.resolve(file);
            octets += Files.isSymbolicLink(path) ? 0 : Files.size(path);
        }
        PrintStream out = new PrintStream(env.out(), true, StandardCharsets.UTF_8);
        out.println(
                String.format(
                        Locale.ROOT,
                        "Installed in %s: %d files, %.0f MB.",
                        prefix,
                        files.size(),
                        octets / 1e6));
        Path bin = prefix.resolve("bin");
        String path = env.variables().getOrDefault("PATH", "");
        if (!List.of(path.split(":", -1)).contains(bin.toString())) {
            out.println("For your shell: export PATH=" + bin + ":$PATH");
        }
        out.println("To remove it:   rearview uninstall --prefix=" + prefix);
    }
}
