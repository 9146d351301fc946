package dev.rearview.kit.tables;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.text.IntegerList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// `--ip-fields` and `--delimiter`: some columns of the lines that come on standard input.
public final class ColumnFilter {
    /// Lines go through as the octets that they are.
    public static final Charset CHARSET = StandardCharsets.ISO_8859_1;

    /// A line beyond this is no row of a table, and would fill memory.
    private static final int MOST_LINE = 1 << 24;

    private static final int MOST_COLUMNS = 1 << 16;

    private final Env env;
    private final BitSet usual;
    private BitSet columns;
    private char delimiter = '|';

    /// @param usual columns where none are named, from 1 on
    public ColumnFilter(Env env, int... usual) {
        this.env = env;
        this.usual = new BitSet();
        for (int column : usual) {
            this.usual.set(column);
        }
        this.columns = this.usual;
    }

    public void declare(Options options) {
        options.value(
                "ip-fields",
                "LIST",
                "Columns that hold addresses: numbers from 1 on and ranges of them; default "
                        + text(usual),
                this::parse);
        options.value(
                "delimiter",
                "CHAR",
                "Character between columns; default '|'",
                value -> {
                    if (value.isEmpty()) {
                        throw new IllegalArgumentException("empty");
                    }
                    delimiter = value.charAt(0);
                });
    }

    /// A list that cannot be read is told of and not used, as SiLK has it.
    private void parse(String list) {
        try {
            if ((list + ",").contains("-,")) {
                throw new IllegalArgumentException("a range has no end");
            }
            columns = IntegerList.parse(list, 1, MOST_COLUMNS);
        } catch (IllegalArgumentException e) {
            env.tell(
                    "invalid --ip-fields '"
                            + list
                            + "': "
                            + e.getMessage()
                            + "; using "
                            + text(usual));
        }
    }

    private static String text(BitSet columns) {
        return columns.toString().replaceAll("[{} ]", "");
    }

    /// The lines of standard input.
    public BufferedReader lines() {
        return new BufferedReader(new InputStreamReader(env.in(), CHARSET));
    }

    /// The next line that is not empty.
    ///
    /// @return null at the end
    public @Nullable String next(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && (c != '\n' || line.isEmpty())) {
            if (c != '\n') {
                if (line.length() == MOST_LINE) {
                    throw new IOException("standard input: a line is longer than " + MOST_LINE);
                }
                line.append((char) c);
            }
            c = in.read();
        }
        return line.isEmpty() ? null : line.toString();
    }

    /// Takes a column.
    @FunctionalInterface
    public interface Column {
        /// @param text as it stands in the line
        String replaced(String text);
    }

    /// A line with other text in the chosen columns. What follows the last delimiter is a column if
    /// anything does.
    public String replaced(String line, Column column) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (int number = 1; from < line.length(); number++) {
            int end = line.indexOf(delimiter, from);
            String text = line.substring(from, end < 0 ? line.length() : end);
            out.append(columns.get(number) ? column.replaced(text) : text);
            if (end >= 0) {
                out.append(delimiter);
            }
            from = end < 0 ? line.length() : end + 1;
        }
        return out.toString();
    }
}
