package dev.rearview.engine.filter;

import dev.rearview.engine.expr.Tuples;
import dev.rearview.engine.expr.Tuples.Column;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.IntegerList;
import dev.rearview.text.IpRange;
import dev.rearview.text.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads files of partial five-tuples: a line each, whose fields may be named by the first line.
/// What follows a `#` does not count.
public final class TupleFile {
    private static final List<String> NAMES = List.of("sip", "dip", "sport", "dport", "protocol");
    private static final int MAX_PORT = 65535;
    private static final int MAX_PROTOCOL = 255;

    private final Tuples file;
    private final List<Tuple> out = new ArrayList<>();
    private List<Column> columns;
    private boolean maybeTitle = true;

    private TupleFile(Tuples file) {
        this.file = file;
        this.columns = file.columns();
    }

    /// Reads all lines.
    ///
    /// @throws MalformedInputException that names the line
    public static List<Tuple> read(BufferedReader reader, Tuples file) throws IOException {
        TupleFile tuples = new TupleFile(file);
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            try {
                tuples.line(line);
            } catch (IllegalArgumentException e) {
                throw bad(file, number, String.valueOf(e.getMessage()));
            }
        }
        if (tuples.out.isEmpty()) {
            throw bad(file, number, "no tuples");
        }
        return tuples.out;
    }

    private static MalformedInputException bad(Tuples file, int line, String why) {
        return new MalformedInputException(file.path() + ":" + line, -1, "", why);
    }

    /// What names or numbers of fields stand for, in their order.
    ///
    /// @throws IllegalArgumentException if one is not known or named twice
    public static List<Column> columns(List<String> names) {
        List<Column> found = new ArrayList<>();
        for (String name : names) {
            String s = name.strip().toLowerCase(Locale.ROOT);
            if (s.isEmpty()) {
                continue;
            }
            if (s.matches("[1-5](-[1-5])?")) {
                int high = s.charAt(s.length() - 1) - '1';
                for (int i = s.charAt(0) - '1'; i <= high; i++) {
                    found.add(Column.values()[i]);
                }
            } else {
                found.add(Column.values()[NAMES.indexOf(Names.unique(s, NAMES, "field"))]);
            }
        }
        if (found.isEmpty() || found.stream().distinct().count() != found.size()) {
            throw new IllegalArgumentException("fields must be named, each once");
        }
        return found;
    }

    private void line(String line) {
        String text = line.indexOf('#') >= 0 ? line.substring(0, line.indexOf('#')) : line;
        if (text.isBlank()) {
            return;
        }
        List<String> cells = cells(text);
        if (maybeTitle) {
            maybeTitle = false;
            boolean isTitle = isTitle(cells);
            if (columns.isEmpty()) {
                if (!isTitle) {
                    throw new IllegalArgumentException("the first line does not name the fields");
                }
                columns = columns(cells);
            }
            if (isTitle) {
                return;
            }
        }
        out.add(tuple(cells));
    }

    private List<String> cells(String text) {
        String s = text.strip();
        if (file.delimiter().equals(" ")) {
            return List.of(s.split("\\s+", -1));
        }
        if (s.endsWith(file.delimiter())) {
            s = s.substring(0, s.length() - 1);
        }
        return List.of(s.split(Pattern.quote(file.delimiter()), -1));
    }

    private static boolean isTitle(List<String> cells) {
        for (String cell : cells) {
            if (cell.isBlank() || Character.isDigit(cell.strip().charAt(0))) {
                return false;
            }
        }
        try {
            columns(cells);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Tuple tuple(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException("expected " + columns.size() + " fields");
        }
        IpRange[] addresses = {Tuple.ANYWHERE, Tuple.ANYWHERE};
        BitSet[] numbers = {new BitSet(), new BitSet(), new BitSet()};
        for (int i = 0; i < cells.size(); i++) {
            Column column = columns.get(i);
            String cell = cells.get(i).strip();
            if (cell.isEmpty()) {
                throw new IllegalArgumentException(
                        "field " + NAMES.get(column.ordinal()) + " is empty");
            }
            switch (column) {
                case SIP, DIP -> addresses[column.ordinal()] = IpRange.parse(cell);
                case SPORT -> numbers[0] = numbers(cell, MAX_PORT);
                case DPORT -> numbers[1] = numbers(cell, MAX_PORT);
                case PROTOCOL -> numbers[2] = numbers(cell, MAX_PROTOCOL);
            }
        }
        return new Tuple(addresses[0], addresses[1], numbers[0], numbers[1], numbers[2]);
    }

    private static BitSet numbers(String cell, int most) {
        if (cell.endsWith("-")) {
            throw new IllegalArgumentException("open range '" + cell + "'");
        }
        return IntegerList.parse(cell, 0, most);
    }
}
