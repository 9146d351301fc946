package dev.rearview.tools.nfdump;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SelectionOptions;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Field;
import dev.rearview.text.IpText;
import dev.rearview.tools.nfdump.filter.FilterException;
import dev.rearview.tools.nfdump.filter.FilterParser;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The command line of nfdump 1.7: lists, puts together and counts flows of any kind.
public final class Nfdump implements FlowTool {
    /// Status where a filter cannot be understood, as nfdump has it.
    private static final int BAD_FILTER = 254;

    private final Env env;
    private final SiteOption site;
    private final SelectionOptions selection;
    private final Inputs inputs;
    private final Totals totals = new Totals();
    private final Settings settings = new Settings();
    private final List<Statistic> statistics = new ArrayList<>();
    private List<String> names = List.of();
    private Optional<String> readPath = Optional.empty();
    private Optional<String> range = Optional.empty();
    private Optional<String> directories = Optional.empty();
    private Optional<String> filterFile = Optional.empty();
    private Optional<String> window = Optional.empty();
    private Optional<TimeWindow> chosen = Optional.empty();
    private long most;
    private boolean checkOnly;

    public Nfdump(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.selection = new SelectionOptions(env, site);
        this.inputs = new Inputs();
    }

    @Override
    public String name() {
        return "nfdump";
    }

    @Override
    public String summary() {
        return "List and count flows with the filters, statistics and formats of nfdump 1.7";
    }

    @Override
    public String usage() {
        return "[-r PATH | -R FILES | SELECTION_SWITCHES] [SWITCHES] [FILTER]";
    }

    @Override
    public String description() {
        return """
        Flows come from files of nfcapd, of SiLK or of a repository. Switches of one letter \
        are those of nfdump; they may stand together, and a value may follow its letter at \
        once. The others select hours of a repository, as with rwfilter.

        A filter is one word for the shell. It knows proto, ip, host, net, port, if, next \
        ip, flags, tos, icmp-type, icmp-code, inet, inet6, packets, bytes, flows, duration, \
        pps, bps, bpp and any, with src, dst, in, out, comparisons and lists. What flow \
        records do not have, such as autonomous systems, is refused. Types of service are \
        those of nfcapd's files: flows of a repository have 0.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The hosts that sent most in one file of nfcapd",
                        "rearview nfdump -r nfcapd.202611290900 -s srcip/bytes -n 20"),
                new Example(
                        "Connections to a server in a directory, the largest first",
                        "rearview nfdump -R flows -A srcip,dstport -O bytes 'dst ip 10.0.0.1'"),
                new Example(
                        "The same of a repository",
                        "rearview nfdump --start-date=2026/11/24 -s dstport/flows 'proto tcp and"
                                + " flags S'"));
    }

    @Override
    public void declare(Options options) {
        options.letters();
        declareInputs(options);
        declareGroups(options);
        declareOutput(options);
        inputs.declare(options);
        selection.declare(options);
        site.declare(options);
    }

    private void declareInputs(Options options) {
        options.value(
                "r",
                "PATH",
                "Read this file, or all files of this directory and those below it",
                v -> readPath = Optional.of(v));
        options.value(
                "R",
                "FILES",
                "Read a directory, all files from DIR/FIRST on, or those from DIR/FIRST:LAST",
                v -> range = Optional.of(v));
        options.value(
                "M",
                "DIRS",
                "Read what -r or -R names in each of the directories PATH/FIRST:SECOND:...",
                v -> directories = Optional.of(v));
        options.value(
                "f", "FILE", "Read the filter from this file", v -> filterFile = Optional.of(v));
        options.value(
                "t",
                "TIME[-TIME]",
                "Flows that began and ended from YYYY/MM/DD.hh:mm:ss to another; +N and -N for the"
                        + " first and last N seconds",
                v -> window = Optional.of(v));
        options.value(
                "c", "NUM", "No more than the first NUM flows that pass", v -> most = number(v));
        options.flag("Z", "Check the filter and exit", () -> checkOnly = true);
    }

    private void declareGroups(Options options) {
        options.flag("a", "Put flows of a connection together", () -> settings.aggregates = true);
        options.value(
                "A",
                "LIST",
                "Put flows together by these elements: proto, srcip, dstip, srcip4/BITS,"
                        + " srcip6/BITS, dstip4/BITS, dstip6/BITS, srcport, dstport, inif, outif,"
                        + " next, tos",
                v -> {
                    settings.aggregation = Aggregation.parse(v);
                    settings.aggregates = true;
                });
        options.flag(
                "b",
                "Put flows of both directions of a connection together",
                () -> settings.connections = true);
        options.flag(
                "B",
                "As -b, with the side of a well-known port as the server",
                () -> settings.connections = settings.guess = true);
        options.value(
                        "s",
                        "STATISTIC[:p][/ORDER]",
                        "Count by srcip, dstip, ip, nhip, srcport, dstport, port, tos, inif, outif,"
                                + " if, proto or record, for each protocol with :p, ordered by flows,"
                                + " packets, bytes, pps, bps or bpp; repeatable",
                        v -> statistics.add(Statistic.parse(v)))
                .words(Statistic::names);
    }

    private void declareOutput(Options options) {
        options.value(
                "n",
                "NUM",
                "Lines of a statistic (default 10), or of what is put together or ordered; 0 for"
                        + " all",
                v -> settings.lines = Optional.of(number(v)));
        options.value(
                "O",
                "ORDER",
                "Order of lines: flows, packets, bytes, pps, bps, bpp, opkg, obyte, tstart, tend or"
                        + " duration",
                v -> settings.order = Optional.of(Order.parse(v)));
        options.value(
                "o",
                "FORMAT",
                "line (default), long, extended, biline, bilong, with a 6 behind for whole"
                        + " addresses, csv, json, null, or fmt: and a format of your own",
                v -> settings.format = Optional.of(v));
        options.flag("6", "Print whole addresses of IPv6", () -> settings.full = true);
        options.flag("q", "Print neither titles nor the summary", () -> settings.quiet = true);
        options.flag("N", "Print plain numbers", () -> settings.plain = true);
        options.flag("T", "Print a control-A before each address", () -> settings.marked = true);
        options.value("C", "FILE", "Accepted for scripts; there is no such configuration", v -> {});
        options.value("G", "FILE", "Accepted for scripts; no countries are printed", v -> {});
        options.value("D", "SERVER", "Accepted for scripts; names are the system's", v -> {});
    }

    private static long number(String text) {
        return IpText.parseDigits(text, Long.MAX_VALUE, "number");
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        Predicate filter = filter(operands);
        if (checkOnly) {
            return Optional.empty();
        }
        settings.resolve(env, statistics);
        FlowPlan flows = flows();
        if (window.isPresent()) {
            flows = new FlowPlan.Filter(flows, inWindow(flows, window.get()));
        }
        if (!filter.equals(Predicate.ALWAYS)) {
            flows = new FlowPlan.Filter(flows, filter);
        }
        if (most > 0) {
            flows = new FlowPlan.First(flows, most);
        }
        return Optional.of(query(flows));
    }

    private Predicate filter(List<String> operands) throws IOException {
        if (operands.size() > 1) {
            throw new ToolException("the filter has to be one word: put it between quotes");
        }
        String text =
                operands.isEmpty() && filterFile.isPresent()
                        ? Files.readString(env.path(filterFile.get()))
                        : operands.isEmpty() ? "" : operands.getFirst();
        try {
            return FilterParser.parse(new Includes(env).expand(text));
        } catch (FilterException e) {
            throw new ToolException(String.valueOf(e.getMessage()), BAD_FILTER);
        }
    }

    private FlowPlan flows() throws IOException {
        boolean fromFiles = readPath.isPresent() || range.isPresent();
        boolean selects =
                selection.hasFileSwitch() || selection.hasTypeSwitch() || selection.hasSensors();
        if (fromFiles && selects) {
            throw new ToolException("-r and -R do not go with switches that select hours");
        }
        if (selects) {
            return selection.plan();
        }
        names = fromFiles ? files() : inputs.names(List.of());
        return inputs.plan(names);
    }

    private List<String> files() throws IOException {
        if (readPath.isPresent() && range.isPresent()) {
            throw new ToolException("-r does not go with -R");
        }
        InputPaths paths = new InputPaths(env);
        String spec = readPath.or(() -> range).orElseThrow();
        List<String> out = new ArrayList<>();
        for (String directory : directories.map(InputPaths::directories).orElse(List.of(""))) {
            String path = directory.isEmpty() ? spec : directory + "/" + spec;
            out.addAll(readPath.isPresent() ? paths.below(path) : paths.range(path));
        }
        return out;
    }

    private Predicate inWindow(FlowPlan flows, String text) throws IOException {
        try {
            chosen = Optional.of(TimeWindow.parse(text, settings.style(), () -> windowOf(flows)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ToolException("invalid -t '" + text + "': " + e.getMessage());
        }
        return chosen.get().predicate();
    }

    /// From the first to the last of all flows.
    private TimeWindow windowOf(FlowPlan flows) throws IOException {
        if (names.stream().anyMatch(inputs::isStream)) {
            throw new IllegalArgumentException("standard input cannot be read twice");
        }
        try (QueryRun run = inputs.open(new Query(flows, Grouped.total()))) {
            if (!run.read()) {
                throw new ToolException("", 1);
            }
            Shown all = Report.total(run, 0);
            totals.clear();
            return new TimeWindow(all.firstMs, all.lastMs);
        }
    }

    private Query query(FlowPlan flows) {
        List<Product> products = new ArrayList<>();
        FlowPlan of = flows;
        if (!statistics.isEmpty()) {
            for (Statistic s : statistics) {
                if (s.element().isRecord()) {
                    of = masked(of);
                    products.add(settings.grouped().product());
                } else {
                    s.groups().forEach(g -> products.add(g.product()));
                }
            }
        } else if (settings.puts()) {
            of = masked(of);
            products.add(settings.grouped().product());
        } else {
            if (settings.order.isPresent()) {
                Order order = settings.order.get();
                of = new FlowPlan.Sort(of, List.of(order.ofFlow()), !order.ascends(), false);
            }
            products.add(new Product.Rows(columns(settings.listing().fields()), 0));
        }
        products.add(Grouped.total());
        return new Query(of, products);
    }

    private FlowPlan masked(FlowPlan flows) {
        List<FlowPlan.Prefixes> prefixes = settings.aggregation.prefixes();
        return prefixes.isEmpty() ? flows : new FlowPlan.Mask(flows, prefixes);
    }

    /// What is asked of each flow that is listed: times and counts, then the fields.
    private static List<Expr> columns(Set<Field> fields) {
        List<Expr> out = new ArrayList<>();
        out.add(Flows.START_MS);
        out.add(Flows.END_MS);
        out.add(Expr.of(Field.PACKETS));
        out.add(Expr.of(Field.BYTES));
        shown(fields).forEach(f -> out.add(Expr.of(f)));
        return out;
    }

    /// The fields of flows that are listed, in the order in which they are asked for.
    static Set<Field> shown(Set<Field> fields) {
        EnumSet<Field> out = EnumSet.copyOf(fields);
        out.removeAll(EnumSet.of(Field.PACKETS, Field.BYTES));
        out.add(Field.ATTRIBUTES);
        return out;
    }

    @Override
    public int print() throws IOException {
        return 0;
    }

    @Override
    public int run(Query query) throws IOException {
        if (env.outIsTerminal()) {
            inputs.withoutProgress();
        }
        settings.tellMissing(statistics, env);
        Report report = new Report(env, settings, totals);
        long began = System.nanoTime();
        try (QueryRun run = inputs.open(query, report)) {
            boolean good = run.read();
            report.print(run, query, statistics);
            report.summary(run, query.products().size() - 1, chosen, octets(), began);
            report.flush();
            return good ? 0 : 1;
        }
    }

    private long octets() throws IOException {
        long sum = 0;
        for (String name : names) {
            if (!inputs.isStream(name)) {
                sum += Files.size(env.path(name));
            }
        }
        return sum;
    }

    /// Counts all flows that are read.
    private final class Inputs extends FlowInputs {
        Inputs() {
            super(env, site);
        }

        @Override
        public RowConsumer watched(RowConsumer consumer) {
            return super.watched(totals.counting(consumer));
        }
    }
}
