package dev.rearview.tools.rwgeoip2ccmap;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/// A text of comma-separated values, read by FastCSV: quotes protect commas and ends of lines,
/// blanks around cells are dropped, lines that are blank are no rows.
///
/// A quote that is never closed would take the rest of the file with it. A row of several lines
/// that its reader does not take is therefore one line with an open quote, and reading goes on
/// behind it.
final class CsvText {
    /// More lines with open quotes are no accident, and each costs reading a cell of the largest
    /// size.
    private static final int MOST_OPEN_QUOTES = 1000;

    private static final int MOST_CHARACTERS_OF_A_CELL = 1 << 16;

    private final String text;
    private final String name;

    /// @param name of the file, for messages
    CsvText(String text, String name) {
        this.text = text;
        this.name = name;
    }

    /// One cell.
    ///
    /// @param text without quotes
    /// @param isQuoted whether it stood in quotes
    record Cell(String text, boolean isQuoted) {}

    /// One row.
    ///
    /// @param line where it begins, from 1
    /// @param lines how many it takes
    record Row(int line, int lines, List<Cell> cells) {
        List<String> texts() {
            return cells.stream().map(Cell::text).toList();
        }
    }

    /// Takes the rows of a text in their order.
    interface Rows {
        /// @return whether the row has as many cells as a row has
        boolean take(Row row) throws IOException;

        /// Told of a line with a quote that is not closed; it is passed over.
        void openQuote(int line);
    }

    /// Reads all rows.
    ///
    /// @throws IOException also if there are too many open quotes
    void forEach(Rows rows) throws IOException {
        int at = 0;
        int line = 1;
        for (int open = 0; ; open++) {
            int bad = read(at, line, rows);
            if (bad == 0) {
                return;
            }
            if (open == MOST_OPEN_QUOTES) {
                throw new IOException(name + ":" + bad + ": too many quotes are not closed");
            }
            rows.openQuote(bad);
            for (; line <= bad; line++) {
                at = nextLine(at);
            }
        }
    }

    /// Reads rows until one has an open quote.
    ///
    /// @param at where reading begins, which is at a line
    /// @param line number of that line
    /// @return the line with an open quote, or 0 at the end
    private int read(int at, int line, Rows rows) throws IOException {
        RowHandler handler = new RowHandler(line);
        StringReader rest = new StringReader(text);
        rest.skip(at);
        try (CsvReader<Row> reader =
                        CsvReader.builder()
                                .trimWhitespacesAroundQuotes(true)
                                .allowUnclosedQuote(false)
                                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                                .maxBufferSize(MOST_CHARACTERS_OF_A_CELL)
                                .build(handler, rest);
                CloseableIterator<Row> all = reader.iterator()) {
            while (all.hasNext()) {
                Row row = all.next();
                boolean isBlank =
                        row.cells().size() == 1 && row.cells().getFirst().text().isEmpty();
                if (!isBlank && !rows.take(row) && row.lines() > 1) {
                    return row.line();
                }
            }
            return 0;
        } catch (CsvParseException e) {
            return handler.line();
        }
    }

    private int nextLine(int at) {
        int i = at;
        while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
            i++;
        }
        boolean isPair = text.startsWith("\r\n", i);
        return Math.min(text.length(), i + (isPair ? 2 : 1));
    }

    /// Puts together the rows that the parser finds.
    private static final class RowHandler extends AbstractBaseCsvCallbackHandler<Row> {
        private final int firstLine;
        private List<Cell> cells = new ArrayList<>();
        private int lines = 1;

        /// @param firstLine number of the line that is the parser's first
        RowHandler(int firstLine) {
            this.firstLine = firstLine;
        }

        /// The line at which the last row began.
        int line() {
            return firstLine + (int) getStartingLineNumber() - 1;
        }

        @Override
        protected void handleBegin(long startingLineNumber) {
            cells = new ArrayList<>();
            lines = 1;
        }

        @Override
        protected void handleField(
                int index, char[] buffer, int offset, int length, boolean quoted) {
            String cell = new String(buffer, offset, length);
            lines += (int) cell.chars().filter(c -> c == '\n').count();
            cells.add(new Cell(cell.replace("\"", "").strip(), quoted));
        }

        @Override
        protected Row buildRecord() {
            return new Row(line(), lines, cells);
        }
    }
}
