package dev.rearview.tools.rwsetcat;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.NetworkStructure;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.kit.tables.TextLines;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Prints IP sets as text.
public final class RwSetCat implements Tool {
    private final Env env;
    private final StyleOptions style;
    private final TableOptions table;
    private boolean countIps;
    private boolean statistics;
    private boolean printIps;
    private boolean ranges;
    private Optional<Boolean> cidr = Optional.empty();
    private Optional<NetworkStructure> network = Optional.empty();
    private Optional<Boolean> printNames = Optional.empty();

    public RwSetCat(Env env) {
        this.env = env;
        this.style = new StyleOptions(env);
        this.table = TableOptions.plain(env);
    }

    @Override
    public String name() {
        return "rwsetcat";
    }

    @Override
    public String summary() {
        return "Print the addresses in IPset files, or statistics about them";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [SET_FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Print a set as CIDR blocks", "rwsetcat --cidr-blocks internal.set"),
                new Example(
                        "How its addresses are spread over networks",
                        "rwsetcat --network-structure=TS internal.set"));
    }

    @Override
    public void declare(Options options) {
        options.flag("count-ips", "Print the number of addresses", () -> countIps = true);
        options.flag("print-statistics", "Print statistics of the set", () -> statistics = true);
        options.flag(
                "print-ips",
                "Print the addresses beside counts or statistics",
                () -> printIps = true);
        options.optional(
                "cidr-blocks",
                "0|1",
                "Print CIDR blocks (1, default for IPv6) or single addresses (0)",
                v -> cidr = Optional.of(v.isBlank() || SwitchValues.zeroOrOne(v)));
        options.optional(
                "network-structure",
                "STRUCTURE",
                "Print netblocks of these sizes with the number of hosts in each",
                v -> network = Optional.of(NetworkStructure.parse(v)));
        options.flag("ip-ranges", "Print ranges as COUNT|LOW|HIGH|", () -> ranges = true);
        options.optional(
                "print-filenames",
                "0|1",
                "Print the name of each set (1) or not (0)",
                v -> printNames = Optional.of(v.isBlank() || SwitchValues.zeroOrOne(v)));
        style.declareIp(options);
        table.declareUntitled(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        int modes = (cidr.isPresent() ? 1 : 0) + (network.isPresent() ? 1 : 0) + (ranges ? 1 : 0);
        if (modes > 1) {
            throw new ToolException(
                    "only one of --cidr-blocks, --network-structure and --ip-ranges may be given");
        }
        if (countIps && network.isPresent()) {
            throw new ToolException("--count-ips does not go with --network-structure");
        }
        List<String> names = operands.isEmpty() ? List.of("-") : operands;
        Optional<SetRows.Kind> kind = table.isStructured() ? Optional.of(kind()) : Optional.empty();
        try (OutputStream out = table.open()) {
            return kind.isPresent() ? rows(kind.get(), names, out) : text(names, out);
        }
    }

    private int text(List<String> names, OutputStream out) {
        int status = 0;
        for (String name : names) {
            TextLines text = new TextLines(out);
            if (!one(name, names.size() > 1, text)) {
                status = 1;
            }
            text.flush();
        }
        return status;
    }

    /// What rows for programs are: these cannot be of several kinds.
    private SetRows.Kind kind() {
        boolean body = printIps || cidr.isPresent() || network.isPresent() || ranges;
        if ((body ? 1 : 0) + (countIps ? 1 : 0) + (statistics ? 1 : 0) > 1) {
            throw new ToolException(
                    "this --output-format prints one thing: addresses, --count-ips or"
                            + " --print-statistics");
        }
        if (countIps) {
            return SetRows.Kind.COUNT;
        }
        if (statistics) {
            return SetRows.Kind.STATISTIC;
        }
        if (network.isPresent()) {
            return SetRows.Kind.NETWORK;
        }
        if (ranges) {
            return SetRows.Kind.RANGE;
        }
        return cidr.orElse(false) ? SetRows.Kind.BLOCK : SetRows.Kind.ADDRESS;
    }

    private int rows(SetRows.Kind kind, List<String> names, OutputStream out) {
        boolean named = printNames.orElse(names.size() > 1);
        SetRows rows = new SetRows(table, out, new SetRows.Contents(kind, named, cidr, network));
        int status = 0;
        for (String name : names) {
            Read read = read(name);
            status = read.good ? status : 1;
            read.set.ifPresent(set -> rows.add(name, set, format(), style.ip()));
        }
        rows.finish();
        return status;
    }

    /// What could be read of a set.
    ///
    /// @param good whether that is all of it
    private record Read(Optional<IpSet> set, boolean good) {}

    private Read read(String name) {
        IpSet.Builder builder = new IpSet.Builder();
        try (SilkFile file = InputFiles.silk(env, name)) {
            try {
                return new Read(Optional.of(IpSetFile.read(file, builder)), true);
            } catch (MalformedInputException e) {
                env.tell(e);
                IpSet part = builder.build();
                return new Read(part.isEmpty() ? Optional.empty() : Optional.of(part), false);
            }
        } catch (IOException e) {
            env.tell(e);
            return new Read(Optional.empty(), false);
        }
    }

    private boolean one(String name, boolean several, TextLines text) {
        StringBuilder out = text.buffer();
        Read read = read(name);
        if (read.set.isEmpty()) {
            return false;
        }
        IpSet set = read.set.get();
        boolean named = printNames.orElse(several && (countIps || statistics));
        if (named) {
            out.append(name).append(':').append(countIps ? "" : "\n");
        }
        if (countIps) {
            out.append(set.size()).append('\n');
        }
        boolean body = printIps || cidr.isPresent() || network.isPresent() || ranges;
        if (body || !(countIps || statistics)) {
            body(set, text);
        }
        if (statistics) {
            SetStatistics.append(set, style.ip(), out);
        }
        return read.good;
    }

    /// The format for a set: mapped addresses in an IPv6 set show as IPv4 unless told otherwise.
    private IpFormat format() {
        IpFormat f = style.ip();
        boolean canonical =
                f.style() == IpFormat.Style.CANONICAL || f.style() == IpFormat.Style.NO_MIXED;
        return f.mapping() == IpFormat.Mapping.NONE && canonical
                ? new IpFormat(f.style(), IpFormat.Mapping.UNMAP_V6, f.zeroPadded())
                : f;
    }

    private void body(IpSet set, TextLines text) {
        StringBuilder out = text.buffer();
        IpFormat f = format();
        if (network.isPresent()) {
            NetworkStructure.Printer printer =
                    network.get()
                            .ofSet(
                                    new NetworkStructure.Style(
                                            style.ip(), table.isPadded(), table.separator(), true),
                                    text);
            printer.add(set);
            printer.finish();
        } else if (ranges) {
            ranges(set, f, out);
        } else if (cidr.orElse(set.isV6())) {
            SetLines.blocks(set, f, line -> line(line, text));
        } else {
            SetLines.addresses(set, f, line -> line(line, text));
        }
    }

    private static void line(CharSequence line, TextLines text) {
        text.buffer().append(line);
        text.endLine();
    }

    private void ranges(IpSet set, IpFormat f, StringBuilder out) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int width = f.width(set.isV6());
        Table text =
                new Table(
                        bytes,
                        table.layout().withTitles(false),
                        List.of(
                                new Table.Heading("count", set.isV6() ? 39 : 10, true),
                                new Table.Heading("low", width, false),
                                new Table.Heading("high", width, false)));
        text.titles();
        set.forEachRange((loHi, loLo, hiHi, hiLo) -> {
            text.cell(IpSet.sizeOf(loHi, loLo, hiHi, hiLo).toString());
            text.cell(f.format(loHi, loLo, set.isV6()));
            text.cell(f.format(hiHi, hiLo, set.isV6()));
            text.endRow();
        });
        text.finish();
        out.append(bytes.toString(StandardCharsets.UTF_8));
    }
}
