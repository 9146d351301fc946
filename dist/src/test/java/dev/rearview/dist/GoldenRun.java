package dev.rearview.dist;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs golden cases as processes, several at a time, and compares standard output and exit status.
/// Standard error is not compared.
final class GoldenRun {
    private static final long TIMEOUT_S = 180;

    /// Standard output ends when nobody can write any more, which is after a shell that has left
    /// commands in the background.
    private static final String SHELL =
            "{ bash -c \"$1\" 2>\"$2/err\"; echo $? >\"$2/exit\"; } | cat >\"$2/out\"";

    private final Path data;
    private final Path scratch;
    private final Map<String, String> engine;

    /// @param data what `$DATA` is
    /// @param scratch an existing directory, in which each case gets an empty one
    /// @param engine variables that say whether there is a resident engine, and where
    GoldenRun(Path data, Path scratch, Map<String, String> engine) throws IOException {
        this.engine = engine;
        this.data = data.toRealPath();
        this.scratch = scratch.toRealPath();
    }

    /// A case that gave something else.
    ///
    /// @param why what differs, in some lines
    record Difference(GoldenCase golden, String why) {
        @Override
        public String toString() {
            return golden.id()
                    + ": "
                    + golden.note()
                    + "\n  $ "
                    + golden.command()
                    + "\n"
                    + why.indent(2);
        }
    }

    /// Runs cases.
    ///
    /// @return what differs, in the order of the cases
    List<Difference> differences(List<GoldenCase> cases) throws Exception {
        List<Difference> out = new ArrayList<>();
        // One more than there are cores, since commands wait for files and for each other.
        int threads = Runtime.getRuntime().availableProcessors() + 1;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Optional<Difference>>> results = new ArrayList<>();
            for (GoldenCase c : cases) {
                results.add(pool.submit(() -> difference(c)));
            }
            try {
                for (Future<Optional<Difference>> r : results) {
                    r.get().ifPresent(out::add);
                }
            } catch (ExecutionException e) {
                pool.shutdownNow();
                throw e;
            }
        }
        return out;
    }

    private Optional<Difference> difference(GoldenCase c) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(scratch, "");
        Path directory = Files.createDirectory(own.resolve("tmp"));
        try {
            Process process = start(c, directory, own);
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return Optional.of(new Difference(c, "not finished after " + TIMEOUT_S + " s"));
            }
            int exit = Integer.parseInt(Files.readString(own.resolve("exit")).strip());
            String stdout = text(Files.readAllBytes(own.resolve("out")), directory);
            if (exit == c.expected().exit() && stdout.equals(c.expected().stdout())) {
                return Optional.empty();
            }
            String stderr = text(Files.readAllBytes(own.resolve("err")), directory);
            return Optional.of(new Difference(c, why(c.expected(), exit, stdout) + stderr));
        } finally {
            remove(own);
        }
    }

    private Process start(GoldenCase c, Path directory, Path own) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", SHELL, "sh", c.command(), own.toString());
        builder.directory(directory.toFile());
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true).redirectOutput(own.resolve("shell").toFile());
        Map<String, String> environment = builder.environment();
        @Nullable String javaHome = environment.get("JAVA_HOME");
        environment.clear();
        if (javaHome != null) {
            environment.put("JAVA_HOME", javaHome);
        }
        environment.put(
                "PATH", Shell.ROOT.resolve("bin").normalize() + ":/usr/local/bin:/usr/bin:/bin");
        environment.put("HOME", directory.toString());
        environment.put("TMPDIR", directory.toString());
        environment.put("TZ", "UTC");
        environment.put("LC_ALL", "C");
        environment.put("LANG", "C");
        environment.put("DATA", data.toString());
        environment.put("TMP", directory.toString());
        environment.put("SILK_CONFIG_FILE", data + "/site/silk.conf");
        environment.put("SILK_DATA_ROOTDIR", data + "/repo");
        environment.putAll(engine);
        c.environment()
                .forEach((name, value) ->
                        environment.put(
                                name,
                                value.replace("$DATA", data.toString())
                                        .replace("$TMP", directory.toString())));
        return builder.start();
    }

    private static String why(GoldenCase.Expected expected, int exit, String stdout) {
        StringBuilder out = new StringBuilder();
        if (exit != expected.exit()) {
            out.append("exit ")
                    .append(exit)
                    .append(", expected ")
                    .append(expected.exit())
                    .append('\n');
        }
        List<String> want = expected.stdout().lines().toList();
        List<String> have = stdout.lines().toList();
        for (int i = 0; i < Math.max(want.size(), have.size()); i++) {
            String a = i < want.size() ? want.get(i) : "(end)";
            String b = i < have.size() ? have.get(i) : "(end)";
            if (!a.equals(b)) {
                return out.append("line %d\n- %s\n+ %s\n".formatted(i + 1, a, b)).toString();
            }
        }
        return out.toString();
    }

    /// Octets as the corpus writes them.
    private String text(byte[] octets, Path directory) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(octets);
        CharBuffer part = CharBuffer.allocate(octets.length + 1);
        StringBuilder out = new StringBuilder();
        while (true) {
            CoderResult result = decoder.decode(in, part, true);
            out.append(part.flip());
            part.clear();
            if (!result.isError()) {
                break;
            }
            for (int i = 0; i < result.length(); i++) {
                out.append("\\x").append(HexFormat.of().toHexDigits(in.get()));
            }
            decoder.reset();
        }
        return out.toString()
                .replace(data.toString(), "$DATA")
                .replace(directory.toString(), "$TMP");
    }

    private static void remove(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> below = Files.walk(directory)) {
            all = below.toList();
        }
        for (Path p : all.reversed()) {
            Files.deleteIfExists(p);
        }
    }
}
