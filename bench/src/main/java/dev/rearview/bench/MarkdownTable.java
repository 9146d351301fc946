package dev.rearview.bench;

import java.util.ArrayList;
import java.util.List;

/// A table of Markdown whose columns are as wide as what is in them; numbers stand on the right.
final class MarkdownTable {
    /// Columns on the left that are text.
    private static final int TEXTS = 2;

    private final List<List<String>> rows = new ArrayList<>();

    MarkdownTable(String... heads) {
        rows.add(List.of(heads));
    }

    void add(List<String> row) {
        if (row.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(row.size() + " cells in a row: " + row);
        }
        rows.add(row);
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        StringBuilder rule = new StringBuilder("|");
        List<StringBuilder> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(new StringBuilder("|")));
        for (int c = 0; c < columns; c++) {
            int width = 2;
            for (List<String> row : rows) {
                width = Math.max(width, row.get(c).length());
            }
            boolean number = c >= TEXTS;
            rule.append("-".repeat(width + (number ? 1 : 2))).append(number ? ":|" : "|");
            for (int r = 0; r < rows.size(); r++) {
                String cell = rows.get(r).get(c);
                String blanks = " ".repeat(width - cell.length());
                lines.get(r)
                        .append(' ')
                        .append(number ? blanks + cell : cell + blanks)
                        .append(" |");
            }
        }
        lines.add(1, rule);
        return String.join("\n", lines) + "\n";
    }
}
