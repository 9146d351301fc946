package dev.rearview.kit.fields;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.filter.References;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.FlagText;
import dev.rearview.text.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// How one field is printed in one run.
public final class FieldText {
    /// What rwcut shows of an address without a type.
    private static final long NO_TYPE = 0xFFFF_FFFFL;

    /// What rwuniq and rwstats show of it: SiLK keeps types in one octet there.
    private static final long NO_GROUPED_TYPE = 255;

    private static final int MATCH_BITS = 24;

    private final FlowField field;
    private final FieldStyle style;
    private final @Nullable PrefixMap map;
    private final boolean grouped;

    private FieldText(FlowField field, FieldStyle style, @Nullable PrefixMap map, boolean grouped) {
        this.field = field;
        this.style = style;
        this.map = map;
        this.grouped = grouped;
    }

    /// The text of values of flows.
    ///
    /// @param files opens the map whose labels are shown
    public static FieldText of(FlowField field, FieldStyle style, References files) {
        return of(field, style, files, false);
    }

    /// The text of keys of groups.
    public static FieldText grouped(FlowField field, FieldStyle style, References files) {
        return of(field, style, files, true);
    }

    private static FieldText of(
            FlowField field, FieldStyle style, References files, boolean grouped) {
        try {
            PrefixMap map =
                    field.value() instanceof Expr.Label label ? files.map(label.map()) : null;
            return new FieldText(field, style, map, grouped);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FlowField field() {
        return field;
    }

    /// Words of a value.
    public int words() {
        return field.value().words();
    }

    /// Columns that values take.
    public int width() {
        int own = field.shape().width();
        return switch (field.look()) {
            case ADDRESS, ADDRESS_AS_IT_IS -> style.ip().width(style.addressWidthV6());
            case FLAGS -> style.integerFlags() ? 3 : 8;
            case TIME -> style.time().width();
            case TIME_WITH_MILLISECONDS -> style.time().withMilliseconds(true).width();
            case DURATION -> style.time().milliseconds() ? 9 : 5;
            case DURATION_WITH_MILLISECONDS -> 9;
            case SENSOR -> style.sensorWidth();
            case CLASS -> style.classWidth();
            case TYPE -> style.typeWidth();
            case LABEL -> {
                int widest = Math.max(map().widestLabel(), field.name().length());
                yield own > 0 ? Math.min(own, widest) : widest;
            }
            case NUMBER,
                    NUMBER_IF_KNOWN,
                    NUMBER_IF_PRESENT,
                    RATE,
                    SIGNED,
                    DECIMAL,
                    ATTRIBUTES,
                    COUNTRY,
                    ADDRESS_TYPE,
                    MATCH ->
                    own;
        };
    }

    /// Columns that a count of distinct values takes.
    public int countWidth() {
        return switch (field.look()) {
            case NUMBER,
                    NUMBER_IF_KNOWN,
                    NUMBER_IF_PRESENT,
                    RATE,
                    SIGNED,
                    DECIMAL,
                    LABEL,
                    COUNTRY,
                    ADDRESS_TYPE,
                    MATCH,
                    ADDRESS_AS_IT_IS ->
                    width();
            case ADDRESS,
                    FLAGS,
                    ATTRIBUTES,
                    TIME,
                    TIME_WITH_MILLISECONDS,
                    DURATION,
                    DURATION_WITH_MILLISECONDS,
                    SENSOR,
                    CLASS,
                    TYPE ->
                    ofOctets(field.shape().octets());
        };
    }

    private static int ofOctets(int octets) {
        return octets == 1 ? 3 : octets == 2 ? 5 : octets <= 4 ? 10 : 20;
    }

    /// Whether values print as numbers.
    public boolean isNumeric() {
        return switch (field.look()) {
            case FLAGS -> style.integerFlags();
            case SENSOR -> style.integerSensors();
            case NUMBER,
                    NUMBER_IF_KNOWN,
                    NUMBER_IF_PRESENT,
                    RATE,
                    SIGNED,
                    DECIMAL,
                    DURATION,
                    DURATION_WITH_MILLISECONDS,
                    ADDRESS_TYPE ->
                    true;
            case ADDRESS,
                    ADDRESS_AS_IT_IS,
                    ATTRIBUTES,
                    TIME,
                    TIME_WITH_MILLISECONDS,
                    CLASS,
                    TYPE,
                    LABEL,
                    COUNTRY,
                    MATCH ->
                    false;
        };
    }

    private PrefixMap map() {
        PrefixMap m = map;
        if (m == null) {
            throw new IllegalStateException(field.name() + " is no label");
        }
        return m;
    }

    /// Appends a value.
    ///
    /// @param hi the first word
    /// @param lo the second word of an address, otherwise 0
    /// @param v6 whether an address is IPv6
    public void print(long hi, long lo, boolean v6, StringBuilder out) {
        switch (field.look()) {
            case NUMBER -> out.append(Long.toUnsignedString(hi));
            case NUMBER_IF_KNOWN -> number(hi, hi != 0, out);
            case NUMBER_IF_PRESENT -> number(hi, hi != FlowField.ABSENT, out);
            case SIGNED -> out.append(Expr.Ordered.whole(hi));
            case DECIMAL -> decimal(Double.longBitsToDouble(Expr.Ordered.realOf(hi)), out);
            case RATE -> out.append(Numbers.fixed(Double.longBitsToDouble(hi), 3));
            case ADDRESS -> style.ip().format(hi, lo, v6 || !Ip.isMapped(hi, lo), out);
            case ADDRESS_AS_IT_IS -> style.ip().format(hi, lo, !Ip.isMapped(hi, lo), out);
            case FLAGS -> flags((int) hi, out);
            case ATTRIBUTES -> FlagText.attributes((int) hi, style.padded(), out);
            case TIME -> style.time().format(hi, out);
            case TIME_WITH_MILLISECONDS -> style.time().withMilliseconds(true).format(hi, out);
            case DURATION -> style.time().duration(hi, out);
            case DURATION_WITH_MILLISECONDS ->
                    style.time().withMilliseconds(true).duration(hi, out);
            case SENSOR -> sensor((int) hi, out);
            case CLASS -> out.append(style.site().className((int) hi));
            case TYPE -> out.append(style.site().typeName((int) hi));
            case LABEL, COUNTRY -> out.append(map().label((int) hi));
            case ADDRESS_TYPE ->
                    out.append(hi != PrefixMap.NO_VALUE ? hi : grouped ? NO_GROUPED_TYPE : NO_TYPE);
            case MATCH -> match(hi, out);
        }
    }

    /// What was divided by 0 is no number, and so not there.
    static void decimal(double value, StringBuilder out) {
        if (Double.isFinite(value)) {
            out.append(Numbers.fixed(value, 3));
        }
    }

    private static void number(long value, boolean isThere, StringBuilder out) {
        if (isThere) {
            out.append(value);
        }
    }

    private void flags(int bits, StringBuilder out) {
        if (style.integerFlags()) {
            out.append(bits);
        } else {
            FlagText.flags(bits, style.padded(), out);
        }
    }

    private void sensor(int number, StringBuilder out) {
        if (style.integerSensors()) {
            out.append(number == FlowRecord.NO_SENSOR ? "-1" : Integer.toString(number));
        } else {
            out.append(style.site().sensorName(number));
        }
    }

    private static void match(long value, StringBuilder out) {
        boolean answer = value >>> MATCH_BITS != 0;
        long number = value & (1L << MATCH_BITS) - 1;
        out.append(answer ? "<-" : "->")
                .append(Numbers.right(number == 0 ? "" : Long.toString(number), 8));
    }
}
