package dev.rearview.tools.rwtuc;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The cells of lines of text, and the values that every record has besides.
final class TextCells {
    private final Map<Column, String> fixed = new EnumMap<>(Column.class);
    private String separator = "|";

    /// @param character stands between the columns
    void separateBy(String character) {
        separator = character;
    }

    /// Gives every record a value, whatever its line says.
    void fix(Column column, String value) {
        fixed.put(column, value);
    }

    /// Some fields go together with another one.
    ///
    /// @throws IllegalArgumentException naming a pair of which only one is there
    void checkPairs(List<Column> columns) {
        both(columns, Column.INITIAL_FLAGS, Column.SESSION_FLAGS);
        both(columns, Column.ITYPE, Column.ICODE);
    }

    private void both(List<Column> columns, Column a, Column b) {
        boolean hasA = columns.contains(a) || fixed.containsKey(a);
        boolean hasB = columns.contains(b) || fixed.containsKey(b);
        if (hasA != hasB) {
            throw new IllegalArgumentException(a + " and " + b + " need each other");
        }
    }

    /// Whether a first line is taken for titles: if any cell of it is the name of a field, or the
    /// beginning of one name alone.
    boolean isTitle(String line, List<Column> columns) {
        String[] cells = cells(line);
        for (int i = 0; i < cells.length; i++) {
            boolean ignored = i < columns.size() && isIgnored(columns.get(i));
            if (!ignored && Column.find(cells[i]).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// Whether every cell of a line is the name of its column.
    boolean isWholeTitle(String line, List<Column> columns) {
        String[] cells = cells(line);
        boolean whole = cells.length == columns.size();
        for (int i = 0; whole && i < cells.length; i++) {
            whole = isIgnored(columns.get(i)) || columns.get(i).isNamed(cells[i]);
        }
        return whole;
    }

    private boolean isIgnored(Column c) {
        return c == Column.IGNORE || fixed.containsKey(c.value());
    }

    /// The cells of a line; a separator at its end closes the last one.
    private String[] cells(String line) {
        String[] cells = split(line);
        boolean closed = cells.length > 1 && cells[cells.length - 1].isEmpty();
        return closed ? Arrays.copyOf(cells, cells.length - 1) : cells;
    }

    /// The cells of a line, the empty one behind a separator at its end too.
    String[] split(String line) {
        String s = separator.isBlank() ? line : line.strip();
        if (s.endsWith("\r")) {
            s = s.substring(0, s.length() - 1);
        }
        String[] cells = s.split(Pattern.quote(separator), -1);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].strip();
        }
        return cells;
    }

    /// The values of a line, and those that every record has.
    ///
    /// @throws IllegalArgumentException where the line has another number of columns
    Map<Column, String> values(String line, List<Column> columns) {
        // Without a closing separator the last cell may be empty.
        String[] cells = split(line);
        if (cells.length != columns.size()) {
            cells = cells(line);
        }
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "expected " + columns.size() + " columns, found " + cells.length);
        }
        Map<Column, String> out = new EnumMap<>(Column.class);
        for (int i = 0; i < cells.length; i++) {
            Column c = columns.get(i);
            if (!isIgnored(c)) {
                out.put(c.value(), cells[i]);
            }
        }
        out.putAll(fixed);
        return out;
    }
}
