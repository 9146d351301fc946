package dev.rearview.tools.rwstats;

import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.SizeStatistics;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.GroupText;
import dev.rearview.kit.fields.Grouping;
import dev.rearview.kit.fields.ValueField;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.EmptyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.KeyText;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.words.WordRows;
import dev.rearview.text.IntegerList;
import dev.rearview.text.IpText;
import dev.rearview.text.NumberRange;
import dev.rearview.text.Numbers;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/// Prints the top or bottom groups, or statistics per protocol.
public final class RwStats implements FlowTool {
    private static final String LEGACY =
            """
            Switches of SiLK 2 and what replaces them:
              --sip-topn=N            --fields=sip --count=N --top
              --dip-btmn=N            --fields=dip --count=N --bottom
              --sport-threshold=N     --fields=sport --threshold=N
              --pair-topn-percent=N   --fields=sip,dip --percentage=N
              --flows, --packets, --bytes as --values=flows, packets, bytes
            """;

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private final Grouping grouping;
    private final TableOptions table;
    private final EmptyOption empty = new EmptyOption();
    private long count = -1;
    private long threshold = -1;
    private double percentage = -1;
    private boolean legacyHelp;
    private boolean top;
    private boolean bottom;
    private boolean noPercents;
    private boolean overall;
    private List<Integer> protocols = List.of();
    private int sizes;
    private final List<String> oldValues = new ArrayList<>();

    public RwStats(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.grouping = new Grouping(env, site, false);
        this.inputs = grouping.inputs();
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwstats";
    }

    @Override
    public String summary() {
        return "Print the top-N or bottom-N bins, or interval statistics per protocol";
    }

    @Override
    public String usage() {
        return "--fields=LIST {--count=N | --threshold=N | --percentage=N} [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The ten addresses that sent the most octets",
                        "rwstats --fields=sip --bytes --count=10 flows.rw"),
                new Example(
                        "Who congested the line: the most bits per second in any one minute",
                        "rwstats --fields=dip --values=peak-bps:1m,bytes --count=10 flows.rw"),
                new Example(
                        "All protocols above one percent of the flows",
                        "rwstats --fields=protocol --percentage=1 flows.rw"));
    }

    @Override
    public void declare(Options options) {
        grouping.declare(options);
        grouping.declareOldKeys(options);
        options.value(
                "count",
                "NUM",
                "Print NUM groups; 0 for all",
                v -> {
                    count = IpText.parseUnsigned(v.strip(), Long.MAX_VALUE, "number");
                    sizes++;
                });
        options.value(
                "threshold",
                "NUM",
                "Print groups whose value is at least NUM, at most with --bottom",
                v -> {
                    threshold = IpText.parseUnsigned(v.strip(), Long.MAX_VALUE, "number");
                    sizes++;
                });
        options.value(
                "percentage",
                "NUM",
                "Print groups with at least NUM percent of the total, at most with --bottom",
                v -> {
                    percentage = NumberRange.decimal(v.strip());
                    if (percentage > 100) {
                        throw new IllegalArgumentException("must be 0-100");
                    }
                    sizes++;
                });
        options.flag("top", "Print the groups with the highest values (default)", () -> top = true);
        options.flag("bottom", "Print the groups with the lowest values", () -> bottom = true);
        options.flag(
                "legacy-help", "Print what replaces switches of SiLK 2", () -> legacyHelp = true);
        options.flag("no-percents", "Do not print the percentages", () -> noPercents = true);
        options.flag("overall-stats", "Print statistics of all flows", () -> overall = true);
        options.value(
                "detail-proto-stats",
                "LIST",
                "Print statistics of each of these protocols",
                v -> protocols = IntegerList.parse(v, 0, 255).stream().boxed().toList());
        for (String name : List.of("flows", "packets", "bytes")) {
            options.flag(
                    name,
                    "Rank by " + name + "; same as --values=" + name + " (deprecated)",
                    () -> oldValues.add(name));
        }
        empty.declare(options, "group is printed, or of statistics no flow is read");
        table.declareAll(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        site.declare(options);
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (legacyHelp || grouping.wantsHelp()) {
            return Optional.empty();
        }
        if (overall || !protocols.isEmpty()) {
            FlowPlan flows = inputs.plan(inputs.names(operands));
            return Optional.of(new Query(flows, new Product.Sizes(protocols)));
        }
        if (top && bottom) {
            throw new ToolException("--top does not go with --bottom");
        }
        if (sizes != 1) {
            throw new ToolException("one of --count, --threshold and --percentage is required");
        }
        if (percentage >= 0 && grouping.isPresorted()) {
            throw new ToolException("--percentage does not go with --presorted-input");
        }
        grouping.resolve(values());
        if ((threshold >= 0 || percentage >= 0) && primary().isPlugin()) {
            throw new ToolException("a value of a plug-in can only be limited by --count");
        }
        if (percentage >= 0 && !primary().hasTotal()) {
            throw new ToolException(primary().name() + " has no total for a --percentage");
        }
        List<String> names = inputs.names(operands);
        ValueField recordCount = grouping.valueCatalog().value("records");
        Product.Groups records = Grouping.overall(recordCount);
        Product.Groups total = Grouping.overall(primary().hasTotal() ? primary() : recordCount);
        return Optional.of(
                new Query(
                        inputs.plan(names, grouping.policy()),
                        List.of(grouping.groups(names.size()), total, records)));
    }

    /// The value by which groups are ranked.
    private ValueField primary() {
        return grouping.values().getFirst();
    }

    @Override
    public Optional<KeyText> keyText() {
        return grouping.keyText(table);
    }

    @Override
    public int print() throws IOException {
        String text = legacyHelp ? LEGACY : grouping.help();
        env.print(text);
        return 0;
    }

    @Override
    public int run(Query query) throws IOException {
        inputs.copy().start(table);
        try (QueryRun run = inputs.open(query)) {
            if (!run.read()) {
                return 1;
            }
            return query.products().getFirst() instanceof Product.Sizes
                    ? print(run.sizes(0))
                    : print(run.groups(0), single(run.groups(1)), single(run.groups(2)));
        }
    }

    private List<ValueField> values() {
        try {
            List<ValueField> out = new ArrayList<>();
            for (String old : oldValues) {
                out.add(grouping.valueCatalog().value(old));
            }
            if (out.isEmpty() || grouping.valueList().isPresent()) {
                out.addAll(grouping.valueCatalog().parse(grouping.valueList().orElse("records")));
            }
            return out;
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --values: " + e.getMessage());
        }
    }

    private int print(SizeStatistics sizes) throws IOException {
        SizeText text = new SizeText(sizes);
        try (OutputStream out = table.open()) {
            if (table.isStructured()) {
                text.rows(out, table);
            } else {
                out.write(text.text(table).getBytes(StandardCharsets.UTF_8));
            }
        }
        return empty.status(sizes.all().records());
    }

    /// @param total of the value by which groups are ranked
    /// @param recordCount flows that were read
    private int print(GroupBy groups, long total, long recordCount) throws IOException {
        ValueField primary = primary();
        long limit = percentage >= 0 ? (long) (percentage * total / 100) : threshold;
        int at = grouping.valueAt(0);
        List<Ranking> rankings = new ArrayList<>();
        groups.drain(() -> {
            Ranking own = new Ranking(primary, at, limit);
            rankings.add(own);
            return own::offer;
        });
        Ranking ranking = rankings.getFirst();
        for (Ranking other : rankings.subList(1, rankings.size())) {
            ranking.merge(other);
        }
        List<long[]> rows = ranking.ordered();
        print(rows, primary, total, recordCount, ranking.offered, limit);
        return empty.status(rows.size());
    }

    private static long single(GroupBy g) throws IOException {
        long[] out = new long[1];
        g.drain(false, words -> out[0] = words[0]);
        return out[0];
    }

    /// Keeps the best groups: all that pass the limit, or the count wanted.
    private final class Ranking {
        private final ValueField primary;
        private final int at;
        private final long limit;
        private final Comparator<long[]> order;
        private final PriorityQueue<long[]> kept;
        private long offered;

        Ranking(ValueField primary, int at, long limit) {
            this.primary = primary;
            this.at = at;
            this.limit = limit;
            Comparator<long[]> byValue =
                    (a, b) -> Long.compareUnsigned(primary.value(a, at), primary.value(b, at));
            this.order =
                    (bottom ? byValue : byValue.reversed())
                            .thenComparing((a, b) -> WordRows.compare(a, 0, b, 0, at));
            this.kept = new PriorityQueue<>(order.reversed());
        }

        void offer(long[] words) {
            offered++;
            keep(words);
        }

        void merge(Ranking other) {
            offered += other.offered;
            other.kept.forEach(this::keep);
        }

        private void keep(long[] words) {
            if (count < 0) {
                int c = Long.compareUnsigned(primary.value(words, at), primary.limit(limit));
                if (bottom ? c <= 0 : c >= 0) {
                    kept.add(words.clone());
                }
                return;
            }
            if (count == 0 || kept.size() < count) {
                kept.add(words.clone());
                return;
            }
            long[] worst = kept.element();
            if (order.compare(words, worst) < 0) {
                kept.remove();
                kept.add(words.clone());
            }
        }

        List<long[]> ordered() {
            List<long[]> out = new ArrayList<>(kept);
            out.sort(order);
            return out;
        }
    }

    private void print(
            List<long[]> rows, ValueField primary, long total, long records, long bins, long limit)
            throws IOException {
        GroupText groupText = grouping.text(grouping.style(table));
        List<Table.Heading> headings = new ArrayList<>(groupText.headings());
        boolean percents = !noPercents;
        if (percents) {
            headings.add(new Table.Heading("%" + primary.name(), 10, true));
            headings.add(new Table.Heading("cumul_%", 10, true));
        }
        try (OutputStream out = table.open()) {
            Table text = new Table(out, table.layout(), headings);
            if (table.titles()) {
                text.line(
                        "INPUT: "
                                + plural(records, "Record")
                                + " for "
                                + plural(bins, "Bin")
                                + (primary.hasTotal() && total != 0
                                        ? " and "
                                                + Long.toUnsignedString(total)
                                                + " Total "
                                                + primary.name()
                                        : ""));
                text.line(outputLine(rows.size(), primary, limit));
            }
            if (rows.isEmpty() && count < 0) {
                text.finish();
                return;
            }
            text.titles();
            double cumulative = 0;
            int at = grouping.valueAt(0);
            for (long[] row : rows) {
                groupText.print(row, text);
                if (percents) {
                    double percent = 100.0 * primary.value(row, at) / total;
                    cumulative += percent;
                    boolean known = primary.hasTotal() && total != 0;
                    text.cell(known ? Numbers.fixed(percent, 6) : "?");
                    int digits = primary.isDistinct() ? 4 : 6;
                    text.cell(known ? Numbers.fixed(cumulative, digits) : "?");
                }
                text.endRow();
            }
            text.finish();
        }
    }

    private static String plural(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }

    private String outputLine(int rows, ValueField primary, long limit) {
        String which = bottom ? "Bottom " : "Top ";
        String by = " by " + primary.name();
        if (count >= 0) {
            long shown = count == 0 ? rows : count;
            return "OUTPUT: " + which + plural(shown, "Bin") + by;
        }
        String side = bottom ? "below" : "above";
        String percent = Numbers.fixed(percentage, 4) + "%";
        if (rows == 0) {
            return "OUTPUT: No bins "
                    + side
                    + " threshold of "
                    + (percentage >= 0
                            ? percent + " (" + limit + " " + primary.name() + ")"
                            : limit + " " + primary.name());
        }
        return "OUTPUT: "
                + which
                + rows
                + " bins"
                + by
                + (percentage >= 0
                        ? " (" + percent + " == " + limit + ")"
                        : " (threshold " + limit + ")");
    }
}
