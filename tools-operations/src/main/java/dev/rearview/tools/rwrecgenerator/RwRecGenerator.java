package dev.rearview.tools.rwrecgenerator;

import dev.rearview.collector.log.Log;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.fields.FieldStyle;
import dev.rearview.kit.fields.FieldText;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.FlowSink;
import dev.rearview.silk.SilkHeader;
import dev.rearview.text.IpText;
import dev.rearview.text.TimeText;
import dev.rearview.tools.rwflowpack.LogOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/// Makes flows up.
public final class RwRecGenerator implements Tool {
    /// The columns of text.
    private static final String FIELDS = "1-7,9-12,20,21,26-29,iType,iCode";

    private static final int MOST_PARTS = 64;
    private static final int MOST_FILES = 65_535;

    private final Env env;
    private final SiteOption site;
    private final Labels labels;
    private final LogOptions log;
    private final StyleOptions style;
    private final TableOptions table;
    private final CompressionOption compression;
    private Optional<String> silkPath = Optional.empty();
    private Optional<String> textPath = Optional.empty();
    private Optional<String> outputDirectory = Optional.empty();
    private Optional<String> processingDirectory = Optional.empty();
    private OptionalLong seed = OptionalLong.empty();
    private OptionalLong startMs = OptionalLong.empty();
    private OptionalLong endMs = OptionalLong.empty();
    private OptionalLong stepMs = OptionalLong.empty();
    private long perStep = 1;
    private long flushMs = 30_000;
    private int parts;
    private int mostOpen = 32;

    public RwRecGenerator(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.labels = new Labels(env, site);
        this.log = new LogOptions(env, "rwrecgenerator");
        this.style = new StyleOptions(env, true);
        this.table = new TableOptions(env);
        this.compression = new CompressionOption(env);
    }

    @Override
    public String name() {
        return "rwrecgenerator";
    }

    @Override
    public String summary() {
        return "Make up SiLK flow records";
    }

    @Override
    public String usage() {
        return "{--silk-output-path=PATH | --text-output-path=PATH | --output-directory=DIR"
                + " --processing-directory=DIR} --log-destination=DEST [SWITCHES]";
    }

    @Override
    public String description() {
        return "Events begin at each step of a window of time, and some of their flows later. Of the"
                + " flows about 60 % are of the web, 10 % of DNS, and 4 % each of FTP, ICMP, IMAP,"
                + " POP3, SMTP, telnet and protocols 47, 50 and 58; 1 % each scan the ports of a host"
                + " and a port of many hosts. Each flow is between an internal host of 0.0.0.0/1 and"
                + " an external one of 128.0.0.0/1.\n\n"
                + "The same seed and switches give the same flows, whatever they are written to, but"
                + " for --num-subprocesses, which gives each part of the window a seed of its own.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A thousand events a second for an hour",
                        "rwrecgenerator --silk-output-path=made-up.rw --log-destination=none"
                                + " --start-time=2024/02/28:00 --end-time=2024/02/28:01"
                                + " --time-step=1000 --events-per-step=1000"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "silk-output-path",
                "PATH",
                "Write the flows to PATH, or to standard output if it is -",
                v -> silkPath = Optional.of(SwitchValues.path(v)));
        options.value(
                "text-output-path",
                "PATH",
                "Print the flows to PATH, or to standard output if it is -",
                v -> textPath = Optional.of(SwitchValues.path(v)));
        options.value(
                "output-directory",
                "DIR",
                "Write small files for each sensor, type and hour, and move them to DIR",
                v -> outputDirectory = Optional.of(SwitchValues.path(v)));
        options.value(
                "processing-directory",
                "DIR",
                "Write the small files in DIR, whose files are removed at the start",
                v -> processingDirectory = Optional.of(SwitchValues.path(v)));
        log.declareDestination(options);
        declareEvents(options);
        options.value(
                "num-subprocesses",
                "COUNT",
                "Divide the window among COUNT threads that write small files, 0 for none",
                v -> parts = (int) number(v, MOST_PARTS));
        options.value(
                "flush-timeout",
                "MS",
                "Move the small files each MS milliseconds of the window; default 30000",
                v -> flushMs = SwitchValues.positive(v, Long.MAX_VALUE));
        options.value(
                "file-cache-size",
                "COUNT",
                "Have at most COUNT small files open; default 32",
                v -> mostOpen = (int) SwitchValues.positive(v, MOST_FILES));
        compression.declare(options);
        style.declareAll(options);
        table.declareColumns(options);
        site.declare(options);
        labels.declare(options);
    }

    private void declareEvents(Options options) {
        options.value(
                "seed",
                "N",
                "Make up the same flows each time that N is given",
                v -> seed = OptionalLong.of(number(v, 0xFFFF_FFFFL)));
        options.value(
                "start-time",
                "TIME",
                "Start of the window; default is that of the last whole hour",
                v -> startMs = OptionalLong.of(TimeText.parse(v).ms()));
        options.value(
                "end-time",
                "TIME",
                "The last time at which an event may begin; default is the end of the last whole"
                        + " hour",
                v -> endMs = OptionalLong.of(TimeText.parse(v).ms()));
        options.value(
                "time-step",
                "MS",
                "Milliseconds from step to step, 0 for the start alone; default is the whole window",
                v -> stepMs = OptionalLong.of(number(v, Long.MAX_VALUE)));
        options.value(
                "events-per-step",
                "COUNT",
                "Events that begin at each step; default 1",
                v -> perStep = SwitchValues.positive(v, Long.MAX_VALUE));
    }

    private static long number(String v, long most) {
        return IpText.parseUnsigned(v.strip(), most, "number");
    }

    /// The times at which events begin.
    private record Window(long startMs, long endMs, long stepMs) {
        Window {
            if (endMs < startMs) {
                throw new ToolException("--end-time must not be before --start-time");
            }
        }

        long steps() {
            return stepMs == 0 ? 1 : (endMs - startMs) / stepMs + 1;
        }
    }

    private Window window() {
        long hour = TimeText.HOUR_MS;
        long now = Math.floorDiv(System.currentTimeMillis(), hour) * hour;
        long start = startMs.orElse(now - hour);
        long end = endMs.orElse(now - 1);
        return new Window(start, end, stepMs.orElse(Math.max(0, end - start)));
    }

    private void check(List<String> operands) {
        ToolException.refuse(operands);
        int outputs =
                (silkPath.isPresent() ? 1 : 0)
                        + (textPath.isPresent() ? 1 : 0)
                        + (outputDirectory.isPresent() || processingDirectory.isPresent() ? 1 : 0);
        if (outputs != 1) {
            throw new ToolException(
                    "exactly one of --silk-output-path, --text-output-path and --output-directory is"
                            + " required");
        }
        if (outputDirectory.isPresent() != processingDirectory.isPresent()) {
            throw new ToolException(
                    "--output-directory and --processing-directory need each other");
        }
        log.checkDestination();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        check(operands);
        Window window = window();
        Labels.Assigned assigned = labels.read();
        long chosen = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong());
        try (Log to = log.open()) {
            to.info("Started logging; command: " + env.command());
            if (silkPath.isPresent()) {
                toFile(window, assigned, chosen);
            } else if (textPath.isPresent()) {
                toText(window, assigned, chosen);
            } else {
                toDirectory(window, assigned, chosen, to);
            }
            to.info("Finished " + window.steps() + " steps. Stopped logging.");
        }
        return 0;
    }

    private void toFile(Window window, Labels.Assigned assigned, long chosen) throws IOException {
        List<SilkHeader.Entry> entries = List.of(SilkHeader.invocation(env.command()));
        try (FlowSink sink = FlowOutput.sink(env, silkPath.orElseThrow(), compression, entries)) {
            make(window, assigned, chosen, sink::write, ms -> {});
        }
    }

    private void toText(Window window, Labels.Assigned assigned, long chosen) throws IOException {
        FieldStyle how = style.style(site.site(), Ipv6Policy.ASV4, table.isPadded(), style.time());
        FieldCatalog catalog = new FieldCatalog(env, site, true);
        List<FieldText> fields =
                catalog.parse(FIELDS, false).stream()
                        .map(f -> FieldText.of(f, how, catalog.files()))
                        .toList();
        try (TextSink sink =
                new TextSink(
                        OutputFiles.open(env, textPath.orElseThrow()), fields, table.layout())) {
            make(window, assigned, chosen, sink::write, ms -> {});
        }
    }

    /// Told of the time of each step.
    private interface Clock {
        void reaches(long ms) throws IOException;
    }

    /// Makes the flows of a window, with their labels.
    private void make(
            Window window, Labels.Assigned assigned, long chosen, Events.Sink sink, Clock clock)
            throws IOException {
        Events events =
                new Events(
                        chosen,
                        r -> {
                            assigned.label(r);
                            sink.accept(r);
                        });
        for (long step = 0; step < window.steps(); step++) {
            long ms = window.startMs + step * window.stepMs;
            clock.reaches(ms);
            for (long i = 0; i < perStep; i++) {
                if ((i & 0xFFF) == 0) {
                    env.context().check();
                }
                events.next(ms);
            }
        }
    }

    private void toDirectory(Window window, Labels.Assigned assigned, long chosen, Log to)
            throws IOException {
        Path output = env.path(outputDirectory.orElseThrow());
        Path processing = env.path(processingDirectory.orElseThrow());
        for (Path p : List.of(output, processing)) {
            if (!Files.isDirectory(p)) {
                throw ToolException.failure(p + ": no such directory");
            }
        }
        if (Files.isSameFile(output, processing)) {
            throw new ToolException("the two directories have to be different ones");
        }
        if (parts == 0) {
            part(window, assigned, chosen, to, processing);
            return;
        }
        PartThreads threads = new PartThreads(env.context());
        long steps = window.steps();
        for (int i = 0; i < parts; i++) {
            long from = steps * i / parts;
            long until = steps * (i + 1) / parts;
            if (from == until) {
                continue;
            }
            Window own =
                    new Window(
                            window.startMs + from * window.stepMs,
                            window.startMs + (until - 1) * window.stepMs,
                            window.stepMs);
            long ownSeed = chosen + i + 1;
            Path place = processing.resolve(Integer.toString(i));
            threads.start(() -> part(own, assigned, ownSeed, to, place));
        }
        threads.join();
    }

    private void part(Window window, Labels.Assigned assigned, long chosen, Log to, Path processing)
            throws IOException {
        IncrementalFiles.Settings settings =
                new IncrementalFiles.Settings(
                        processing,
                        env.path(outputDirectory.orElseThrow()),
                        mostOpen,
                        compression.of(processing.resolve("x").toString()),
                        env.silkVersion());
        try (IncrementalFiles files = new IncrementalFiles(settings, assigned.site())) {
            long[] next = {window.startMs + flushMs};
            make(
                    window,
                    assigned,
                    chosen,
                    files::write,
                    ms -> {
                        if (ms >= next[0]) {
                            to.log(Log.Level.DEBUG, "Flushing files: " + files.flush());
                            next[0] = ms + flushMs;
                        }
                    });
            to.info("Flushing files: " + files.flush());
        }
    }
}
