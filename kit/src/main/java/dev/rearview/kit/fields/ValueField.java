package dev.rearview.kit.fields;

import dev.rearview.engine.KeyField;
import dev.rearview.engine.group.Aggregate;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
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

    public abstract int width(FieldStyle style);

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

    /// Whether a plug-in defines it.
    public boolean isPlugin() {
        return false;
    }

    static ValueField records() {
        return new Simple(
                "Records", 10, new Aggregate(Aggregate.Kind.COUNT, stored(Field.PROTOCOL)));
    }

    static ValueField packets() {
        return new Simple("Packets", 15, new Aggregate(Aggregate.Kind.SUM, stored(Field.PACKETS)));
    }

    static ValueField bytes() {
        return new Simple("Bytes", 20, new Aggregate(Aggregate.Kind.SUM, stored(Field.BYTES)));
    }

    static ValueField earliest() {
        return new Time(
                "sTime-Earliest",
                new Aggregate(Aggregate.Kind.MIN, new SilkFields.StartField(0, "", false)));
    }

    static ValueField latest() {
        return new Time(
                "eTime-Latest",
                new Aggregate(Aggregate.Kind.MAX, new SilkFields.EndField(0, "", false)));
    }

    private static KeyField stored(Field field) {
        return new SilkFields.NumberField(field, 0, 8);
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
        public int width(FieldStyle style) {
            return width;
        }
    }

    private static final class Time extends Simple {
        Time(String name, Aggregate aggregate) {
            super(name, 0, aggregate);
        }

        @Override
        public int width(FieldStyle style) {
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
        private final PrintField field;

        Distinct(PrintField field) {
            super(field.name() + "-Distinct");
            this.field = GroupKeys.counted(field);
        }

        PrintField field() {
            return field;
        }

        @Override
        public List<Aggregate> aggregates() {
            return List.of(new Aggregate(Aggregate.Kind.DISTINCT, field));
        }

        @Override
        public int width(FieldStyle style) {
            return field.countWidth(style);
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
                    new Aggregate(Aggregate.Kind.SUM, stored(Field.PACKETS)),
                    new Aggregate(Aggregate.Kind.SUM, stored(Field.BYTES)),
                    new Aggregate(Aggregate.Kind.SUM, new Payload()),
                    new Aggregate(Aggregate.Kind.SUM, new Micros(zeroUs)));
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
        public int width(FieldStyle style) {
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

    private static final class Payload implements KeyField {
        @Override
        public int words() {
            return 1;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = FlowRate.payload(batch, i);
            }
        }
    }

    /// Durations in microseconds, a duration of 0 counting as `zeroUs`.
    private record Micros(int zeroUs) implements KeyField {
        @Override
        public int words() {
            return 1;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] duration = batch.values(Field.DURATION);
            for (int i = 0; i < batch.size(); i++) {
                long ms = duration[i] / 1000;
                out[at][i] = ms == 0 ? zeroUs : ms * 1000;
            }
        }
    }
}
