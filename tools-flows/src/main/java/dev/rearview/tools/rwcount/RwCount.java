package dev.rearview.tools.rwcount;

import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Names;
import dev.rearview.text.Numbers;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Prints flows, bytes and packets per bin of time.
public final class RwCount implements FlowTool {
    private static final int LABEL_WIDTH = 19;
    private static final int FRACTION_WIDTH = 4;

    private static final TimeBins.LoadScheme[] SCHEMES = TimeBins.LoadScheme.values();

    private final FlowInputs inputs;
    private final SiteOption site;
    private final StyleOptions style;
    private final TableOptions table;
    private BinSize size = new BinSize(30_000, false);
    private TimeBins.LoadScheme scheme = TimeBins.LoadScheme.TIME_PROPORTIONAL;
    private Optional<TimeText.Moment> start = Optional.empty();
    private Optional<TimeText.Moment> end = Optional.empty();
    private boolean skipZeroes;
    private boolean slots;
    private boolean epochSlots;

    public RwCount(Env env) {
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwcount";
    }

    @Override
    public String summary() {
        return "Print traffic summary across time";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Traffic of a day in five minutes each",
                        "rwfilter --start-date=2026/11/24 --type=all --proto=0- --pass=stdout |"
                                + " rwcount --bin-size=300"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "bin-size",
                "SECONDS",
                "Width of a bin, with a fraction if wished; default 30",
                v -> size = BinSize.parse(v));
        options.value(
                        "load-scheme",
                        "SCHEME",
                        "How a flow is shared out among bins: "
                                + String.join(", ", Names.words(SCHEMES)),
                        v -> scheme = scheme(v))
                .words(() -> Names.words(SCHEMES));
        options.value(
                "start-time",
                "TIME",
                "Start of the first bin, as rwfilter's --start-date, down to milliseconds",
                v -> start = Optional.of(TimeText.parse(v)));
        options.value(
                "end-time",
                "TIME",
                "Time of the last bin, through the end of the day, hour or minute it names",
                v -> end = Optional.of(TimeText.parse(v)));
        options.value(
                "start-epoch",
                "TIME",
                "Same as --start-time (deprecated)",
                v -> start = Optional.of(TimeText.parse(v)));
        options.value(
                "end-epoch",
                "TIME",
                "Same as --end-time (deprecated)",
                v -> end = Optional.of(TimeText.parse(v)));
        options.flag("skip-zeroes", "Do not print empty bins", () -> skipZeroes = true);
        options.flag("bin-slots", "Print bin numbers instead of times", () -> slots = true);
        options.flag(
                "epoch-slots",
                "Same as --timestamp-format=epoch (deprecated)",
                () -> epochSlots = true);
        style.declareTime(options);
        table.declareAll(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        site.declare(options);
    }

    private static TimeBins.LoadScheme scheme(String v) {
        int number = v.length() == 1 ? Character.digit(v.charAt(0), 10) : -1;
        if (number >= SCHEMES.length) {
            throw new IllegalArgumentException("there is no load scheme " + v);
        }
        return number >= 0
                ? SCHEMES[number]
                : Names.constant(v.toLowerCase(Locale.ROOT), SCHEMES, "load scheme");
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        Product.Bins bins = bins();
        return Optional.of(new Query(inputs.plan(inputs.names(operands)), bins));
    }

    @Override
    public int run(Query query) throws IOException {
        inputs.copy().start(table);
        try (QueryRun run = inputs.open(query)) {
            if (!run.read()) {
                return 1;
            }
            print(run.bins(0));
            return 0;
        }
    }

    private void print(TimeBins bins) throws IOException {
        TimeFormat format = epochSlots ? TimeFormat.EPOCH : style.time();
        TimeFormat times = format.withMilliseconds(size.fraction());
        int width = LABEL_WIDTH + (size.fraction() && !slots ? FRACTION_WIDTH : 0);
        List<Table.Heading> headings =
                List.of(
                        new Table.Heading("Date", width, slots),
                        new Table.Heading("Records", 15, true),
                        new Table.Heading("Bytes", 20, true),
                        new Table.Heading("Packets", 17, true));
        try (OutputStream out = table.open()) {
            Table text = new Table(out, table.layout(), headings);
            text.titles();
            bins.forEach(
                    !skipZeroes,
                    (startMs, bin) -> {
                        text.cell(
                                slots ? Long.toString(bins.slot(startMs)) : times.format(startMs));
                        text.cell(number(bin.records()));
                        text.cell(number(bin.bytes()));
                        text.cell(number(bin.packets()));
                        text.endRow();
                    });
            text.finish();
        }
    }

    private static String number(double value) {
        return Numbers.fixed(value, 2);
    }

    private Product.Bins bins() {
        long binMs = size.ms();
        long first = Long.MIN_VALUE;
        long last = Long.MAX_VALUE;
        long origin = TimeBins.FROM_FIRST_FLOW;
        if (start.isPresent()) {
            first = start.get().ms();
            origin = Math.floorMod(first, binMs);
        } else if (end.isPresent()) {
            // The instant as written starts a bin; the bins end with the unit that it names.
            origin = Math.floorMod(end.get().ms(), binMs);
        }
        if (end.isPresent()) {
            last = end.get().endMs() + 1;
            if (last <= first) {
                throw new ToolException("--end-time is before --start-time");
            }
        }
        return new Product.Bins(scheme, binMs, origin, first, last);
    }
}
