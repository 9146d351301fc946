package dev.rearview.tools.demo;

import dev.rearview.engine.scan.Repository;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.state.StateDirectory;
import dev.rearview.traffic.Exporter;
import dev.rearview.traffic.Player;
import dev.rearview.traffic.Scenario;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `rearview demo`: a collector, a day of traffic from four exporters, and the questions that a
/// rear-view mirror is for.
public final class Demo implements Tool {
    private static final long SEED = 20_261_123;
    private static final String MARKER = ".rearview-demo";
    private static final int PACE = 3000;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT);

    private final Env env;
    private boolean keep;
    private Optional<String> directory = Optional.empty();

    public Demo(Env env) {
        this.env = env;
    }

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String summary() {
        return "Start a collector on loopback, play a day of traffic to it and ask it questions";
    }

    @Override
    public String usage() {
        return "[--directory=DIR] [--keep]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Keep the collector running afterwards", "rearview demo --keep"));
    }

    @Override
    public void declare(Options options) {
        options.flag("keep", "Leave the collector running to try by hand", () -> keep = true);
        options.value(
                "directory",
                "DIR",
                "Where the repository goes, in place of an earlier demo's; default is rearview/demo"
                        + " below $XDG_CACHE_HOME or ~/.cache",
                v -> directory = Optional.of(v));
    }

    @Override
    public int run(List<String> operands) throws IOException {
        PrintStream out = new PrintStream(env.out(), true, StandardCharsets.UTF_8);
        Path home = Path.of(System.getProperty("rearview.home", ".")).toRealPath();
        Path root = prepare();
        int[] ports = freePorts();
        Files.writeString(root.resolve("silk.conf"), DemoFiles.SILK_CONF);
        Files.writeString(
                root.resolve("sensor.conf"),
                String.format(
                        Locale.ROOT,
                        DemoFiles.SENSOR_CONF,
                        ports[0],
                        ports[1],
                        ports[2],
                        ports[3]));
        out.println("Repository:    " + root);
        out.println(
                "Configuration: " + root.resolve("silk.conf") + ", " + root.resolve("sensor.conf"));
        Process collector = startCollector(home, root);
        Files.writeString(root.resolve(MARKER), collector.pid() + "\n");
        try {
            play(root, ports, collector, out);
            ask(home, root, out);
        } finally {
            if (!keep) {
                collector.destroy();
                try {
                    collector.waitFor(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        closing(home, root, ports, collector, out);
        return 0;
    }

    /// The one place of demonstrations of a user who names none, empty for one without a home.
    static Optional<Path> usual(Env env) {
        return env.variable("XDG_CACHE_HOME")
                .map(env::path)
                .or(() -> env.variable("HOME").map(h -> env.path(h).resolve(".cache")))
                .filter(Path::isAbsolute)
                .map(p -> p.resolve("rearview").resolve("demo"));
    }

    private Path prepare() throws IOException {
        Optional<Path> wanted = directory.map(env::path).or(() -> usual(env));
        if (wanted.isEmpty()) {
            return Files.createTempDirectory(env.temporary(), "rearview-demo-");
        }
        Path root = wanted.get().toAbsolutePath();
        refuseRunning(root);
        if (Files.exists(root) && !Files.exists(root.resolve(MARKER))) {
            try (var files = Files.list(root)) {
                if (files.findAny().isPresent()) {
                    throw ToolException.failure(root + " is not empty and not an earlier demo");
                }
            }
        }
        if (Files.exists(root.resolve(MARKER))) {
            try (var files = Files.walk(root)) {
                for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                    if (!p.equals(root)) {
                        Files.delete(p);
                    }
                }
            }
        }
        Files.createDirectories(root);
        Files.createFile(root.resolve(MARKER));
        return root;
    }

    /// The collector of an earlier demonstration may go on; its repository is not taken from it.
    static void refuseRunning(Path root) throws IOException {
        Path marker = root.resolve(MARKER);
        String pid = Files.exists(marker) ? Files.readString(marker).strip() : "";
        if (pid.matches("[0-9]{1,10}")
                && ProcessHandle.of(Long.parseLong(pid))
                        .flatMap(p -> p.info().command())
                        .filter(c -> c.endsWith("java"))
                        .isPresent()) {
            throw ToolException.failure(
                    "the collector of an earlier demo still uses "
                            + root
                            + ": end it with 'kill "
                            + pid
                            + "', or use another --directory");
        }
    }

    /// Octets of what a directory holds.
    static long size(Path root) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    private static int[] freePorts() throws IOException {
        int[] ports = new int[4];
        List<DatagramSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < ports.length; i++) {
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                open.add(socket);
                ports[i] = socket.getLocalPort();
            }
        } finally {
            open.forEach(DatagramSocket::close);
        }
        return ports;
    }

    private Process startCollector(Path home, Path root) throws IOException {
        Path log = root.resolve("rwflowpack.log");
        Process process =
                new ProcessBuilder(
                                home.resolve("bin/rwflowpack").toString(),
                                "--no-daemon",
                                "--sensor-configuration=" + root.resolve("sensor.conf"),
                                "--site-config-file=" + root.resolve("silk.conf"),
                                "--root-directory=" + root,
                                "--log-destination=" + log,
                                "--flush-timeout=10",
                                "--segment-timeout=1")
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(root.resolve("rwflowpack.out").toFile())
                        .start();
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw ToolException.failure(
                        "the collector ended: "
                                + Files.readString(root.resolve("rwflowpack.out")).strip());
            }
            if (Files.exists(log) && Files.readString(log).contains("Listening")) {
                return process;
            }
            sleep(50);
        }
        process.destroy();
        throw ToolException.failure("the collector did not start within 20 seconds; see " + log);
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void play(Path root, int[] ports, Process collector, PrintStream out)
            throws IOException {
        Scenario scenario = new Scenario(SEED, System.currentTimeMillis(), 1.0);
        out.println(
                "Playing:       " + scenario.total() + " flows of seven days from four exporters");
        String[] labels = {
            "core router, NetFlow v5",
            "firewall, NetFlow v9",
            "office router, IPFIX",
            "switch, sFlow"
        };
        Exporter[] exporters = {
            Exporter.netflow5(), Exporter.netflow9(1), Exporter.ipfix(1), Exporter.sflow(100)
        };
        for (Scenario.Source source : Scenario.Source.values()) {
            int i = source.ordinal();
            List<FlowRecord> flows = scenario.flows(source);
            int datagrams = Player.play(exporters[i], flows, ports[i], PACE);
            out.println(
                    String.format(
                            Locale.ROOT,
                            "  %-24s %6d flows in %5d datagrams to port %d",
                            labels[i],
                            flows.size(),
                            datagrams,
                            ports[i]));
        }
        long stored = await(root, scenario.total(), collector);
        out.println("Stored:        " + stored + " of " + scenario.total() + " flows");
        if (stored != scenario.total()) {
            out.println(
                    "               (the loss ledger says why: "
                            + StateDirectory.ledger(root)
                            + ")");
        }
    }

    private static long await(Path root, long wanted, Process collector) throws IOException {
        long stored = 0;
        for (int i = 0; i < 200 && stored < wanted && collector.isAlive(); i++) {
            sleep(100);
            stored = stored(root);
        }
        return stored;
    }

    /// Flows in the current files of the repository.
    private static long stored(Path root) throws IOException {
        Site site = SilkConf.read(root.resolve("silk.conf"));
        Repository all =
                new Repository(
                        Path.of(""),
                        root.toString(),
                        site,
                        List.copyOf(site.flowtypes()),
                        List.of());
        long now = System.currentTimeMillis();
        long hour = 3_600_000;
        long[] sum = new long[1];
        all.forEach(
                now - now % hour - 9 * 24 * hour,
                now - now % hour,
                file -> {
                    if (file.exists()) {
                        try (ParquetReader reader = ParquetReader.open(file.path(), file.name())) {
                            sum[0] += reader.rows();
                        }
                    }
                    return true;
                });
        return sum[0];
    }

    private void ask(Path home, Path root, PrintStream out) throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String yesterday = today.minusDays(1).format(DATE);
        String weekAgo = today.minusDays(7).format(DATE);
        for (Example step : DemoFiles.steps(yesterday, weekAgo)) {
            out.println();
            out.println("# " + step.purpose());
            out.println("$ " + step.command());
            String text = shell(home, root, step.command());
            out.print(text.isEmpty() ? "(nothing)\n" : text);
        }
    }

    /// Runs a line of [DemoFiles], in which nothing but dates is put.
    private String shell(Path home, Path root, String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
        Map<String, String> variables = builder.environment();
        variables.put(
                "PATH",
                home.resolve("bin") + ":" + variables.getOrDefault("PATH", "/usr/bin:/bin"));
        variables.put("SILK_DATA_ROOTDIR", root.toString());
        variables.put("SILK_CONFIG_FILE", root.resolve("silk.conf").toString());
        variables.put("SILK_IPV6_POLICY", "asv4");
        variables.put("SILK_CLOBBER", "1");
        builder.directory(root.toFile());
        builder.redirectInput(Path.of("/dev/null").toFile());
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void closing(Path home, Path root, int[] ports, Process collector, PrintStream out)
            throws IOException {
        out.println();
        if (keep) {
            out.println(
                    "The collector goes on (process " + collector.pid() + "; stop it with kill).");
            out.println(
                    "It listens for NetFlow v5 on "
                            + ports[0]
                            + ", v9 on "
                            + ports[1]
                            + ", IPFIX on "
                            + ports[2]
                            + " and sFlow on "
                            + ports[3]
                            + " (UDP).");
        } else {
            out.println("The collector has stopped; its repository stays in " + root + ".");
        }
        out.println(
                String.format(
                        Locale.ROOT,
                        "It takes %.1f MB, and the next demo replaces it; to remove it: %srm -r %s",
                        size(root) / 1e6,
                        keep ? "kill " + collector.pid() + "; " : "",
                        root));
        out.println("To go on asking:");
        out.println("  export PATH=" + home.resolve("bin") + ":$PATH SILK_DATA_ROOTDIR=" + root);
        out.println("  rwfilter --type=all --start-date=... --proto=0- --pass=stdout | rwcut");
    }
}
