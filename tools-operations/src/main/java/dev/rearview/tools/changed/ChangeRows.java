package dev.rearview.tools.changed;

import dev.rearview.engine.changes.Change;
import dev.rearview.engine.changes.ChangeTable;
import dev.rearview.engine.changes.Windows;
import dev.rearview.kit.tables.KeyText;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Changes as rows of a table, with what they were compared by above them.
final class ChangeRows {
    private final KeyText keys;
    private final TableOptions options;
    private final TimeFormat time;

    ChangeRows(KeyText keys, TableOptions options, TimeFormat time) {
        this.keys = keys;
        this.options = options;
        this.time = time.withMilliseconds(false);
    }

    void write(List<Change> changes, OutputStream out, List<String> above) {
        List<Table.Heading> headings = new ArrayList<>();
        headings.add(new Table.Heading("change", 6, false));
        headings.addAll(keys.headings());
        headings.add(new Table.Heading("before", 15, true));
        headings.add(new Table.Heading("after", 15, true));
        headings.add(new Table.Heading("difference", 15, true));
        headings.add(new Table.Heading("noise", 12, true));
        headings.add(new Table.Heading("score", 8, true));
        Table rows = new Table(out, options.layout(), headings);
        if (options.titles()) {
            above.forEach(rows::line);
        }
        rows.titles();
        for (Change c : changes) {
            rows.cell(c.kind().name().toLowerCase(Locale.ROOT));
            keys.print(c.key(), rows);
            rows.cell(number(c.before()));
            rows.cell(number(c.after()));
            rows.cell(number(c.difference()));
            rows.cell(number(c.noise()));
            rows.cell(number(c.score()));
            rows.endRow();
        }
        rows.finish();
    }

    /// What was compared, and how.
    List<String> above(Windows windows, ChangeTable table, double noise) {
        List<String> out = new ArrayList<>();
        String parts =
                windows.parts() > 1
                        ? String.format(
                                Locale.ROOT,
                                ", the mean of %,d parts as long as after",
                                windows.parts())
                        : windows.isWhole()
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        ", times %.4g for its length",
                                        windows.scale());
        out.add("before: " + text(windows.before()) + parts);
        out.add("after: " + text(windows.after()));
        out.add(
                String.format(
                        Locale.ROOT,
                        "keys: %,d before, %,d after; %,d new, %,d gone, %,d grown, %,d shrunk, %,d"
                                + " within the noise",
                        table.keysBefore(),
                        table.keysAfter(),
                        table.count(Change.Kind.NEW),
                        table.count(Change.Kind.GONE),
                        table.count(Change.Kind.GROWN),
                        table.count(Change.Kind.SHRUNK),
                        table.within()));
        out.add(
                "noise of "
                        + keys.valueNames().getFirst()
                        + ": chance"
                        + (windows.showsSpread() ? ", or the spread of the parts if larger" : "")
                        + "; changes count from "
                        + number(noise)
                        + " times that");
        return out;
    }

    private String text(Windows.Window w) {
        return time.format(w.startMs()) + " to " + time.format(w.endMs() - 1);
    }

    /// Whole, or with one decimal.
    private static String number(double value) {
        return String.format(Locale.ROOT, Math.rint(value) == value ? "%.0f" : "%.1f", value);
    }
}
