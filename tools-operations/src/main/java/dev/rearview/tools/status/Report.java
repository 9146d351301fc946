package dev.rearview.tools.status;

import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// What was found, one line each: what it is about, the thing and its value, and whether somebody
/// should look.
final class Report {
    private static final TimeFormat TIME = TimeFormat.DEFAULT.withMilliseconds(false);

    private static final List<Table.Heading> HEADINGS =
            List.of(
                    new Table.Heading("part", 10, false),
                    new Table.Heading("name", 26, false),
                    new Table.Heading("item", 26, false),
                    new Table.Heading("value", 19, true),
                    new Table.Heading("state", 7, false));

    private record Line(String part, String name, String item, String value, boolean isWarning) {}

    private final List<Line> lines = new ArrayList<>();

    void add(String part, String name, String item, String value, boolean isWarning) {
        lines.add(new Line(part, name, item, value, isWarning));
    }

    void add(String part, String name, String item, long value, boolean isWarning) {
        add(part, name, item, Long.toString(value), isWarning);
    }

    /// A moment, which is none where it is 0.
    void addTime(String part, String name, String item, long ms, boolean isWarning) {
        add(part, name, item, ms == 0 ? "unknown" : TIME.format(ms), isWarning);
    }

    boolean hasWarning() {
        return lines.stream().anyMatch(Line::isWarning);
    }

    void print(TableOptions options) throws IOException {
        try (OutputStream out = options.open()) {
            Table table = new Table(out, options.layout(), HEADINGS);
            table.titles();
            for (Line l : lines) {
                table.cell(l.part);
                table.cell(l.name);
                table.cell(l.item);
                table.cell(l.value);
                table.cell(l.isWarning ? "warning" : "ok");
                table.endRow();
            }
            table.finish();
        }
    }
}
