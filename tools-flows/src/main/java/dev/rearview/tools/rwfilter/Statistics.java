package dev.rearview.tools.rwfilter;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Numbers;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// How many flows were read and how many of them passed, and the switches that print it.
final class Statistics {
    private final Env env;
    private final TableOptions table;
    private final Tally total = new Tally();
    private final Tally passed = new Tally();
    private Optional<String> path = Optional.empty();
    private boolean volume;

    Statistics(Env env, TableOptions table) {
        this.env = env;
        this.table = table;
    }

    void declare(Options o) {
        o.optional(
                "print-statistics",
                "PATH",
                "Print counts of flows to PATH or standard error",
                v -> printed(v, false));
        o.optional(
                "print-volume-statistics",
                "PATH",
                "Print counts of flows, packets and bytes to PATH or standard error",
                v -> printed(v, true));
    }

    private void printed(String value, boolean withVolume) {
        if (path.isPresent()) {
            throw new ToolException("only one of the statistics switches may be given, once");
        }
        path = Optional.of(value.isEmpty() ? "stderr" : value);
        volume = withVolume;
    }

    /// Where they are printed, empty if nowhere.
    Optional<String> path() {
        return path;
    }

    /// What was read.
    Tally total() {
        return total;
    }

    /// What passed.
    Tally passed() {
        return passed;
    }

    /// Whether packets and octets are told.
    boolean volumes() {
        return volume || table.isStructured();
    }

    void print(long files) throws IOException {
        if (path.isEmpty()) {
            return;
        }
        if (table.isStructured()) {
            try (OutputStream out = OutputFiles.openPlain(env, path.get())) {
                rows(out, files);
            }
            return;
        }
        StringBuilder text = new StringBuilder();
        if (volume) {
            line(text, "", "Recs", "Packets", "Bytes", "Files");
            line(text, "Total", total.records, total.packets, total.bytes, Long.toString(files));
            line(text, "Pass", passed.records, passed.packets, passed.bytes, "");
            line(
                    text,
                    "Fail",
                    total.records - passed.records,
                    total.packets - passed.packets,
                    total.bytes - passed.bytes,
                    "");
        } else {
            text.append("Files ").append(Numbers.right(files, 5));
            text.append(".  Read ").append(Numbers.right(total.records, 10));
            text.append(".  Pass ").append(Numbers.right(passed.records, 10));
            text.append(". Fail  ").append(Numbers.right(total.records - passed.records, 10));
            text.append(".\n");
        }
        try (OutputStream out = OutputFiles.openPlain(env, path.get())) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void rows(OutputStream out, long files) {
        Table rows =
                table.structured(out, List.of("flows", "records#", "packets#", "bytes#", "files#"));
        row(rows, "total", total.records, total.packets, total.bytes);
        rows.cell(files);
        rows.endRow();
        row(rows, "pass", passed.records, passed.packets, passed.bytes);
        rows.cell("");
        rows.endRow();
        row(
                rows,
                "fail",
                total.records - passed.records,
                total.packets - passed.packets,
                total.bytes - passed.bytes);
        rows.cell("");
        rows.endRow();
        rows.finish();
    }

    private static void row(Table rows, String name, long records, long packets, long bytes) {
        rows.cell(name);
        rows.cell(records);
        rows.cell(packets);
        rows.cell(bytes);
    }

    private static void line(
            StringBuilder text, String name, long records, long packets, long bytes, String n) {
        line(text, name, Long.toString(records), Long.toString(packets), Long.toString(bytes), n);
    }

    private static void line(
            StringBuilder text,
            String name,
            String records,
            String packets,
            String bytes,
            String n) {
        text.append(Numbers.right(name, 5)).append('|');
        text.append(Numbers.right(records, 18)).append('|');
        text.append(Numbers.right(packets, 18)).append('|');
        text.append(Numbers.right(bytes, 20)).append('|');
        text.append(Numbers.right(n, 10)).append("|\n");
    }
}
