package dev.rearview.kit.fields;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.language.GroupValue;
import dev.rearview.model.Field;
import dev.rearview.text.Numbers;
import java.util.List;

/// A value that rwuniq and rwstats compute for each group, from one or more aggregates.
public abstract class ValueField {
    private final String name;

    protected ValueField(String name) {
        this.name = name;
    }

    /// The name, which is also the column's title.
    public final String name() {
        return name;
    }

    /// What the engine keeps for it.
    public abstract List<Aggregate> aggregates();

    /// Columns that it takes.
    ///
    /// @param files opens the map whose labels are counted
    public abstract int width(FieldStyle style, References files);

    /// The value by which groups are ranked and limited.
    ///
    /// @param at where its aggregates start
    public long value(long[] words, int at) {
        return words[at];
    }

    public void print(long[] words, int at, FieldStyle style, StringBuilder out) {
        out.append(Long.toUnsignedString(words[at]));
    }

    public boolean isNumeric() {
        return true;
    }

    /// Whether the sum over all groups means something.
    public boolean hasTotal() {
        return true;
    }

    /// Whether it counts distinct values.
    public boolean isDistinct() {
        return false;
    }

    /// What [#value] is where the value is a number.
    public long limit(long number) {
        return number;
    }

    /// Whether a plug-in defines it.
    public boolean isPlugin() {
        return false;
    }

    static ValueField records() {
        return new Simple(
                "Records", 10, new Aggregate(Aggregate.Kind.COUNT, Expr.of(Field.PROTOCOL)));
    }

    static ValueField packets() {
        return new Simple("Packets", 15, new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.PACKETS)));
    }

    static ValueField bytes() {
        return new Simple("Bytes", 20, new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.BYTES)));
    }

    static ValueField earliest() {
        return new Time("sTime-Earliest", new Aggregate(Aggregate.Kind.MIN, Flows.START_MS));
    }

    static ValueField latest() {
        return new Time("eTime-Latest", new Aggregate(Aggregate.Kind.MAX, Flows.END_MS));
    }

    private static class Simple extends ValueField {
        private final int width;
        private final Aggregate aggregate;

        Simple(String name, int width, Aggregate aggregate) {
            super(name);
            this.width = width;
            this.aggregate = aggregate;
        }

        @Override
        public List<Aggregate> aggregates() {
            return List.of(aggregate);
        }

        @Override
        public int width(FieldStyle style, References files) {
            return width;
        }
    }

    private static final class Time extends Simple {
        Time(String name, Aggregate aggregate) {
            super(name, 0, aggregate);
        }

        @Override
        public int width(FieldStyle style, References files) {
            return style.time().width();
        }

        @Override
        public void print(long[] words, int at, FieldStyle style, StringBuilder out) {
            style.time().format(words[at], out);
        }

        @Override
        public boolean isNumeric() {
            return false;
        }
    }

    /// The number of distinct values of a field.
    static final class Distinct extends ValueField {
        private final FlowField field;

        Distinct(FlowField field) {
            super(field.name() + "-Distinct");
            this.field = GroupKeys.counted(field);
        }

        FlowField field() {
            return field;
        }

        @Override
        public List<Aggregate> aggregates() {
            return List.of(new Aggregate(Aggregate.Kind.DISTINCT, field.value()));
        }

        @Override
        public int width(FieldStyle style, References files) {
            return FieldText.of(field, style, files).countWidth();
        }

        @Override
        public boolean isDistinct() {
            return true;
        }
    }

    /// A quantity of the flowrate plug-in, from sums over the group.
    static final class Rate extends ValueField {
        private final FlowRate.Rate rate;
        private final int zeroUs;

        Rate(FlowRate.Rate rate, int zeroUs) {
            super(rate.title());
            this.rate = rate;
            this.zeroUs = zeroUs;
        }

        @Override
        public List<Aggregate> aggregates() {
            return List.of(
                    new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.PACKETS)),
                    new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.BYTES)),
                    new Aggregate(Aggregate.Kind.SUM, Flows.payload()),
                    new Aggregate(Aggregate.Kind.SUM, Flows.durationOr(zeroUs)));
        }

        private double rate(long[] words, int at) {
            return rate.of(words[at], words[at + 1], words[at + 2], words[at + 3] / 1e6);
        }

        @Override
        public long value(long[] words, int at) {
            return Double.doubleToLongBits(rate(words, at));
        }

        @Override
        public void print(long[] words, int at, FieldStyle style, StringBuilder out) {
            rate.print(rate(words, at), out);
        }

        @Override
        public int width(FieldStyle style, References files) {
            return 15;
        }

        @Override
        public boolean hasTotal() {
            return false;
        }

        @Override
        public boolean isPlugin() {
            return true;
        }
    }

    /// What the busiest bin of time has.
    static final class Peak extends ValueField {
        private final Aggregate aggregate;
        private final int width;
        private final double scale;

        /// @param scale what the sum of a bin is multiplied by
        Peak(String name, Aggregate aggregate, int width, double scale) {
            super(name);
            this.aggregate = aggregate;
            this.width = width;
            this.scale = scale;
        }

        @Override
        public List<Aggregate> aggregates() {
            return List.of(aggregate);
        }

        private double peak(long[] words, int at) {
            return Double.longBitsToDouble(words[at]) * scale;
        }

        @Override
        public long value(long[] words, int at) {
            // Doubles that are not negative compare as their bits do.
            return Double.doubleToLongBits(peak(words, at));
        }

        @Override
        public long limit(long number) {
            return Double.doubleToLongBits((double) number);
        }

        @Override
        public void print(long[] words, int at, FieldStyle style, StringBuilder out) {
            out.append(Numbers.fixed(peak(words, at), 2));
        }

        @Override
        public int width(FieldStyle style, References files) {
            return width;
        }

        @Override
        public boolean hasTotal() {
            return false;
        }
    }

    /// What an expression makes of sums and other values of a group.
    static final class Computed extends ValueField {
        private final GroupValue value;

        Computed(String name, GroupValue value) {
            super(name);
            this.value = value;
        }

        @Override
        public List<Aggregate> aggregates() {
            return value.aggregates();
        }

        @Override
        public long value(long[] words, int at) {
            return value.isWhole()
                    ? Expr.Ordered.whole(value.whole(words, at))
                    : Expr.Ordered.real(Double.doubleToLongBits(value.real(words, at)));
        }

        @Override
        public long limit(long number) {
            return value.isWhole()
                    ? Expr.Ordered.whole(number)
                    : Expr.Ordered.real(Double.doubleToLongBits((double) number));
        }

        @Override
        public void print(long[] words, int at, FieldStyle style, StringBuilder out) {
            if (value.isWhole()) {
                out.append(value.whole(words, at));
            } else {
                FieldText.decimal(value.real(words, at), out);
            }
        }

        @Override
        public int width(FieldStyle style, References files) {
            return Math.max(15, name().length());
        }

        @Override
        public boolean hasTotal() {
            return false;
        }
    }
}
