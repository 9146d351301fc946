package dev.rearview.tools.rwtuc;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.text.IntegerList;
import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What a column may hold. Times and durations have two names each, which SiLK tells apart: both
/// may be columns, and then the later one counts.
enum Column {
    IGNORE(0, "ignore"),
    SIP(FlowFields.SIP),
    DIP(FlowFields.DIP),
    SPORT(FlowFields.SPORT),
    DPORT(FlowFields.DPORT),
    PROTOCOL(FlowFields.PROTOCOL),
    PACKETS(FlowFields.PACKETS),
    BYTES(FlowFields.BYTES),
    FLAGS(FlowFields.FLAGS),
    STIME(FlowFields.STIME),
    DURATION(FlowFields.DURATION),
    ETIME(FlowFields.ETIME),
    SENSOR(FlowFields.SENSOR),
    INPUT(FlowFields.INPUT),
    OUTPUT(FlowFields.OUTPUT),
    NHIP(FlowFields.NHIP),
    CLASS(FlowFields.CLASS),
    TYPE(FlowFields.TYPE),
    STIME_MSEC(FlowFields.STIME_MS),
    ETIME_MSEC(FlowFields.ETIME_MS),
    DURATION_MSEC(FlowFields.DURATION_MS),
    INITIAL_FLAGS(FlowFields.INITIAL_FLAGS),
    SESSION_FLAGS(FlowFields.SESSION_FLAGS),
    ATTRIBUTES(FlowFields.ATTRIBUTES),
    APPLICATION(FlowFields.APPLICATION),
    ITYPE(FlowFields.ICMP_TYPE),
    ICODE(FlowFields.ICMP_CODE);

    private static final int MAX_NUMBER = 100;

    private final int id;
    private final List<String> names;

    Column(FlowField field) {
        this.id = field.number();
        this.names =
                Stream.concat(Stream.of(field.name()), field.aliases().stream())
                        .map(n -> n.toLowerCase(Locale.ROOT))
                        .toList();
    }

    Column(int id, String... names) {
        this.id = id;
        this.names = List.of(names);
    }

    /// The columns that a list of names, numbers and ranges of numbers stands for; empty items
    /// stand for none.
    ///
    /// @throws IllegalArgumentException naming the faulty item, or if there is no column
    static List<Column> list(Iterable<String> items) {
        List<Column> out = new ArrayList<>();
        for (String item : items) {
            String s = item.strip();
            if (s.isEmpty()) {
                continue;
            }
            if (Character.isDigit(s.charAt(0))) {
                IntegerList.range(s, MAX_NUMBER, "field").forEach(id -> add(numbered(id), out));
            } else {
                add(named(s), out);
            }
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("no fields");
        }
        return out;
    }

    private static void add(Column c, List<Column> out) {
        if (c != IGNORE && out.contains(c)) {
            throw new IllegalArgumentException("field '" + c + "' is named twice");
        }
        out.add(c);
    }

    private static Column numbered(int id) {
        return Arrays.stream(values())
                .filter(c -> c.id == id && id != 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no field " + id));
    }

    /// The column of a name, which may be abbreviated.
    private static Column named(String name) {
        return find(name).orElseThrow(() -> unknown(name));
    }

    private static IllegalArgumentException unknown(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        boolean ambiguous =
                Arrays.stream(values())
                        .anyMatch(c -> c.names.stream().anyMatch(n -> n.startsWith(wanted)));
        return new IllegalArgumentException(
                ambiguous
                        ? "field '" + name + "' is ambiguous"
                        : Nearest.unknown(
                                "field",
                                name,
                                Arrays.stream(values()).map(Column::toString).toList()));
    }

    /// The one column that has this name, or whose name alone starts with it.
    static Optional<Column> find(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        List<Column> found = new ArrayList<>();
        for (Column c : values()) {
            if (c.names.contains(wanted)) {
                return Optional.of(c);
            }
            if (!wanted.isEmpty() && c.names.stream().anyMatch(n -> n.startsWith(wanted))) {
                found.add(c);
            }
        }
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /// Whether text is the whole name of this column.
    boolean isNamed(String text) {
        return names.contains(text.strip().toLowerCase(Locale.ROOT));
    }

    /// The value of a record that the column gives.
    Column value() {
        return switch (this) {
            case STIME_MSEC -> STIME;
            case ETIME_MSEC -> ETIME;
            case DURATION_MSEC -> DURATION;
            default -> this;
        };
    }

    @Override
    public String toString() {
        return names.getFirst();
    }
}
