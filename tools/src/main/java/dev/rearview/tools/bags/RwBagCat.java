package dev.rearview.tools.bags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.model.Ip;
import dev.rearview.sets.BagCounter;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.BagFile;
import dev.rearview.silk.SilkFile;
import dev.rearview.text.IpFormat;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
        this.table = TableOptions.plain(env);
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
        try {
            return FlowInputs.set(env, name);
        } catch (IOException e) {
            throw ToolException.failure(Runner.describe(e));
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
                print(name, out, figures);
            }
        }
        return 0;
    }

    private OutputStream statisticsOutput(OutputStream out) throws IOException {
        if (statistics.isEmpty()) {
            return OutputStream.nullOutputStream();
        }
        boolean same = OutputFiles.isStdout(statistics.get()) && table.isStdout();
        return same ? OutputFiles.unclosed(out) : OutputFiles.openPlain(env, statistics.get());
    }

    private void print(String name, OutputStream out, OutputStream figures) throws IOException {
        try (SilkFile file = FlowInputs.silk(env, name);
                RowCombiner entries = BagRows.combiner(env, 2, BagCounter::sum)) {
            BagFile.Reader in = new BagFile.Reader(file);
            BagType type = in.keyType();
            boolean isAddress = type.mayBeIp();
            if (!isAddress && (mask.isPresent() || network.isPresent())) {
                throw ToolException.failure(
                        "--mask-set and --network-structure need addresses, not keys of type "
                                + type.label());
            }
            long lost = 0;
            long[] row = new long[BagRows.WORDS];
            while (in.next(row)) {
                // Numbers have 32 bits; an address among them is nothing that could be printed.
                if (isAddress || Ip.isMapped(row[0], row[1])) {
                    entries.add(row);
                } else {
                    lost++;
                }
            }
            if (lost > 0) {
                env.err()
                        .println(
                                "rwbagcat: "
                                        + lost
                                        + " keys of type "
                                        + type.label()
                                        + " are IPv6 addresses and not printed");
            }
            print(entries.sorted(), type, in.isWide(), out, figures);
        }
    }

    /// One way to print entries.
    private interface Printing {
        void add(long hi, long lo, long counter) throws IOException;

        void finish() throws IOException;
    }

    private void print(
            RowSource entries, BagType type, boolean wide, OutputStream out, OutputStream figures)
            throws IOException {
        KeyText key;
        try {
            key = KeyText.of(type, wide && type.mayBeIp(), format, site.site(), map);
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(String.valueOf(e.getMessage()));
        }
        Statistics figuresOfBag = new Statistics();
        boolean rowsAreWanted = bins.isPresent() || order.isPresent() || network.isPresent();
        if (statistics.isPresent() && !rowsAreWanted) {
            forEach(entries, wide, figuresOfBag::add);
        } else {
            try (RowCombiner sorter = sorter()) {
                Printing printing = printing(key, wide, sorter, out);
                forEach(
                        entries,
                        wide,
                        (hi, lo, counter) -> {
                            printing.add(hi, lo, counter);
                            figuresOfBag.add(hi, lo, counter);
                        });
                printing.finish();
            }
        }
        if (statistics.isPresent()) {
            figures.write(figuresOfBag.text(key).getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Counts keys by bin, or puts all three words in order.
    private RowCombiner sorter() {
        return BagRows.combiner(
                env, 2, bins.isPresent() ? BagRows.KEY_WORDS : BagRows.WORDS, Long::sum);
    }

    private Printing printing(KeyText key, boolean wide, RowCombiner sorter, OutputStream out) {
        if (bins.isPresent()) {
            return new Bins(bins.get(), sorter, out);
        }
        if (order.isPresent()) {
            return new Sorted(key, order.get().equals("increasing"), sorter, out);
        }
        if (network.isPresent()) {
            return networks(network.get(), wide, out);
        }
        Table rows = rows(key, out);
        return new Printing() {
            @Override
            public void add(long hi, long lo, long counter) {
                row(rows, key.of(hi, lo), counter);
            }

            @Override
            public void finish() {
                rows.finish();
            }
        };
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

    private void forEach(RowSource entries, boolean wide, BagRows.Entries out) throws IOException {
        if (zeroCounts) {
            forEachWithZeroes(entries, wide, out);
            return;
        }
        BagRows.forEach(
                entries,
                (hi, lo, counter) -> {
                    if (limits.acceptsKey(hi, lo)
                            && limits.acceptsCounter(counter)
                            && (mask.isEmpty() || mask.get().contains(hi, lo))) {
                        out.accept(hi, lo, counter);
                    }
                });
    }

    private void forEachWithZeroes(RowSource entries, boolean wide, BagRows.Entries out)
            throws IOException {
        Ip low = limits.minKey().orElse(wide ? Ip.v6(0, 0) : Ip.v4(0));
        Ip high = limits.maxKey().orElse(wide ? Ip.v6(-1L, -1L) : Ip.v4(-1));
        IpSet.Builder limited = new IpSet.Builder();
        limited.addRange(low.hi(), low.lo(), high.hi(), high.lo());
        IpSet keys = limited.build();
        keys = mask.isPresent() ? keys.intersect(mask.get()) : keys;
        long[] row = new long[BagRows.WORDS];
        boolean[] any = {entries.next(row)};
        keys.forEachRange((loHi, loLo, hiHi, hiLo) -> {
            while (any[0] && Ip.compare(row[0], row[1], loHi, loLo) < 0) {
                any[0] = entries.next(row);
            }
            long hi = loHi;
            long lo = loLo;
            while (true) {
                boolean found = any[0] && row[0] == hi && row[1] == lo;
                long counter = found ? row[2] : 0;
                if (found) {
                    any[0] = entries.next(row);
                }
                if (limits.isBelowMaximum(counter)) {
                    out.accept(hi, lo, counter);
                }
                if (hi == hiHi && lo == hiLo) {
                    break;
                }
                lo++;
                hi += lo == 0 ? 1 : 0;
            }
        });
    }

    /// Entries by counter, those of one counter by key.
    private final class Sorted implements Printing {
        private final RowCombiner sorter;
        private final KeyText key;
        private final long flip;
        private final OutputStream out;
        private final long[] row = new long[BagRows.WORDS];

        Sorted(KeyText key, boolean increasing, RowCombiner sorter, OutputStream out) {
            this.key = key;
            this.flip = increasing ? 0 : -1L;
            this.sorter = sorter;
            this.out = out;
        }

        @Override
        public void add(long hi, long lo, long counter) throws IOException {
            row[0] = counter ^ flip;
            row[1] = hi;
            row[2] = lo;
            sorter.add(row);
        }

        @Override
        public void finish() throws IOException {
            Table rows = rows(key, out);
            BagRows.forEach(
                    sorter.sorted(),
                    (counter, hi, lo) -> row(rows, key.of(hi, lo), counter ^ flip));
            rows.finish();
        }
    }

    /// How many keys have a counter of each bin.
    private final class Bins implements Printing {
        private final String scale;
        private final RowCombiner sorter;
        private final OutputStream out;
        private final long[] row = {0, 0, 1};

        Bins(String scale, RowCombiner sorter, OutputStream out) {
            this.scale = scale;
            this.sorter = sorter;
            this.out = out;
        }

        @Override
        public void add(long hi, long lo, long counter) throws IOException {
            if (counter != 0) {
                row[1] = CounterBins.bin(counter, scale);
                sorter.add(row);
            }
        }

        @Override
        public void finish() throws IOException {
            Table rows =
                    table(
                            out,
                            new Table.Heading("counter", COUNTER_WIDTH, !scale.equals("binary")),
                            new Table.Heading("keys", COUNTER_WIDTH, true));
            BagRows.forEach(
                    sorter.sorted(), (none, bin, n) -> row(rows, CounterBins.text(bin, scale), n));
            rows.finish();
        }
    }

    private Printing networks(NetworkStructure structure, boolean wide, OutputStream out) {
        IpFormat ip = format.flatMap(KeyFormat::ip).orElse(IpFormat.CANONICAL);
        TextLines lines = new TextLines(out);
        NetworkStructure.Printer printer =
                structure.ofBag(
                        new NetworkStructure.Style(
                                ip, table.isPadded(), table.separator(), table.finalDelimiter()),
                        lines,
                        wide);
        return new Printing() {
            @Override
            public void add(long hi, long lo, long counter) throws IOException {
                printer.add(hi, lo, counter);
            }

            @Override
            public void finish() throws IOException {
                printer.finish();
                lines.flush();
            }
        };
    }
}
