package dev.rearview.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A resident engine of the benchmark's own, in a runtime directory of its own.
final class OwnEngine implements AutoCloseable {
    private static final Pattern FUSED = Pattern.compile("(?m)^pipes +(\\d+) fused");

    private final Path directory;
    private final Map<String, String> variables;

    private OwnEngine(Path directory, Map<String, String> variables) {
        this.directory = directory;
        this.variables = variables;
    }

    /// Starts it; empty where no compiler has built the client that hands commands over.
    ///
    /// @param home of the product
    /// @param environment of its commands
    static Optional<OwnEngine> start(Path home, Map<String, String> environment)
            throws IOException {
        if (!Files.isExecutable(home.resolve("dist/target/rearview.client"))) {
            return Optional.empty();
        }
        Path directory = Files.createTempDirectory("rearview-bench-");
        Map<String, String> variables = new TreeMap<>(environment);
        variables.put("XDG_RUNTIME_DIR", directory.toString());
        variables.put("REARVIEW_ENGINE", "on");
        variables.put("REARVIEW_FUSE", "on");
        OwnEngine engine = new OwnEngine(directory, variables);
        // Which ends it, too, where the benchmark is broken off.
        Command.run("rearview engine start --idle=10m", variables);
        return Optional.of(engine);
    }

    /// The environment of commands that it runs.
    Map<String, String> variables() {
        return variables;
    }

    /// How many pipes have fused.
    long fused() throws IOException {
        String status = Command.run("rearview engine status", variables).out();
        Matcher m = FUSED.matcher(status);
        if (!m.find()) {
            throw new IOException("no word of pipes in the engine's status: " + status);
        }
        return Long.parseLong(m.group(1));
    }

    @Override
    public void close() throws IOException {
        Command.run("rearview engine stop", variables);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
