package dev.rearview.tools.rwflowpack;

import dev.rearview.collector.Collector;
import dev.rearview.collector.Settings;
import dev.rearview.collector.Signals;
import dev.rearview.collector.commands.PathCommand;
import dev.rearview.collector.log.Log;
import dev.rearview.collector.polling.Polling;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.silk.Compression;
import dev.rearview.text.Names;
import dev.rearview.text.NumberRange;
import dev.rearview.text.ShellWords;
import dev.rearview.tools.configuration.ConfigurationReader;
import dev.rearview.wire.StateBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The daemon that receives, classifies and stores flows.
public final class RwFlowPack implements Tool {
    private static final List<String> ORDERS = List.of("native", "big", "little");

    private final Env env;
    private final SiteOption site;
    private final ConfigurationReader configurations;
    private final LogOptions logging;
    private final Background background;
    private Optional<String> pidFile = Optional.empty();
    private Optional<String> archive = Optional.empty();
    private Optional<String> errors = Optional.empty();
    private Optional<PathCommand> postArchive = Optional.empty();
    private Optional<String> verify = Optional.empty();
    private boolean foreground;
    private boolean flat;
    private long flushSeconds = 120;
    private long pollSeconds = 15;
    private double segmentSeconds = 5;
    private long sealSeconds = 600;
    private TimeWindow window = TimeWindow.DEFAULT;
    private boolean replay;
    private long stateOctets =
            Math.min(StateBudget.DEFAULT_OCTETS, Runtime.getRuntime().maxMemory() / 4);
    private long journalOctets = Settings.Bounds.DEFAULT_JOURNAL_OCTETS;
    private Optional<String> emergency = Optional.empty();
    private Optional<Settings.Keep> keep = Optional.empty();

    public RwFlowPack(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.configurations = new ConfigurationReader(env, site);
        this.logging = new LogOptions(env, "rwflowpack");
        this.background = new Background(env, logging);
    }

    @Override
    public String name() {
        return "rwflowpack";
    }

    @Override
    public String summary() {
        return "Collect flow data, decide each flow's type and store it in the repository";
    }

    @Override
    public String usage() {
        return "--sensor-configuration=PATH --root-directory=DIR --log-destination=DEST [SWITCHES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Check a sensor configuration",
                        "rwflowpack --site-config-file=silk.conf --sensor-configuration=sensor.conf --verify-sensor-config"),
                new Example(
                        "Collect in the foreground, logging to standard error",
                        "rwflowpack --sensor-configuration=sensor.conf --site-config-file=silk.conf --root-directory=/data --log-destination=stderr --no-daemon"));
    }

    @Override
    public void declare(Options o) {
        configurations.declare(o);
        site.declareRoot(o, "root-directory", "Store flows below DIR");
        o.optional(
                "verify-sensor-config",
                "VERBOSE",
                "Check the sensor configuration and exit; with a value print it",
                v -> verify = Optional.of(v));
        o.value("input-mode", "MODE", "Where flows come from: stream", v -> only(v, "stream"));
        o.value(
                "output-mode",
                "MODE",
                "Where flows go to: local-storage",
                v -> only(v, "local-storage"));
        declareTimes(o);
        declareFiles(o);
        declareBounds(o);
        declareAccepted(o);
        logging.declare(o);
        o.value(
                "pidfile",
                "PATH",
                "Write the process number to PATH",
                v -> pidFile = Optional.of(v));
        o.flag("no-chdir", "Stay in the current directory", () -> {});
        o.flag("no-daemon", "Stay in the foreground", () -> foreground = true);
        site.declare(o);
    }

    private void declareTimes(Options o) {
        o.value(
                "flush-timeout",
                "SECONDS",
                "Log statistics every SECONDS; default 120",
                v -> flushSeconds = SwitchValues.positive(v, Integer.MAX_VALUE));
        o.value(
                "segment-timeout",
                "SECONDS",
                "Make received flows visible after at most SECONDS; default 5",
                v -> segmentSeconds = Math.max(0.1, NumberRange.decimal(v)));
        o.value(
                "seal-after",
                "SECONDS",
                "Merge and compress an hour SECONDS after its end and its last flows; default 600",
                v -> sealSeconds = SwitchValues.positive(v, Integer.MAX_VALUE));
    }

    private void declareFiles(Options o) {
        o.value(
                "polling-interval",
                "SECONDS",
                "Look at polled directories every SECONDS; default 15",
                v -> pollSeconds = SwitchValues.positive(v, Integer.MAX_VALUE));
        o.value(
                "archive-directory",
                "DIR",
                "Move processed input files to DIR; default is to delete them",
                v -> archive = Optional.of(v));
        o.flag("flat-archive", "Make no subdirectories by hour in the archive", () -> flat = true);
        o.value(
                "error-directory",
                "DIR",
                "Move invalid input files to DIR; default is to leave them where they are",
                v -> errors = Optional.of(v));
        o.value(
                "post-archive-command",
                "COMMAND",
                "Run COMMAND, without a shell, on each archived file, %s being its path",
                v -> postArchive = Optional.of(new PathCommand(v)));
    }

    /// Switches that SiLK has and that mean nothing here.
    private static void declareAccepted(Options o) {
        o.flag(
                "pack-interfaces",
                "Store interfaces and next hops; the store always does",
                () -> {});
        o.flag("no-file-locking", "Accepted for SiLK's sake; the store has its own lock", () -> {});
        o.value(
                "file-cache-size",
                "NUM",
                "Accepted for SiLK's sake; segments need no open files",
                v -> SwitchValues.positive(v, Integer.MAX_VALUE));
        o.value(
                        "byte-order",
                        "ORDER",
                        "Accepted for SiLK's sake; Parquet has one byte order",
                        v -> Names.unique(v, ORDERS, "byte order"))
                .words(() -> ORDERS);
        o.value(
                "compression-method",
                "NAME",
                "Accepted for SiLK's sake; files are compressed when an hour is sealed",
                v -> Compression.parse(v, true));
    }

    private void declareBounds(Options o) {
        o.value(
                "time-window",
                "BACK,AHEAD",
                "Believe starts of flows from BACK before to AHEAD after their receipt, such as"
                        + " 36h,90m, or any; other flows start when they are received; default"
                        + " 30d,1d",
                v -> window = TimeWindow.parse(v));
        o.flag("replay", "Believe starts of any age in polled files", () -> replay = true);
        o.value(
                "state-memory",
                "SIZE",
                "Hold at most SIZE of what exporters announce, sessions included; default 128m, or"
                        + " a quarter of the heap if that is less",
                v -> stateOctets = size(v));
        o.value(
                "journal-limit",
                "SIZE",
                "Drop and count flows while journals of SIZE wait to be written; default 8g",
                v -> journalOctets = size(v));
        o.value(
                "keep-raw",
                "TIME,SIZE",
                "Keep datagrams on the disk for TIME after they came, but not more than SIZE of"
                        + " them, such as 24h or 7d,50g, for rearview repack; default SIZE 20g, 0s"
                        + " lets go of all",
                v -> keep = Optional.of(Settings.Keep.parse(v)));
        o.value(
                "emergency-directory",
                "DIR",
                "Write to DIR what the repository takes no more at the end, and take it from there"
                        + " at the start",
                v -> emergency = Optional.of(v));
    }

    private static long size(String v) {
        long n = NumberRange.size(v);
        if (n < 1 << 20) {
            throw new IllegalArgumentException("must be 1m or more");
        }
        return n;
    }

    private static void only(String given, String known) {
        if (!given.equals(known)) {
            throw new IllegalArgumentException("only '" + known + "' is known");
        }
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        Configuration configuration = configurations.read();
        if (verify.isPresent()) {
            boolean verbose = !verify.get().isEmpty() && !verify.get().equals("0");
            configurations.describe(configuration.sensors(), verbose);
            return 0;
        }
        if (!site.hasRootSwitch()) {
            throw new ToolException("--root-directory is required");
        }
        Path directory = env.path(site.root());
        if (!Files.isDirectory(directory)) {
            throw ToolException.failure(
                    "root directory "
                            + site.root()
                            + " does not exist; create it with: mkdir -p "
                            + ShellWords.quoted(site.root()));
        }
        logging.check();
        return foreground ? serve(directory, configuration) : detach();
    }

    private int serve(Path directory, Configuration configuration) throws IOException {
        boolean safe;
        try (Log log = logging.open()) {
            tellStart(log, configuration);
            tell(configuration, directory, log);
            Settings settings =
                    new Settings(
                            directory,
                            new Settings.Times(
                                    (long) (segmentSeconds * 1000),
                                    flushSeconds * 1000,
                                    sealSeconds * 1000,
                                    window),
                            new Polling(
                                    pollSeconds * 1000,
                                    archive.map(env::path),
                                    errors.map(env::path),
                                    postArchive,
                                    flat,
                                    replay),
                            new Settings.Bounds(
                                    stateOctets, journalOctets, emergency.map(env::path), keep));
            try (Collector collector = new Collector(settings, configuration, log)) {
                handleSignals(collector, directory, log);
                safe = runAs(pidFile.map(env::path), collector);
            } catch (IOException | ToolException e) {
                // Whoever started it reads standard error, whoever looks after it the log.
                if (!logging.isOnStderr()) {
                    log.error(
                            e instanceof IOException io
                                    ? Runner.describe(io)
                                    : String.valueOf(e.getMessage()));
                }
                throw e;
            }
            log.notice("Stopped logging.");
        }
        return safe ? 0 : 1;
    }

    /// Logs what may be wrong with a configuration, and sees to it that queries find the site.
    private void tell(Configuration configuration, Path directory, Log log) {
        configuration.sensors().warnings().forEach(w -> w.lines().forEach(log::warning));
        site.location().ifPresent(given -> SiteCopy.provide(given, directory, log));
    }

    private void tellStart(Log log, Configuration configuration) {
        String now =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT)
                        .format(OffsetDateTime.now(ZoneOffset.UTC));
        log.notice("Started logging at " + now);
        log.notice(
                CommandWords.ofProcess(env.command()).stream()
                        .map(w -> "'" + w + "'")
                        .collect(Collectors.joining(" ")));
        log.notice("Using packing logic from packlogic-" + configuration.logic().label() + ".so");
    }

    private boolean runAs(Optional<Path> pidFile, Collector collector) throws IOException {
        if (pidFile.isEmpty()) {
            return collector.run(background::tellReady);
        }
        try (PidFile file = new PidFile(pidFile.get())) {
            return collector.run(background::tellReady);
        }
    }

    private void handleSignals(Collector collector, Path directory, Log log) {
        for (String signal : List.of("TERM", "INT")) {
            Signals.on(
                    signal,
                    name -> {
                        log.notice("Shutting down due to SIG" + name + " signal");
                        collector.stop();
                    });
        }
        if (Signals.isIgnored(Signals.HUP)) {
            log.warning("SIGHUP is ignored since before the start: there is no reloading");
        }
        Signals.on(
                "HUP",
                name -> {
                    log.reopen();
                    try {
                        Configuration next = configurations.read();
                        tell(next, directory, log);
                        collector.reload(next);
                    } catch (ToolException e) {
                        // Where several lines are wrong it has a line for each.
                        String.valueOf(e.getMessage())
                                .lines()
                                .forEach(l -> log.error("Kept the old configuration: " + l));
                    }
                });
    }

    /// Starts the same command as a process of its own and leaves it running once it listens.
    private int detach() throws IOException {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> command = new ArrayList<>();
        command.add(self.command().orElseThrow(() -> new ToolException("use --no-daemon here")));
        command.addAll(
                List.of(
                        self.arguments()
                                .orElseThrow(() -> new ToolException("use --no-daemon here"))));
        command.add("--no-daemon");
        if (pidFile.isEmpty() && logging.directory().isPresent()) {
            Path file = logging.directory().get().resolve("rwflowpack.pid");
            command.add("--pidfile=" + file);
        }
        return background.start(command);
    }
}
