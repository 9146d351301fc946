package dev.rearview.tools.bags;

import dev.rearview.model.Ip;
import dev.rearview.sets.Bag;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.BagFile;
import dev.rearview.silk.IpSetFile;
import dev.rearview.silk.SilkFile;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import dev.rearview.tools.fields.Maps;
import dev.rearview.tools.fields.NetworkStructure;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.OutputFiles;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.TableOptions;
import dev.rearview.tools.kit.TextLines;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/// Prints bags as text.
public final class RwBagCat implements Tool {
    private static final int COUNTER_WIDTH = 20;

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private final BagLimits limits = new BagLimits();
    private Optional<NetworkStructure> network = Optional.empty();
    private Optional<String> bins = Optional.empty();
    private Optional<String> order = Optional.empty();
    private Optional<String> statistics = Optional.empty();
    private Optional<IpSet> mask = Optional.empty();
    private Optional<PrefixMap> map = Optional.empty();
    private Optional<KeyFormat> format = Optional.empty();
    private boolean integerKeys;
    private boolean zeroPad;
    private boolean zeroCounts;

    public RwBagCat(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwbagcat";
    }

    @Override
    public String summary() {
        return "Print the keys and counters of bags, or statistics about them";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [BAGS]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("The largest counters first", "rwbagcat --sort-counters bytes.bag"),
                new Example(
                        "Sums of the counters by network",
                        "rwbagcat --network-structure=TBS bytes.bag"));
    }

    @Override
    public void declare(Options options) {
        options.optional(
                "network-structure",
                "STRUCTURE",
                "Print netblocks of these sizes with the sum of the counters in each",
                v -> network = Optional.of(NetworkStructure.parse(v)));
        options.optional(
                "bin-ips",
                "SCALE",
                "Print how many keys have each counter: linear, binary or decimal",
                v ->
                        bins =
                                Optional.of(
                                        v.isEmpty()
                                                ? "linear"
                                                : Names.unique(
                                                        v.toLowerCase(Locale.ROOT),
                                                        List.of("linear", "binary", "decimal"),
                                                        "scale")));
        options.optional(
                "sort-counters",
                "ORDER",
                "Print counters in decreasing (the default) or increasing order",
                v ->
                        order =
                                Optional.of(
                                        v.isEmpty()
                                                ? "decreasing"
                                                : Names.unique(
                                                        v.toLowerCase(Locale.ROOT),
                                                        List.of("decreasing", "increasing"),
                                                        "order")));
        options.optional(
                "print-statistics",
                "PATH",
                "Print statistics of the keys and counters to PATH or standard output",
                v -> statistics = Optional.of(v.isEmpty() ? "-" : v));
        limits.declare(options, -1L);
        options.value(
                "mask-set",
                "SET",
                "Print only the keys that are in this IPset",
                v -> mask = Optional.of(readSet(v)));
        options.flag(
                "zero-counts",
                "Print the other keys of --mask-set, or of --minkey and --maxkey, with 0",
                () -> zeroCounts = true);
        options.value(
                "pmap-file",
                "[NAME:]PATH",
                "The prefix map whose labels the keys stand for",
                v -> {
                    if (map.isPresent()) {
                        throw new IllegalArgumentException("is given twice");
                    }
                    map = Optional.of(Maps.load(env, v.substring(v.indexOf(':') + 1)));
                });
        options.value(
                "key-format",
                "FORMAT",
                "Print keys as canonical, no-mixed, decimal, hexadecimal, zero-padded, map-v4,"
                        + " unmap-v6, force-ipv6; or as timestamp, iso-time, m/d/y, epoch, with utc"
                        + " or localtime",
                v -> format = Optional.of(KeyFormat.parse(v)));
        options.flag("integer-keys", "Same as --key-format=decimal", () -> integerKeys = true);
        options.flag("zero-pad-ips", "Same as --key-format=zero-padded", () -> zeroPad = true);
        table.declareUntitled(options);
        site.declare(options);
    }

    private IpSet readSet(String name) {
        try (SilkFile file = FlowInputs.silk(env, name)) {
            return IpSetFile.read(file);
        } catch (IOException e) {
            throw new ToolException(Runner.describe(e));
        }
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (network.isPresent() && bins.isPresent()) {
            throw new ToolException("--network-structure does not go with --bin-ips");
        }
        if (zeroCounts && mask.isEmpty() && !limits.hasKeyRange()) {
            throw new ToolException("--zero-counts needs --mask-set, or --minkey and --maxkey");
        }
        if (operands.isEmpty() && env.inIsTerminal()) {
            throw new ToolException("no input bags, and standard input is a terminal");
        }
        limits.check();
        if (integerKeys || zeroPad) {
            String words = (integerKeys ? "decimal," : "") + (zeroPad ? "zero-padded" : "");
            format = Optional.of(KeyFormat.parse(words));
        }
        try (OutputStream out = table.open();
                OutputStream figures = statisticsOutput(out)) {
            for (String name : operands.isEmpty() ? List.of("-") : operands) {
                print(read(name), out, figures);
            }
        }
        return 0;
    }

    private OutputStream statisticsOutput(OutputStream out) throws IOException {
        if (statistics.isEmpty()) {
            return OutputStream.nullOutputStream();
        }
        boolean same = OutputFiles.isStdout(statistics.get()) && table.isStdout();
        return same ? OutputFiles.unclosed(out) : OutputFiles.open(env, statistics.get(), true);
    }

    private Bag read(String name) throws IOException {
        try (SilkFile file = FlowInputs.silk(env, name)) {
            return BagFile.read(file);
        }
    }

    /// Takes what is printed of a bag.
    @FunctionalInterface
    private interface Entries {
        void accept(long hi, long lo, long counter) throws IOException;
    }

    private void print(Bag bag, OutputStream out, OutputStream figures) throws IOException {
        boolean isAddress = bag.keyType().mayBeIp();
        if (!isAddress && (mask.isPresent() || network.isPresent())) {
            throw new ToolException(
                    "--mask-set and --network-structure need addresses, not keys of type "
                            + bag.keyType().label());
        }
        if (!isAddress && bag.isWide()) {
            // Numbers have 32 bits; an address among them is nothing that could be printed.
            Bag numbers = bag.filter((hi, lo, counter) -> Ip.isMapped(hi, lo));
            int lost = bag.size() - numbers.size();
            if (lost > 0) {
                env.err()
                        .println(
                                "rwbagcat: "
                                        + lost
                                        + " keys of type "
                                        + bag.keyType().label()
                                        + " are IPv6 addresses and not printed");
            }
            print(numbers, out, figures, false);
            return;
        }
        print(bag, out, figures, isAddress);
    }

    private void print(Bag bag, OutputStream out, OutputStream figures, boolean isAddress)
            throws IOException {
        KeyText key;
        try {
            key = KeyText.of(bag.keyType(), bag.isWide() && isAddress, format, site.site(), map);
        } catch (IllegalArgumentException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        if (bins.isPresent()) {
            printBins(bag, bins.get(), out);
        } else if (order.isPresent()) {
            printSorted(bag, key, order.get().equals("increasing"), out);
        } else if (network.isPresent()) {
            printNetworks(bag, network.get(), out);
        } else if (statistics.isEmpty()) {
            Table rows = rows(key, out);
            forEach(bag, (hi, lo, counter) -> row(rows, key.of(hi, lo), counter));
            rows.finish();
        }
        if (statistics.isPresent()) {
            Statistics s = new Statistics();
            forEach(bag, s::add);
            figures.write(s.text(key).getBytes(StandardCharsets.UTF_8));
        }
    }

    private Table rows(KeyText key, OutputStream out) {
        return table(
                out,
                new Table.Heading("key", key.width(), key.isNumeric()),
                new Table.Heading("counter", COUNTER_WIDTH, true));
    }

    private Table table(OutputStream out, Table.Heading... headings) {
        Table.Layout layout = table.layout();
        Table rows =
                new Table(
                        out,
                        new Table.Layout(
                                layout.format(),
                                layout.format() == Table.Format.CSV,
                                layout.padded(),
                                layout.separator(),
                                layout.finalDelimiter()),
                        List.of(headings));
        rows.titles();
        return rows;
    }

    private static void row(Table rows, String key, long counter) {
        rows.cell(key);
        rows.cell(counter);
        rows.endRow();
    }

    private void forEach(Bag bag, Entries out) throws IOException {
        if (zeroCounts) {
            forEachWithZeroes(bag, out);
            return;
        }
        for (int i = 0; i < bag.size(); i++) {
            long hi = bag.hi(i);
            long lo = bag.lo(i);
            if (limits.acceptsKey(hi, lo)
                    && limits.acceptsCounter(bag.counter(i))
                    && (mask.isEmpty() || mask.get().contains(hi, lo))) {
                out.accept(hi, lo, bag.counter(i));
            }
        }
    }

    private void forEachWithZeroes(Bag bag, Entries out) throws IOException {
        Ip low = limits.minKey().orElse(bag.isWide() ? Ip.v6(0, 0) : Ip.v4(0));
        Ip high = limits.maxKey().orElse(bag.isWide() ? Ip.v6(-1L, -1L) : Ip.v4(-1));
        IpSet.Builder limited = new IpSet.Builder();
        limited.addRange(low.hi(), low.lo(), high.hi(), high.lo());
        IpSet keys = limited.build();
        keys = mask.isPresent() ? keys.intersect(mask.get()) : keys;
        for (int i = 0; i < keys.rangeCount(); i++) {
            IpRange r = keys.range(i);
            int at = bag.lowerBound(r.loHi(), r.loLo());
            long hi = r.loHi();
            long lo = r.loLo();
            while (true) {
                boolean found = at < bag.size() && bag.hi(at) == hi && bag.lo(at) == lo;
                long counter = found ? bag.counter(at++) : 0;
                if (limits.isBelowMaximum(counter)) {
                    out.accept(hi, lo, counter);
                }
                if (hi == r.hiHi() && lo == r.hiLo()) {
                    break;
                }
                lo++;
                hi += lo == 0 ? 1 : 0;
            }
        }
    }

    private void printSorted(Bag bag, KeyText key, boolean increasing, OutputStream out)
            throws IOException {
        List<long[]> entries = new ArrayList<>();
        forEach(bag, (hi, lo, counter) -> entries.add(new long[] {hi, lo, counter}));
        entries.sort((a, b) ->
                increasing ? Long.compareUnsigned(a[2], b[2]) : Long.compareUnsigned(b[2], a[2]));
        Table rows = rows(key, out);
        for (long[] e : entries) {
            row(rows, key.of(e[0], e[1]), e[2]);
        }
        rows.finish();
    }

    private void printBins(Bag bag, String scale, OutputStream out) throws IOException {
        TreeMap<Long, Long> counts = new TreeMap<>();
        forEach(
                bag,
                (hi, lo, counter) -> {
                    if (counter != 0) {
                        counts.merge(CounterBins.bin(counter, scale), 1L, Long::sum);
                    }
                });
        Table rows =
                table(
                        out,
                        new Table.Heading("counter", COUNTER_WIDTH, !scale.equals("binary")),
                        new Table.Heading("keys", COUNTER_WIDTH, true));
        counts.forEach((bin, n) -> row(rows, CounterBins.text(bin, scale), n));
        rows.finish();
    }

    private void printNetworks(Bag bag, NetworkStructure structure, OutputStream out)
            throws IOException {
        IpFormat ip = format.flatMap(KeyFormat::ip).orElse(IpFormat.CANONICAL);
        TextLines lines = new TextLines(out);
        NetworkStructure.Printer printer =
                structure.ofBag(
                        new NetworkStructure.Style(
                                ip, table.isPadded(), table.separator(), table.finalDelimiter()),
                        lines,
                        bag.isWide());
        forEach(bag, printer::add);
        printer.finish();
        lines.flush();
    }
}
