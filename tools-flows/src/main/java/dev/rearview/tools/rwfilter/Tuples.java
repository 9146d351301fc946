package dev.rearview.tools.rwfilter;

import dev.rearview.engine.filter.Predicate;
import dev.rearview.engine.filter.Predicates;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.text.IntegerList;
import dev.rearview.text.IpRange;
import dev.rearview.text.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `--tuple-file`: passes flows that match one of the partial five-tuples of a text file.
final class Tuples {
    private static final List<String> FIELDS = List.of("sip", "dip", "sport", "dport", "protocol");
    private static final List<String> DIRECTIONS = List.of("forward", "reverse", "both");
    private static final int PROTOCOL = 4;

    private final Env env;
    private Optional<String> file = Optional.empty();
    private Optional<List<Integer>> fields = Optional.empty();
    private String direction = "forward";
    private String delimiter = "|";
    private boolean hasDirection;

    /// One line: a range for each address, a set of numbers for each other field named.
    private record Tuple(List<IpRange> addresses, List<BitSet> numbers) {}

    Tuples(Env env) {
        this.env = env;
    }

    void declare(Options o) {
        o.value(
                "tuple-file",
                "FILE",
                "Pass flows that match a line of FILE",
                v -> file = Optional.of(v));
        o.value(
                "tuple-fields",
                "LIST",
                "Fields of the tuple file, in order",
                v -> fields = Optional.of(parseFields(v.split(",", -1))));
        o.value(
                "tuple-direction",
                "DIRECTION",
                "How a line is compared: forward, reverse or both",
                v -> {
                    direction = Names.unique(v.toLowerCase(Locale.ROOT), DIRECTIONS, "direction");
                    hasDirection = true;
                });
        o.value(
                "tuple-delimiter",
                "CHAR",
                "Character between the fields of the tuple file; default '|'",
                v -> {
                    if (v.length() != 1) {
                        throw new IllegalArgumentException("expected one character");
                    }
                    delimiter = v;
                });
    }

    private static List<Integer> parseFields(String[] names) {
        List<Integer> out = new ArrayList<>();
        for (String name : names) {
            String s = name.strip().toLowerCase(Locale.ROOT);
            if (s.isEmpty()) {
                continue;
            }
            if (s.matches("[1-5](-[1-5])?")) {
                int high = s.charAt(s.length() - 1) - '1';
                for (int i = s.charAt(0) - '1'; i <= high; i++) {
                    out.add(i);
                }
            } else {
                out.add(FIELDS.indexOf(Names.unique(s, FIELDS, "field")));
            }
        }
        if (out.isEmpty() || out.stream().distinct().count() != out.size()) {
            throw new IllegalArgumentException("fields must be named, each once");
        }
        return out;
    }

    Optional<Predicate> predicate() {
        if (file.isEmpty()) {
            if (fields.isPresent() && !hasDirection) {
                return Optional.empty();
            }
            return Optional.empty();
        }
        List<Tuple> tuples = new ArrayList<>();
        try (BufferedReader reader = InputFiles.lines(env, file.get(), StandardCharsets.UTF_8)) {
            read(reader, tuples);
        } catch (IOException e) {
            throw ToolException.failure("cannot read tuple file: " + Runner.describe(e));
        }
        boolean forward = !direction.equals("reverse");
        boolean reverse = !direction.equals("forward");
        return Optional.of(
                Predicates.row((batch, i) ->
                        tuples.stream()
                                .anyMatch(t ->
                                        (forward && matches(t, batch, i, false))
                                                || (reverse && matches(t, batch, i, true)))));
    }

    private void read(BufferedReader reader, List<Tuple> out) throws IOException {
        List<Integer> columns = fields.orElse(List.of());
        boolean maybeTitle = true;
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            String text = line.indexOf('#') >= 0 ? line.substring(0, line.indexOf('#')) : line;
            if (text.isBlank()) {
                continue;
            }
            String[] cells = cells(text);
            if (maybeTitle) {
                maybeTitle = false;
                boolean isTitle = isTitle(cells);
                if (columns.isEmpty()) {
                    if (!isTitle) {
                        throw bad(number, "the first line does not name the fields");
                    }
                    columns = parseFields(cells);
                }
                if (isTitle) {
                    continue;
                }
            }
            try {
                out.add(tuple(cells, columns));
            } catch (IllegalArgumentException e) {
                throw bad(number, String.valueOf(e.getMessage()));
            }
        }
        if (out.isEmpty()) {
            throw bad(number, "no tuples");
        }
    }

    private ToolException bad(int line, String why) {
        return ToolException.failure(file.orElse("") + ":" + line + ": " + why);
    }

    private String[] cells(String text) {
        String s = text.strip();
        if (delimiter.equals(" ")) {
            return s.split("\\s+", -1);
        }
        if (s.endsWith(delimiter)) {
            s = s.substring(0, s.length() - 1);
        }
        return s.split(java.util.regex.Pattern.quote(delimiter), -1);
    }

    private static boolean isTitle(String[] cells) {
        try {
            for (String cell : cells) {
                if (cell.isBlank() || Character.isDigit(cell.strip().charAt(0))) {
                    return false;
                }
            }
            parseFields(cells);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Tuple tuple(String[] cells, List<Integer> columns) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("expected " + columns.size() + " fields");
        }
        List<IpRange> addresses = new ArrayList<>();
        List<BitSet> numbers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            addresses.add(new IpRange(0, 0, -1L, -1L, true));
        }
        for (int i = 0; i < 3; i++) {
            numbers.add(new BitSet());
        }
        for (int i = 0; i < cells.length; i++) {
            int field = columns.get(i);
            String cell = cells[i].strip();
            if (cell.isEmpty()) {
                throw new IllegalArgumentException("field " + FIELDS.get(field) + " is empty");
            }
            if (field < 2) {
                addresses.set(field, IpRange.parse(cell));
            } else {
                if (cell.endsWith("-")) {
                    throw new IllegalArgumentException("open range '" + cell + "'");
                }
                numbers.set(field - 2, IntegerList.parse(cell, 0, field == PROTOCOL ? 255 : 65535));
            }
        }
        return new Tuple(addresses, numbers);
    }

    private static boolean matches(Tuple t, FlowBatch batch, int row, boolean reverse) {
        AddressColumn a = batch.addresses(reverse ? Field.DIP : Field.SIP);
        AddressColumn b = batch.addresses(reverse ? Field.SIP : Field.DIP);
        long sport = batch.values(reverse ? Field.DPORT : Field.SPORT)[row];
        long dport = batch.values(reverse ? Field.SPORT : Field.DPORT)[row];
        return t.addresses.get(0).contains(a.hi(row), a.lo(row))
                && t.addresses.get(1).contains(b.hi(row), b.lo(row))
                && has(t.numbers.get(0), sport)
                && has(t.numbers.get(1), dport)
                && has(t.numbers.get(2), batch.values(Field.PROTOCOL)[row]);
    }

    private static boolean has(BitSet set, long value) {
        return set.isEmpty() || set.get((int) value);
    }
}
