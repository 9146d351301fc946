package dev.rearview.tools.rwfileinfo;

import dev.rearview.silk.SilkHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What is said of one file: as text, and by field for output that programs read.
final class Report {
    private final boolean titles;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> cells = new HashMap<>();

    /// @param titles whether the text says which file and fields it is about
    Report(boolean titles) {
        this.titles = titles;
    }

    /// Says what the lines that follow are about.
    void heading(String name) {
        if (titles) {
            text.append(name).append(":\n");
        }
    }

    /// @param title name of the field; `(id)` behind it says that the value has a number
    void line(String title, String value) {
        cells.put(title.replace("(id)", ""), value);
        if (titles) {
            text.append(String.format(Locale.ROOT, "  %-20s", title));
        }
        text.append(value).append('\n');
    }

    /// A field of which a file has several, each on a line of its own with its number.
    void numbered(String title, List<SilkHeader.Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        cells.put(
                title,
                entries.stream().map(SilkHeader.Entry::text).collect(Collectors.joining("\n")));
        if (titles) {
            text.append(String.format(Locale.ROOT, "  %-20s%n", title));
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i).text();
            lines.add(titles ? String.format(Locale.ROOT, "%20d  %s", i + 1, entry) : entry);
        }
        lines.forEach(l -> text.append(l).append('\n'));
    }

    String text() {
        return text.toString();
    }

    /// Whether no field has been told.
    boolean isEmpty() {
        return cells.isEmpty();
    }

    /// The value of a field, empty if it has none.
    String cell(String field) {
        return cells.getOrDefault(field, "");
    }
}
