package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where a page is followed: a home directory, a shell whose variables and directory last from
/// block to block, and the commands that the page names. `COLLECTOR` is this machine, and the usual
/// ports are some that are free here.
final class ReadersMachine implements AutoCloseable {
    private static final List<Integer> USUAL_PORTS = List.of(2055, 4739, 6343);
    private static final long LIMIT_S = 600;

    private final Path directory;
    private final Path home;
    private final Map<Integer, Integer> ports = new HashMap<>();
    private String out = "";

    ReadersMachine(Path directory) throws IOException {
        this.directory = directory;
        this.home = Files.createDirectories(directory.resolve("home"));
        for (int port : USUAL_PORTS) {
            ports.put(port, Ports.free());
        }
        duckdb(Files.createDirectories(directory.resolve("bin")));
        Files.writeString(directory.resolve("environment"), "cd '" + home + "'\n");
    }

    /// A command that does of DuckDB's what the pages need.
    private static void duckdb(Path bin) throws IOException {
        Path command = bin.resolve("duckdb");
        Files.writeString(
                command,
                "#!/bin/sh\nexec '%s/bin/java' --enable-native-access=ALL-UNNAMED -cp '%s' %s \"$@\"\n"
                        .formatted(
                                System.getProperty("java.home"),
                                DuckDbCommand.classPath(),
                                DuckDbCommand.class.getName()));
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path home() {
        return home;
    }

    /// Gives the reader what an earlier page has made: `~/flows`.
    void copy(Path flows) throws IOException {
        copy(flows, home.resolve("flows"));
        usualPorts();
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /// Where a usual port's traffic goes here.
    int port(int usual) {
        Integer own = ports.get(usual);
        if (own == null) {
            throw new AssertionError("a port that the test does not know: " + usual);
        }
        return own;
    }

    /// What the last block printed.
    String printed() {
        return out;
    }

    /// Writes a file of the reader's.
    void write(Page.Block block) throws IOException {
        Path file = home.resolve(block.info().replaceFirst("^~/", ""));
        Files.createDirectories(file.getParent());
        Files.writeString(file, ours(block.text()));
    }

    /// Text of a page with the names of this machine.
    String ours(String text) {
        String changed = text.replace("COLLECTOR", "127.0.0.1");
        Matcher port = Pattern.compile("(?<![\\w.])(2055|4739|6343)(?![\\w.])").matcher(changed);
        return port.replaceAll(m -> Integer.toString(port(Integer.parseInt(m.group()))))
                .replaceAll("(?<![\\w~./])/data\\b", home + "/flows/data");
    }

    /// Runs a block as if it had been typed.
    void run(String page, Page.Block block) throws Exception {
        String where = page + ":" + block.line();
        Shell.Result r = shell(ours(block.text()));
        out = r.out();
        assertThat(r.exit()).as(where + "\n" + r.err() + r.out()).isEqualTo(block.exit());
        assertThat(r.err()).as(where + ", standard error").isEmpty();
        if (block.printsRows()) {
            assertThat(r.out().lines().count()).as(where + "\n" + r.out()).isGreaterThan(1);
        }
        usualPorts();
    }

    /// Runs lines of shell in the reader's session.
    Shell.Result shell(String text) throws Exception {
        Path script = directory.resolve("script");
        Files.writeString(
                script,
                """
                . "%1$s/environment"
                set -e -a
                trap 'export -p >"%1$s/environment"; echo "cd \\"$PWD\\"" >>"%1$s/environment"' EXIT
                %2$s
                """
                        .formatted(directory, text));
        Map<String, String> environment =
                Map.of(
                        "HOME",
                        home.toString(),
                        "TZ",
                        "UTC",
                        "PATH",
                        directory.resolve("bin") + ":" + System.getenv("PATH"));
        Shell own = new Shell(directory, environment);
        Process process = own.start("sh", script.toString());
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("does not end: " + text);
        }
        return new Shell.Result(
                process.exitValue(),
                Files.readString(directory.resolve("stdout"), StandardCharsets.UTF_8),
                Files.readString(directory.resolve("stderr"), StandardCharsets.UTF_8));
    }

    /// Puts ports that are free into configurations that commands wrote.
    private void usualPorts() throws IOException {
        try (Stream<Path> files = Files.walk(home, 3)) {
            for (Path file : files.filter(f -> f.endsWith("sensor.conf")).toList()) {
                String text = Files.readString(file);
                String changed = ours(text);
                if (!changed.equals(text)) {
                    Files.writeString(file, changed);
                }
            }
        }
    }

    /// Checks what a page says that the last block prints.
    void expect(String page, Page.Block block) {
        List<String> printed = out.lines().map(ReadersMachine::words).toList();
        int at = 0;
        for (String line : block.text().lines().map(ReadersMachine::words).toList()) {
            if (line.equals("...")) {
                continue;
            }
            Pattern pattern =
                    Pattern.compile(
                            Stream.of(line.split("\\.\\.\\.", -1))
                                    .map(Pattern::quote)
                                    .reduce((a, b) -> a + ".*" + b)
                                    .orElse(""));
            while (at < printed.size() && !pattern.matcher(printed.get(at)).matches()) {
                at++;
            }
            assertThat(at)
                    .as(page + ":" + block.line() + ": '" + line + "' is not printed:\n" + out)
                    .isLessThan(printed.size());
            at++;
        }
    }

    private static String words(String line) {
        return line.strip().replaceAll(" +", " ");
    }

    /// Ends what the page has started and left running.
    @Override
    public void close() {
        ProcessHandle.allProcesses()
                .filter(p -> p.info().arguments().map(this::isOurs).orElse(false))
                .forEach(p -> {
                    p.destroy();
                    p.onExit().orTimeout(LIMIT_S, TimeUnit.SECONDS).join();
                });
    }

    private boolean isOurs(String[] arguments) {
        return Stream.of(arguments).anyMatch(a -> a.contains(home.toString()));
    }
}
