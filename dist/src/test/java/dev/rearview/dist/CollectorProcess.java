package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `rwflowpack` as a process, with a site and a repository of its own, and the tools that read it.
final class CollectorProcess implements AutoCloseable {
    /// Each of which writes for five seconds.
    private static final int MAX_STARTS = 12;

    private final Path directory;
    private final Path root;
    private final Shell shell;
    private final Map<String, String> environment;
    private Path log;
    private String[] before = {};
    private String[] arguments = {};
    private @Nullable Process process;

    /// @param sensors how many sensors, S0 and on, the site has
    CollectorProcess(Path directory, int sensors) throws IOException {
        this(directory, sensors, Map.of());
    }

    /// @param more environment of the process besides the site's
    CollectorProcess(Path directory, int sensors, Map<String, String> more) throws IOException {
        this.environment = Map.copyOf(more);
        this.directory = directory;
        this.root = Files.createDirectories(directory.resolve("data"));
        this.log = directory.resolve("stderr");
        StringBuilder site = new StringBuilder("version 2\n");
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < sensors; i++) {
            site.append("sensor ").append(i).append(" S").append(i).append('\n');
            members.append(" S").append(i);
        }
        site.append("class all\n    sensors").append(members).append('\n');
        site.append(
                """
                    type 0 in in
                    type 1 out out
                    type 2 inweb iw
                    type 3 outweb ow
                    type 4 innull innull
                    type 5 outnull outnull
                    type 6 int2int int2int
                    type 7 ext2ext ext2ext
                    type 8 inicmp inicmp
                    type 9 outicmp outicmp
                    type 10 other other
                    default-types in inweb
                end class
                default-class all
                packing-logic "packlogic-twoway.so"
                """);
        Files.writeString(root.resolve("silk.conf"), site);
        shell =
                new Shell(
                        directory,
                        Map.of(
                                "SILK_DATA_ROOTDIR",
                                root.toString(),
                                "SILK_CONFIG_FILE",
                                root.resolve("silk.conf").toString()));
    }

    Path root() {
        return root;
    }

    /// Runs the tools on the repository.
    Shell shell() {
        return shell;
    }

    /// Starts it by another command from now on, such as nohup.
    void startBy(String... command) {
        before = command.clone();
    }

    void configure(String sensorConf) throws IOException {
        Files.writeString(root.resolve("sensor.conf"), sensorConf);
    }

    /// Configures it to take NetFlow v5 for sensor S0, whose network is 192.0.2.0/24.
    void listenForNetFlow5(int port) throws IOException {
        configure(
                """
                probe P0 netflow-v5
                    listen-on-port %d
                    protocol udp
                    listen-as-host 127.0.0.1
                end probe
                sensor S0
                    netflow-v5-probes P0
                    internal-ipblocks 192.0.2.0/24
                    external-ipblocks remainder
                end sensor
                """
                        .formatted(port));
    }

    /// Starts it and waits until it listens. Flows may be of any age, unless a window is given.
    void start(String... more) throws Exception {
        arguments = more;
        String[] fixed = {
            Shell.ROOT.resolve("bin/rwflowpack").toString(),
            "--no-daemon",
            "--sensor-configuration=" + root.resolve("sensor.conf"),
            "--site-config-file=" + root.resolve("silk.conf"),
            "--root-directory=" + root,
            "--flush-timeout=1"
        };
        String toFile = "--log-pathname=";
        Optional<String> file = Arrays.stream(more).filter(s -> s.startsWith(toFile)).findFirst();
        Stream<String> logging =
                file.isPresent() ? Stream.empty() : Stream.of("--log-destination=stderr");
        Map<String, String> all = new HashMap<>(shell.environment());
        all.putAll(environment);
        boolean windowed = Arrays.stream(more).anyMatch(s -> s.startsWith("--time-window"));
        Shell own = new Shell(Files.createTempDirectory(directory, "log"), all);
        process =
                own.start(
                        Stream.of(
                                        Stream.of(before),
                                        Arrays.stream(fixed),
                                        logging,
                                        Stream.of("--time-window=any").filter(s -> !windowed),
                                        Arrays.stream(more))
                                .flatMap(s -> s)
                                .toArray(String[]::new));
        log =
                file.map(f -> Path.of(f.substring(toFile.length())))
                        .orElse(own.directory().resolve("stderr"));
        awaitLog("Listening");
    }

    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    void awaitLog(String text) throws Exception {
        awaitLog(text, 1);
    }

    /// Waits until the log has a text so many times.
    void awaitLog(String text, int times) throws Exception {
        for (int i = 0; i < 600; i++) {
            if (log().split(Pattern.quote(text), -1).length > times) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no '" + text + "' in " + log());
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    boolean isAlive() {
        return process().isAlive();
    }

    long pid() {
        return process().pid();
    }

    void kill() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    /// Asks it with HUP to read its configuration again.
    void hangUp() throws Exception {
        assertThat(shell.run("kill -HUP " + pid()).exit()).isZero();
    }

    /// Ends it with TERM; it must exit with 0. All that it has received can be queried then.
    void terminate() throws Exception {
        terminate(0);
        settle();
    }

    /// Starts it again until no journal is left: TERM is obeyed within five seconds, and what a
    /// busy machine has not written by then waits for the next start.
    void settle() throws Exception {
        Path first = log;
        for (int i = 0; journals() > 0; i++) {
            assertThat(i).as(log()).isLessThan(MAX_STARTS);
            start(arguments);
            for (int wait = 0; wait < 600 && journals() > 0; wait++) {
                Thread.sleep(50);
            }
            terminate(0);
        }
        log = first;
    }

    long journals() throws IOException {
        try (Stream<Path> all = Files.list(root.resolve(".rearview/journal"))) {
            return all.filter(Files::isRegularFile)
                    .filter(p -> p.toString().matches(".*\\.(journal|raw)"))
                    .count();
        }
    }

    /// @param status that it must exit with
    void terminate(int status) throws InterruptedException {
        terminate(status, 30);
    }

    /// @param seconds that it may take
    void terminate(int status, int seconds) throws InterruptedException {
        process().destroy();
        assertThat(process().waitFor(seconds, TimeUnit.SECONDS)).isTrue();
        assertThat(process().exitValue()).isEqualTo(status);
    }

    /// Waits until it has ended by itself.
    ///
    /// @param seconds that it may take
    /// @return its status
    int awaitEnd(int seconds) throws InterruptedException {
        assertThat(process().waitFor(seconds, TimeUnit.SECONDS)).isTrue();
        return process().exitValue();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
