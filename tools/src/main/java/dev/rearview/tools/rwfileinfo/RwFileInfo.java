package dev.rearview.tools.rwfileinfo;

import dev.rearview.silk.Compression;
import dev.rearview.silk.DamagedHeaderException;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import dev.rearview.site.Site;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.text.IntegerList;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.TableOptions;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Prints what the headers of files say.
public final class RwFileInfo implements Tool {
    private static final List<String> NAMES =
            List.of(
                    "format",
                    "version",
                    "byte-order",
                    "compression",
                    "header-length",
                    "record-length",
                    "count-records",
                    "file-size",
                    "command-lines",
                    "record-version",
                    "silk-version",
                    "packed-file-info",
                    "probe-name",
                    "annotations",
                    "prefix-map",
                    "ipset",
                    "bag",
                    "aggregate-bag",
                    "tombstone");

    /// Fields whose values are numbers.
    private static final Set<String> NUMBERS =
            Set.of(
                    "version",
                    "header-length",
                    "record-length",
                    "count-records",
                    "file-size",
                    "record-version");

    /// Fields that have numbers: all but the tombstone.
    private static final int NUMBERED = 18;

    // The order of output: numbers of the names above.
    private static final int[] ORDER = {
        1, 2, 3, 4, 5, 6, 10, 11, 7, 8, 15, 17, 18, 9, 12, 13, 16, 14, 19
    };

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private final TableOptions table;
    private Optional<String> fieldList = Optional.empty();
    private boolean summary;
    private boolean titles = true;
    private boolean helpFields;

    /// Of one file, by the names above, where the output is for programs.
    private final Map<String, String> cells = new HashMap<>();

    private long totalFiles;
    private long totalRecords;
    private long totalSize;

    public RwFileInfo(Env env) {
        this.env = env;
        this.inputs = new FlowInputs(env);
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwfileinfo";
    }

    @Override
    public String summary() {
        return "Print information about SiLK files";
    }

    @Override
    public String usage() {
        return "[SWITCHES] FILES";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Who made a file, and how many records it has",
                        "rwfileinfo --fields=command-lines,count-records flows.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "fields",
                        "LIST",
                        "Print these fields: names, numbers and ranges; default all",
                        v -> fieldList = Optional.of(v))
                .words(() -> NAMES);
        options.flag("summary", "Print totals over all files at the end", () -> summary = true);
        options.flag("no-titles", "Print values only, and no file names", () -> titles = false);
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        table.declareFormat(options);
        inputs.declareXargs(options);
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < NAMES.size(); i++) {
                text.append(String.format(Locale.ROOT, "%2d  %s%n", i + 1, NAMES.get(i)));
            }
            env.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
            return 0;
        }
        TreeSet<Integer> fields = fields();
        List<String> names = inputs.names(operands, false);
        if (names.isEmpty() && !inputs.hasXargs()) {
            throw new ToolException("no files");
        }
        if (table.isStructured()) {
            return rows(names, fields);
        }
        int status = 0;
        for (String name : names) {
            StringBuilder out = new StringBuilder();
            if (!one(name, fields, out)) {
                status = 1;
            }
            env.out().write(out.toString().getBytes(StandardCharsets.UTF_8));
        }
        if (summary) {
            StringBuilder out = new StringBuilder();
            out.append(titles ? "**SUMMARY**:\n" : "");
            line("number-files", Long.toString(totalFiles), out);
            if (fields.contains(7)) {
                line("total-records", Long.toString(totalRecords), out);
            }
            if (fields.contains(8)) {
                line("all-file-sizes", Long.toString(totalSize), out);
            }
            env.out().write(out.toString().getBytes(StandardCharsets.UTF_8));
        }
        return status;
    }

    /// One row for each file; what a file has several of stands on lines of its own.
    private int rows(List<String> names, TreeSet<Integer> fields) {
        List<String> columns = new ArrayList<>();
        for (int field : ORDER) {
            if (fields.contains(field)) {
                columns.add(NAMES.get(field - 1));
            }
        }
        List<String> titles = new ArrayList<>(List.of("file"));
        columns.forEach(c -> titles.add(NUMBERS.contains(c) ? c + "#" : c));
        Table rows = table.structured(env.out(), titles);
        int status = 0;
        for (String name : names) {
            cells.clear();
            if (!one(name, fields, new StringBuilder())) {
                status = 1;
            }
            if (!cells.isEmpty()) {
                rows.cell(name);
                columns.forEach(c -> rows.cell(cells.getOrDefault(c, "")));
                rows.endRow();
            }
        }
        rows.finish();
        return status;
    }

    private TreeSet<Integer> fields() {
        TreeSet<Integer> out = new TreeSet<>();
        if (fieldList.isEmpty()) {
            for (int i = 1; i <= NAMES.size(); i++) {
                out.add(i);
            }
            return out;
        }
        try {
            for (String item : fieldList.get().split(",", -1)) {
                if (item.isEmpty()) {
                    continue;
                }
                if (!Character.isDigit(item.charAt(0))) {
                    String name = Names.unique(item.toLowerCase(Locale.ROOT), NAMES, "field");
                    add(NAMES.indexOf(name) + 1, out);
                    continue;
                }
                IntegerList.range(item, NUMBERED, "field").forEach(id -> add(id, out));
            }
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        if (out.isEmpty()) {
            throw new ToolException("invalid --fields: no fields");
        }
        return out;
    }

    private static void add(int field, TreeSet<Integer> out) {
        if (field == 0) {
            throw new IllegalArgumentException("there is no field 0");
        }
        out.add(field);
    }

    private boolean one(String name, TreeSet<Integer> fields, StringBuilder out) {
        totalFiles++;
        Path path = env.path(name);
        boolean stdin = FlowInputs.isStdin(name);
        try {
            if (!stdin && ParquetReader.isParquet(path)) {
                return parquet(name, path, fields, out);
            }
            try (SilkFile file = open(name)) {
                if (titles) {
                    out.append(name).append(":\n");
                }
                return describe(file, stdin ? -1 : Files.size(path), fields, out);
            }
        } catch (DamagedHeaderException e) {
            return damaged(name, e, stdin ? 0 : sizeOf(path), fields, out);
        } catch (IOException e) {
            env.err().println("rwfileinfo: " + Runner.describe(e));
            return false;
        }
    }

    /// Prints what a damaged header still tells; records cannot be counted.
    private boolean damaged(
            String name,
            DamagedHeaderException e,
            long size,
            TreeSet<Integer> fields,
            StringBuilder out) {
        env.err().println("rwfileinfo: " + Runner.describe(e));
        if (titles) {
            out.append(name).append(":\n");
        }
        boolean cutOff = e.offset() < 0;
        for (int field : ORDER) {
            if (fields.contains(field) && (field != 7 || cutOff)) {
                field(field, e.known(), 0, size, out);
            }
        }
        totalSize += size;
        return false;
    }

    private static long sizeOf(Path path) {
        return path.toFile().length();
    }

    private SilkFile open(String name) throws IOException {
        return FlowInputs.silk(env, name);
    }

    private boolean parquet(String name, Path path, TreeSet<Integer> fields, StringBuilder out)
            throws IOException {
        try (ParquetReader reader = ParquetReader.open(path, name)) {
            if (titles) {
                out.append(name).append(":\n");
            }
            if (fields.contains(1)) {
                line("format(id)", "Parquet", out);
            }
            if (fields.contains(7)) {
                line("count-records", Long.toString(reader.rows()), out);
            }
            if (fields.contains(8)) {
                line("file-size", Long.toString(Files.size(path)), out);
            }
            if (fields.contains(12)) {
                line(
                        "packed-file-info",
                        reader.metadata().getOrDefault("rearview.hour", "")
                                + " "
                                + reader.metadata().getOrDefault("rearview.type", "")
                                + " "
                                + reader.metadata().getOrDefault("rearview.sensor", ""),
                        out);
            }
            totalRecords += reader.rows();
            totalSize += Files.size(path);
            return true;
        }
    }

    private void line(String title, String value, StringBuilder out) {
        cells.put(title.replace("(id)", ""), value);
        if (titles) {
            out.append(String.format(Locale.ROOT, "  %-20s", title));
        }
        out.append(value).append('\n');
    }

    private boolean describe(SilkFile file, long size, TreeSet<Integer> fields, StringBuilder out) {
        SilkHeader h = file.header();
        long records = -1;
        boolean good = true;
        boolean wantsCount = fields.contains(7) || fields.contains(8) || summary;
        long octets = 0;
        if (wantsCount) {
            byte[] buffer = new byte[1 << 16];
            try {
                for (int n = file.data().read(buffer); n >= 0; n = file.data().read(buffer)) {
                    octets += n;
                }
            } catch (IOException e) {
                env.err().println("rwfileinfo: " + Runner.describe(e));
                good = false;
            }
            records = octets / h.recordSize();
            if (octets % h.recordSize() != 0) {
                env.err().println("rwfileinfo: " + file.name() + ": ends within a record");
                good = false;
            }
            totalRecords += records;
        }
        // A pipe has no size.
        long shown = Math.max(0, size);
        totalSize += shown;
        for (int field : ORDER) {
            if (fields.contains(field)) {
                field(field, h, records, shown, out);
            }
        }
        return good;
    }

    private void field(int field, SilkHeader h, long records, long size, StringBuilder out) {
        switch (field) {
            case 1 ->
                    line(
                            "format(id)",
                            SilkFormat.nameOf(h.format())
                                    + String.format(Locale.ROOT, "(0x%02x)", h.format()),
                            out);
            case 2 -> line("version", Integer.toString(h.fileVersion()), out);
            case 3 -> line("byte-order", h.isBigEndian() ? "BigEndian" : "littleEndian", out);
            case 4 ->
                    line(
                            "compression(id)",
                            Compression.nameOf(h.compression()) + "(" + h.compression() + ")",
                            out);
            case 5 -> line("header-length", Integer.toString(h.length()), out);
            case 6 -> line("record-length", Integer.toString(h.recordSize()), out);
            case 7 -> line("count-records", Long.toString(records), out);
            case 8 -> line("file-size", Long.toString(size), out);
            case 9 -> numbered("command-lines", h.entries(SilkHeader.ENTRY_INVOCATION), out);
            case 10 -> line("record-version", Integer.toString(h.recordVersion()), out);
            case 11 -> {
                int v = h.silkVersion();
                line(
                        "silk-version",
                        v == 0 ? "0" : v / 1_000_000 + "." + v / 1000 % 1000 + "." + v % 1000,
                        out);
            }
            case 12 -> packed(h, out);
            case 13 ->
                    h.entry(SilkHeader.ENTRY_PROBE_NAME)
                            .ifPresent(e -> line("probe-name", e.text(), out));
            case 14 -> numbered("annotations", h.entries(SilkHeader.ENTRY_ANNOTATION), out);
            default -> special(field, h, out);
        }
    }

    private void packed(SilkHeader h, StringBuilder out) {
        Optional<SilkHeader.PackedFile> packed = h.packedFile();
        if (packed.isEmpty()) {
            return;
        }
        Site s = site.site();
        SilkHeader.PackedFile p = packed.get();
        TimeFormat f = TimeFormat.DEFAULT.withMilliseconds(false);
        String type =
                s.flowtype(p.flowtype() & 0xFF)
                        .map(dev.rearview.site.Flowtype::name)
                        .orElse(Integer.toString(p.flowtype()));
        line(
                "packed-file-info",
                f.format(p.hourMs()) + "Z " + type + " " + s.sensorName(p.sensor()),
                out);
    }

    private void special(int field, SilkHeader h, StringBuilder out) {
        int id =
                switch (field) {
                    case 15 -> SilkHeader.ENTRY_PREFIX_MAP;
                    case 16 -> SilkHeader.ENTRY_IP_SET;
                    case 17 -> SilkHeader.ENTRY_BAG;
                    case 18 -> SilkHeader.ENTRY_AGGREGATE_BAG;
                    default -> SilkHeader.ENTRY_TOMBSTONE;
                };
        Optional<SilkHeader.Entry> entry = h.entry(id);
        if (entry.isEmpty()) {
            return;
        }
        ByteBuffer b = ByteBuffer.wrap(entry.get().data());
        String text =
                switch (field) {
                    case 15 ->
                            "v"
                                    + b.getInt(0)
                                    + ": "
                                    + new SilkHeader.Entry(
                                                    id,
                                                    java.util.Arrays.copyOfRange(
                                                            b.array(), 4, b.capacity()))
                                            .text();
                    case 16 -> ipSet(h, b);
                    case 17 -> EntryNames.bag(b);
                    case 18 -> EntryNames.aggregateBag(b);
                    default ->
                            "v" + b.getInt(0) + ", id = " + Integer.toUnsignedString(b.getInt(4));
                };
        line(NAMES.get(field - 1), text, out);
    }

    private static String ipSet(SilkHeader h, ByteBuffer b) {
        if (h.recordVersion() >= 4) {
            return b.getInt(8) == 16 ? "IPv6" : "IPv4";
        }
        return String.format(
                Locale.ROOT,
                "%d-way branch, root@%d, %d x %db nodes, %d x %db leaves",
                b.getInt(0),
                b.getInt(20),
                b.getInt(12),
                b.getInt(16),
                b.getInt(4),
                b.getInt(8));
    }

    private void numbered(String title, List<SilkHeader.Entry> entries, StringBuilder out) {
        if (entries.isEmpty()) {
            return;
        }
        cells.put(
                title,
                entries.stream().map(SilkHeader.Entry::text).collect(Collectors.joining("\n")));
        if (titles) {
            out.append(String.format(Locale.ROOT, "  %-20s%n", title));
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String text = entries.get(i).text();
            lines.add(titles ? String.format(Locale.ROOT, "%20d  %s", i + 1, text) : text);
        }
        lines.forEach(l -> out.append(l).append('\n'));
    }
}
