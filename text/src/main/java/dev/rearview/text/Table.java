package dev.rearview.text;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes rows of cells as SiLK's columns, as delimited text, or as CSV, JSON or NDJSON.
///
/// Cells are right-aligned and never truncated; titles are truncated to the width of their column.
/// Output is buffered: call [#finish] at the end.
public final class Table {
    /// One column.
    ///
    /// @param width columns of text, 0 for as it comes
    /// @param numeric whether its cells are JSON numbers
    public record Heading(String title, int width, boolean numeric) {}

    /// What kind of text rows become.
    public enum Format {
        COLUMNS,
        CSV,
        JSON,
        NDJSON
    }

    /// How rows are laid out.
    ///
    /// @param padded whether cells are filled to the width
    public record Layout(
            Format format,
            boolean titles,
            boolean padded,
            String separator,
            boolean finalDelimiter) {
        /// The same with titles, or without.
        public Layout withTitles(boolean wanted) {
            return new Layout(format, wanted, padded, separator, finalDelimiter);
        }

        /// The same with a separator behind the last column, or without.
        public Layout withFinalDelimiter(boolean wanted) {
            return new Layout(format, titles, padded, separator, wanted);
        }

        public static final Layout DEFAULT = new Layout(Format.COLUMNS, true, true, "|", true);
    }

    private static final int FLUSH_AT = 1 << 15;

    private final OutputStream out;
    private final Layout layout;
    private final List<Heading> headings;
    private final StringBuilder buffer = new StringBuilder(FLUSH_AT + 1024);
    private int column;
    private boolean anyRow;

    public Table(OutputStream out, Layout layout, List<Heading> headings) {
        this.out = out;
        this.layout = layout;
        this.headings = List.copyOf(headings);
    }

    /// Whether cells of this layout are padded, so that a caller may pad inside a cell.
    public boolean isPadded() {
        return layout.padded && layout.format == Format.COLUMNS;
    }

    /// Writes the title line, or the opening of a JSON array.
    public void titles() {
        switch (layout.format) {
            case JSON -> buffer.append('[');
            case NDJSON -> {}
            case CSV, COLUMNS -> {
                if (layout.titles) {
                    for (Heading h : headings) {
                        title(h);
                    }
                    endRow();
                    anyRow = false;
                }
            }
        }
    }

    private void title(Heading h) {
        String title = h.title;
        if (isPadded() && h.width > 0 && title.length() > h.width) {
            title = title.substring(0, h.width);
        }
        cell(title);
    }

    public void cell(long value) {
        cell(Long.toUnsignedString(value));
    }

    /// Adds the next cell of the row.
    public void cell(CharSequence value) {
        Heading h = headings.get(Math.min(column, headings.size() - 1));
        cell(value, h, h.numeric);
    }

    /// Adds the next cell of the row, which is a string also where it looks like a number and its
    /// column is one of numbers.
    public void text(CharSequence value) {
        cell(value, headings.get(Math.min(column, headings.size() - 1)), false);
    }

    private void cell(CharSequence value, Heading h, boolean numeric) {
        switch (layout.format) {
            case COLUMNS -> columnsCell(value, h);
            case CSV -> {
                buffer.append(column > 0 ? "," : "");
                csv(value);
            }
            case JSON, NDJSON -> jsonCell(value, h, numeric);
        }
        column++;
    }

    private void columnsCell(CharSequence value, Heading h) {
        if (column > 0) {
            buffer.append(layout.separator);
        }
        if (layout.padded) {
            buffer.repeat(' ', Math.max(0, h.width - value.length()));
        }
        buffer.append(value);
    }

    private void csv(CharSequence value) {
        String s = value.toString().strip();
        if (s.indexOf(',') < 0
                && s.indexOf('"') < 0
                && s.indexOf('\n') < 0
                && s.indexOf('\r') < 0) {
            buffer.append(s);
        } else {
            buffer.append('"').append(s.replace("\"", "\"\"")).append('"');
        }
    }

    private void jsonCell(CharSequence value, Heading h, boolean numeric) {
        if (column == 0) {
            buffer.append(layout.format == Format.JSON ? (anyRow ? ",\n " : "\n ") : "")
                    .append('{');
        } else {
            buffer.append(',');
        }
        quote(h.title, buffer);
        buffer.append(':');
        String s = value.toString().strip();
        if (numeric && isNumber(s)) {
            buffer.append(s);
        } else if (numeric && s.isEmpty()) {
            buffer.append("null");
        } else {
            quote(s, buffer);
        }
    }

    /// Whether a text is a number as JSON has it. A leading zero is not JSON's, so a padded number
    /// stays a string.
    private static boolean isNumber(String s) {
        int at = s.startsWith("-") ? 1 : 0;
        int whole = digits(s, at);
        if (whole == at || whole > at + 1 && s.charAt(at) == '0') {
            return false;
        }
        at = whole;
        if (at < s.length() && s.charAt(at) == '.') {
            int fraction = digits(s, at + 1);
            if (fraction == at + 1) {
                return false;
            }
            at = fraction;
        }
        if (at < s.length() && s.charAt(at) == 'e') {
            boolean signed =
                    at + 1 < s.length() && (s.charAt(at + 1) == '-' || s.charAt(at + 1) == '+');
            int from = signed ? at + 2 : at + 1;
            int exponent = digits(s, from);
            return exponent > from && exponent == s.length();
        }
        return at == s.length();
    }

    /// Where digits end that begin at an offset.
    private static int digits(String s, int from) {
        int at = from;
        while (at < s.length() && s.charAt(at) >= '0' && s.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    /// Appends a JSON string.
    public static void quote(String s, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    public void endRow() {
        switch (layout.format) {
            case COLUMNS ->
                    buffer.append(layout.finalDelimiter ? layout.separator : "").append('\n');
            case CSV, NDJSON -> buffer.append(layout.format == Format.NDJSON ? "}\n" : "\n");
            case JSON -> buffer.append('}');
        }
        column = 0;
        anyRow = true;
        if (buffer.length() >= FLUSH_AT) {
            flush();
        }
    }

    /// Writes a line that is no row, such as a summary; only where the output is columns.
    public void line(String text) {
        if (layout.format == Format.COLUMNS) {
            buffer.append(text).append('\n');
        }
    }

    /// Ends a JSON array and hands all that is buffered to the stream.
    public void finish() {
        if (layout.format == Format.JSON) {
            buffer.append(anyRow ? "\n]\n" : "]\n");
        }
        flush();
    }

    public void flush() {
        try {
            out.write(buffer.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            buffer.setLength(0);
        }
    }
}
