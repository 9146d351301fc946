package dev.rearview.tools.rwfileinfo;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.silk.DamagedHeaderException;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.text.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Prints what the headers of files say.
public final class RwFileInfo implements Tool {
    private final Env env;
    private final InputNames inputs;
    private final SiteOption site;
    private final TableOptions table;
    private final HeaderText header;
    private Optional<String> fieldList = Optional.empty();
    private boolean summary;
    private boolean titles = true;
    private boolean helpFields;

    private long totalFiles;
    private long totalRecords;
    private long totalSize;

    public RwFileInfo(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new InputNames(env);
        this.table = new TableOptions(env);
        this.header = new HeaderText(site);
    }

    @Override
    public String name() {
        return "rwfileinfo";
    }

    @Override
    public String summary() {
        return "Print information about SiLK files, and others that have flows";
    }

    @Override
    public String usage() {
        return "[SWITCHES] FILES";
    }

    @Override
    public String description() {
        return "Of a segment of a repository and of a file of nfcapd those fields are printed that"
                + " it has. The flows of the latter are read and counted, a record of both"
                + " directions as two, and packed-file-info is their time, from the first start"
                + " to the last end.";
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
                .words(() -> InfoFields.NAMES);
        options.flag("summary", "Print totals over all files at the end", () -> summary = true);
        options.flag("no-titles", "Print values only, and no file names", () -> titles = false);
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        table.declareFormat(options);
        inputs.declare(options);
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.print(InfoFields.help());
            return 0;
        }
        Set<Integer> fields = fieldList.map(InfoFields::parse).orElseGet(InfoFields::all);
        List<String> names = inputs.named(operands);
        if (!inputs.isGiven(names)) {
            throw new ToolException("no files");
        }
        if (table.isStructured()) {
            return rows(names, fields);
        }
        int status = 0;
        for (String name : names) {
            Report out = new Report(titles);
            if (!one(name, fields, out)) {
                status = 1;
            }
            env.print(out.text());
        }
        if (summary) {
            env.print(totals(fields));
        }
        return status;
    }

    private String totals(Set<Integer> fields) {
        Report out = new Report(titles);
        out.heading("**SUMMARY**");
        out.line("number-files", Long.toString(totalFiles));
        if (fields.contains(InfoFields.COUNT_RECORDS)) {
            out.line("total-records", Long.toString(totalRecords));
        }
        if (fields.contains(InfoFields.FILE_SIZE)) {
            out.line("all-file-sizes", Long.toString(totalSize));
        }
        return out.text();
    }

    /// One row for each file; what a file has several of stands on lines of its own.
    private int rows(List<String> names, Set<Integer> fields) {
        List<String> columns = InfoFields.names(fields);
        List<String> titles = new ArrayList<>(List.of("file"));
        columns.forEach(c -> titles.add(InfoFields.isNumber(c) ? c + "#" : c));
        Table rows = table.structured(env.out(), titles);
        int status = 0;
        for (String name : names) {
            Report report = new Report(false);
            if (!one(name, fields, report)) {
                status = 1;
            }
            if (!report.isEmpty()) {
                rows.cell(name);
                columns.forEach(c -> rows.cell(report.cell(c)));
                rows.endRow();
            }
        }
        rows.finish();
        return status;
    }

    private boolean one(String name, Set<Integer> fields, Report out) {
        totalFiles++;
        Path path = env.path(name);
        boolean stdin = InputFiles.isStdin(name);
        try {
            if (!stdin && ParquetReader.isParquet(path)) {
                return parquet(name, path, fields, out);
            }
            if (!stdin && NfcapdText.isNfcapd(path)) {
                return nfcapd(name, path, fields, out);
            }
            try (SilkFile file = open(name)) {
                out.heading(name);
                return describe(file, stdin ? -1 : Files.size(path), fields, out);
            }
        } catch (DamagedHeaderException e) {
            return damaged(name, e, stdin ? 0 : sizeOf(path), fields, out);
        } catch (IOException e) {
            env.tell(e);
            return false;
        }
    }

    /// Prints what a damaged header still tells; records cannot be counted.
    private boolean damaged(
            String name, DamagedHeaderException e, long size, Set<Integer> fields, Report out) {
        env.tell(e);
        out.heading(name);
        boolean cutOff = e.offset() < 0;
        for (int field : InfoFields.inOrder()) {
            if (fields.contains(field) && (field != InfoFields.COUNT_RECORDS || cutOff)) {
                header.tell(field, e.known(), new HeaderText.Amount(0, size), out);
            }
        }
        totalSize += size;
        return false;
    }

    private static long sizeOf(Path path) {
        return path.toFile().length();
    }

    private SilkFile open(String name) throws IOException {
        return InputFiles.silk(env, name);
    }

    private boolean parquet(String name, Path path, Set<Integer> fields, Report out)
            throws IOException {
        try (ParquetReader reader = ParquetReader.open(path, name)) {
            out.heading(name);
            if (fields.contains(InfoFields.FORMAT)) {
                out.line("format(id)", "Parquet");
            }
            if (fields.contains(InfoFields.COUNT_RECORDS)) {
                out.line("count-records", Long.toString(reader.rows()));
            }
            if (fields.contains(InfoFields.FILE_SIZE)) {
                out.line("file-size", Long.toString(Files.size(path)));
            }
            if (fields.contains(InfoFields.PACKED_FILE_INFO)) {
                out.line(
                        "packed-file-info",
                        reader.metadata().getOrDefault("rearview.hour", "")
                                + " "
                                + reader.metadata().getOrDefault("rearview.type", "")
                                + " "
                                + reader.metadata().getOrDefault("rearview.sensor", ""));
            }
            totalRecords += reader.rows();
            totalSize += Files.size(path);
            return true;
        }
    }

    private boolean nfcapd(String name, Path path, Set<Integer> fields, Report out)
            throws IOException {
        NfcapdText file = new NfcapdText(name, path);
        file.tell(fields, summary, out);
        file.damage().ifPresent(env::tell);
        totalRecords += file.records();
        totalSize += Files.size(path);
        return file.damage().isEmpty();
    }

    private boolean describe(SilkFile file, long size, Set<Integer> fields, Report out) {
        SilkHeader h = file.header();
        long records = -1;
        boolean good = true;
        boolean wantsCount =
                fields.contains(InfoFields.COUNT_RECORDS)
                        || fields.contains(InfoFields.FILE_SIZE)
                        || summary;
        long octets = 0;
        if (wantsCount) {
            byte[] buffer = new byte[1 << 16];
            try {
                for (int n = file.data().read(buffer); n >= 0; n = file.data().read(buffer)) {
                    octets += n;
                }
            } catch (IOException e) {
                env.tell(e);
                good = false;
            }
            records = octets / h.recordSize();
            if (octets % h.recordSize() != 0) {
                env.tell(file.name() + ": ends within a record");
                good = false;
            }
            totalRecords += records;
        }
        // A pipe has no size.
        long shown = Math.max(0, size);
        totalSize += shown;
        for (int field : InfoFields.inOrder()) {
            if (fields.contains(field)) {
                header.tell(field, h, new HeaderText.Amount(records, shown), out);
            }
        }
        return good;
    }
}
