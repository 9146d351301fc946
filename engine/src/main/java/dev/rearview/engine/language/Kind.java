package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.Look;
import java.util.Optional;

/// What a value is, which says what it combines and compares with.
enum Kind {
    WHOLE("a number"),
    /// The bits of a double.
    REAL("a number"),
    /// Milliseconds since 1970.
    TIME("a time"),
    /// Milliseconds.
    DURATION("a duration"),
    ADDRESS("an address"),
    /// The number of a label in a prefix map.
    LABEL("a label"),
    FLAGS("TCP flags"),
    ATTRIBUTES("attributes"),
    SENSOR("a sensor"),
    CLASS("a class"),
    TYPE("a type"),
    PROTOCOL("a protocol"),
    /// 1 is Monday.
    WEEKDAY("a day of the week");

    private final String shown;

    Kind(String shown) {
        this.shown = shown;
    }

    /// How a message names it.
    String shown() {
        return shown;
    }

    /// Whether names without quotes stand for its values, and never for fields.
    boolean hasNames() {
        return this == SENSOR
                || this == CLASS
                || this == TYPE
                || this == PROTOCOL
                || this == WEEKDAY;
    }

    /// Whether it is a number when something is computed of it.
    boolean isNumber() {
        return this == WHOLE || this == REAL || this == FLAGS || this == ATTRIBUTES || hasNames();
    }

    /// How names of its values are looked up.
    Optional<Look> look() {
        return switch (this) {
            case SENSOR -> Optional.of(Look.SENSOR);
            case CLASS -> Optional.of(Look.CLASS);
            case TYPE -> Optional.of(Look.TYPE);
            default -> Optional.empty();
        };
    }

    /// What the values of a field are.
    static Kind of(FlowField field) {
        if (field.isSame(FlowFields.PROTOCOL)) {
            return PROTOCOL;
        }
        return switch (field.look()) {
            case NUMBER, NUMBER_IF_KNOWN, NUMBER_IF_PRESENT, MATCH, SIGNED -> WHOLE;
            case RATE, DECIMAL -> REAL;
            case ADDRESS, ADDRESS_AS_IT_IS -> ADDRESS;
            case FLAGS -> FLAGS;
            case ATTRIBUTES -> ATTRIBUTES;
            case TIME, TIME_WITH_MILLISECONDS -> TIME;
            case DURATION, DURATION_WITH_MILLISECONDS -> DURATION;
            case SENSOR -> SENSOR;
            case CLASS -> CLASS;
            case TYPE -> TYPE;
            case LABEL, COUNTRY, ADDRESS_TYPE -> LABEL;
        };
    }

    /// The expression of a field that comes as an order of its numbers.
    static Expr unordered(FlowField field) {
        return field.value() instanceof Expr.Ordered o ? o.of() : field.value();
    }
}
