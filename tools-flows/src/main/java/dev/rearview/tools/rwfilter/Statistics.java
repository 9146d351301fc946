package dev.rearview.tools.rwfilter;

import dev.rearview.engine.run.SplitCounts;
import dev.rearview.engine.run.Tally;
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
    /// Columns of names, flows, packets, octets and files.
    private static final int[] WIDTHS = {5, 18, 18, 20, 10};

    private final Env env;
    private final TableOptions table;
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

    /// Whether packets and octets are told.
    boolean volumes() {
        return volume || table.isStructured();
    }

    /// Prints the counts where the switches say.
    void print(SplitCounts counts) throws IOException {
        if (path.isEmpty()) {
            return;
        }
        long files = counts.files();
        Tally read = counts.read();
        Tally passed = counts.passed();
        if (table.isStructured()) {
            try (OutputStream out = OutputFiles.openPlain(env, path.get())) {
                rows(out, counts);
            }
            return;
        }
        Tally failed = read.minus(passed);
        StringBuilder text = new StringBuilder();
        if (volume) {
            line(text, List.of("", "Recs", "Packets", "Bytes", "Files"));
            line(text, "Total", read, Long.toString(files));
            line(text, "Pass", passed, "");
            line(text, "Fail", failed, "");
        } else {
            text.append("Files ").append(Numbers.right(files, 5));
            text.append(".  Read ").append(Numbers.right(read.records(), 10));
            text.append(".  Pass ").append(Numbers.right(passed.records(), 10));
            text.append(". Fail  ").append(Numbers.right(failed.records(), 10));
            text.append(".\n");
        }
        try (OutputStream out = OutputFiles.openPlain(env, path.get())) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void rows(OutputStream out, SplitCounts counts) {
        Table rows =
                table.structured(out, List.of("flows", "records#", "packets#", "bytes#", "files#"));
        row(rows, "total", counts.read());
        rows.cell(counts.files());
        rows.endRow();
        row(rows, "pass", counts.passed());
        rows.cell("");
        rows.endRow();
        row(rows, "fail", counts.read().minus(counts.passed()));
        rows.cell("");
        rows.endRow();
        rows.finish();
    }

    private static void row(Table rows, String name, Tally tally) {
        rows.cell(name);
        rows.cell(tally.records());
        rows.cell(tally.packets());
        rows.cell(tally.bytes());
    }

    private static void line(StringBuilder text, String name, Tally tally, String files) {
        line(
                text,
                List.of(
                        name,
                        Long.toString(tally.records()),
                        Long.toString(tally.packets()),
                        Long.toString(tally.bytes()),
                        files));
    }

    private static void line(StringBuilder text, List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            text.append(Numbers.right(cells.get(i), WIDTHS[i])).append('|');
        }
        text.append('\n');
    }
}
