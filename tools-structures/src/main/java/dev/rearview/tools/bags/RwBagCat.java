package dev.rearview.tools.bags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.Maps;
import dev.rearview.kit.fields.NetworkStructure;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.options.NamedPath;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Ip;
import dev.rearview.sets.BagCounter;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Prints bags as text.
public final class RwBagCat implements Tool {
    private final Env env;
    private final SiteOption site;
    private final TableOptions options;
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
        this.options = TableOptions.plain(env);
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
    public void declare(Options declared) {
        declared.optional(
                "network-structure",
                "STRUCTURE",
                "Print netblocks of these sizes with the sum of the counters in each",
                v -> network = Optional.of(NetworkStructure.parse(v)));
        declared.optional(
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
        declared.optional(
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
        declared.optional(
                "print-statistics",
                "PATH",
                "Print statistics of the keys and counters to PATH or standard output",
                v -> statistics = Optional.of(v.isEmpty() ? "-" : v));
        limits.declare(declared, BagCounter.MAX);
        declared.value(
                "mask-set",
                "SET",
                "Print only the keys that are in this IPset",
                v -> mask = Optional.of(readSet(v)));
        declared.flag(
                "zero-counts",
                "Print the other keys of --mask-set, or of --minkey and --maxkey, with 0",
                () -> zeroCounts = true);
        declared.value(
                        "pmap-file",
                        "[NAME:]PATH",
                        "The prefix map whose labels the keys stand for",
                        v -> map = Optional.of(Maps.load(env, NamedPath.of(v).path())))
                .once();
        declared.value(
                "key-format",
                "FORMAT",
                "Print keys as canonical, no-mixed, decimal, hexadecimal, zero-padded, map-v4,"
                        + " unmap-v6, force-ipv6; or as timestamp, iso-time, m/d/y, epoch, with utc"
                        + " or localtime",
                v -> format = Optional.of(KeyFormat.parse(v, env.context()::zone)));
        declared.flag("integer-keys", "Same as --key-format=decimal", () -> integerKeys = true);
        declared.flag("zero-pad-ips", "Same as --key-format=zero-padded", () -> zeroPad = true);
        options.declareUntitled(declared);
        site.declare(declared);
    }

    private IpSet readSet(String name) {
        try {
            return InputFiles.set(env, name);
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
        List<String> names = InputNames.orStdin(env, operands);
        limits.check();
        if (integerKeys || zeroPad) {
            String words = (integerKeys ? "decimal," : "") + (zeroPad ? "zero-padded" : "");
            format = Optional.of(KeyFormat.parse(words, env.context()::zone));
        }
        if (options.isStructured() && statistics.isPresent() && rowsAreWanted() && isOneOutput()) {
            throw new ToolException(
                    "this --output-format prints one thing; give --print-statistics a PATH");
        }
        try (OutputStream out = options.open();
                OutputStream statisticsOut = statisticsOutput(out)) {
            BagTable rows = new BagTable(options, out, names.size() > 1);
            BagTable figures = new BagTable(options, statisticsOut, names.size() > 1);
            for (String name : names) {
                print(name, rows, figures);
            }
            rows.finish();
            figures.finish();
        }
        return 0;
    }

    /// Whether entries are printed beside statistics.
    private boolean rowsAreWanted() {
        return bins.isPresent() || order.isPresent() || network.isPresent();
    }

    private boolean isOneOutput() {
        return statistics.map(OutputFiles::isStdout).orElse(false) && options.isStdout();
    }

    private OutputStream statisticsOutput(OutputStream out) throws IOException {
        if (statistics.isEmpty()) {
            return OutputStream.nullOutputStream();
        }
        return isOneOutput()
                ? OutputFiles.unclosed(out)
                : OutputFiles.openPlain(env, statistics.get());
    }

    private void print(String name, BagTable rows, BagTable figures) throws IOException {
        try (SilkFile file = InputFiles.silk(env, name);
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
                env.tell(
                        lost
                                + " keys of type "
                                + type.label()
                                + " are IPv6 addresses and not printed");
            }
            print(name, entries.sorted(), type, in.isWide(), rows, figures);
        }
    }

    private void print(
            String name,
            RowSource entries,
            BagType type,
            boolean wide,
            BagTable rows,
            BagTable figures)
            throws IOException {
        KeyText key;
        try {
            key = KeyText.of(type, wide && type.mayBeIp(), format, site.site(), map);
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(String.valueOf(e.getMessage()));
        }
        Statistics figuresOfBag = new Statistics();
        if (statistics.isPresent() && !rowsAreWanted()) {
            forEach(entries, wide, figuresOfBag::add);
        } else {
            try (RowCombiner sorter = sorter()) {
                BagPrinting printing = printing(name, key, wide, sorter, rows);
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
            print(name, figuresOfBag, key, figures);
        }
    }

    private static void print(String name, Statistics figures, KeyText key, BagTable table)
            throws IOException {
        if (!table.isStructured()) {
            table.out().write(figures.text(key).getBytes(StandardCharsets.UTF_8));
            return;
        }
        table.start(
                name,
                new Table.Heading("statistic", 0, false),
                new Table.Heading("value", 0, true));
        figures.forEach(
                key,
                (label, text, isNumber) -> {
                    Table row = table.row();
                    row.cell(label);
                    if (isNumber) {
                        row.cell(text);
                    } else {
                        row.text(text);
                    }
                    row.endRow();
                });
    }

    /// Counts keys by bin, or puts all three words in order.
    private RowCombiner sorter() {
        return BagRows.combiner(
                env, 2, bins.isPresent() ? BagRows.KEY_WORDS : BagRows.WORDS, Long::sum);
    }

    private BagPrinting printing(
            String bag, KeyText key, boolean wide, RowCombiner sorter, BagTable table) {
        if (bins.isPresent()) {
            return BagPrinting.bins(table, bag, bins.get(), sorter);
        }
        if (order.isPresent()) {
            boolean increasing = order.get().equals("increasing");
            return BagPrinting.sorted(table, bag, key, increasing, sorter);
        }
        if (network.isPresent()) {
            IpFormat ip = format.flatMap(KeyFormat::ip).orElse(IpFormat.CANONICAL);
            return table.isStructured()
                    ? BagPrinting.networkRows(table, bag, network.get(), ip, wide)
                    : BagPrinting.networkLines(table, network.get(), style(ip), wide);
        }
        return BagPrinting.plain(table, bag, key);
    }

    private NetworkStructure.Style style(IpFormat ip) {
        return new NetworkStructure.Style(
                ip, options.isPadded(), options.separator(), options.finalDelimiter());
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
            Ip.forEach(
                    loHi,
                    loLo,
                    hiHi,
                    hiLo,
                    (hi, lo) -> {
                        boolean found = any[0] && row[0] == hi && row[1] == lo;
                        long counter = found ? row[2] : 0;
                        if (found) {
                            any[0] = entries.next(row);
                        }
                        if (limits.isBelowMaximum(counter)) {
                            out.accept(hi, lo, counter);
                        }
                    });
        });
    }
}
