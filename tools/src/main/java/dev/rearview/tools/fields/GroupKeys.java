package dev.rearview.tools.fields;

import dev.rearview.model.FlowBatch;
import java.util.ArrayList;
import java.util.List;

/// Turns fields into the keys that rwuniq and rwstats group by: times in bins, ICMP fields with a
/// value for every flow.
public final class GroupKeys {
    private static final int STIME = 9;
    private static final int DURATION = 10;
    private static final int ETIME = 11;

    private GroupKeys() {}

    /// @param binMs width of a time bin; 1000 where none was asked for
    public static List<PrintField> of(List<PrintField> fields, long binMs) {
        boolean start = has(fields, STIME);
        boolean end = has(fields, ETIME);
        boolean protocol = has(fields, 5);
        boolean port = has(fields, 4);
        List<PrintField> out = new ArrayList<>();
        for (PrintField f : fields) {
            out.add(
                    switch (f.id()) {
                        case STIME, ETIME -> new Binned(f, binMs);
                        case DURATION ->
                                start && end
                                        ? new Difference(
                                                f,
                                                new Binned(
                                                        new SilkFields.StartField(0, "", false),
                                                        binMs),
                                                new Binned(
                                                        new SilkFields.EndField(0, "", false),
                                                        binMs))
                                        : new Binned(f, binMs % 1000 == 0 ? 1000 : 1);
                        default ->
                                f instanceof SilkFields.IcmpField icmp
                                        ? icmp.grouped(protocol, port)
                                        : f;
                    });
        }
        return out;
    }

    private static boolean has(List<PrintField> fields, int id) {
        return fields.stream().anyMatch(f -> f.id() == id);
    }

    /// A field that prints like another one.
    private abstract static class Wrapped extends PrintField {
        protected final PrintField inner;

        Wrapped(PrintField inner) {
            super(inner.id(), inner.name());
            this.inner = inner;
        }

        @Override
        public int width(FieldStyle style) {
            return inner.width(style);
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            inner.print(hi, lo, v6, style, out);
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return inner.isNumeric(style);
        }
    }

    private static final class Binned extends Wrapped {
        private final long binMs;

        Binned(PrintField inner, long binMs) {
            super(inner);
            this.binMs = binMs;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            inner.evaluate(batch, out, at);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] -= Math.floorMod(out[at][i], binMs);
            }
        }
    }

    private static final class Difference extends Wrapped {
        private final Binned start;
        private final Binned end;

        Difference(PrintField inner, Binned start, Binned end) {
            super(inner);
            this.start = start;
            this.end = end;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[][] starts = new long[1][batch.size()];
            start.evaluate(batch, starts, 0);
            end.evaluate(batch, out, at);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] -= starts[0][i];
            }
        }
    }

    /// Numbers the runs of rows with equal keys, so that grouping by it first keeps runs apart.
    public static final class RunNumber implements dev.rearview.engine.KeyField {
        private final List<PrintField> keys;
        private final int count;
        private long[] last = new long[0];
        private long run;

        public RunNumber(List<PrintField> keys) {
            this.keys = keys;
            this.count = keys.stream().mapToInt(PrintField::words).sum();
        }

        @Override
        public int words() {
            return 1;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[][] values = new long[count][batch.size()];
            int next = 0;
            for (PrintField key : keys) {
                key.evaluate(batch, values, next);
                next += key.words();
            }
            for (int i = 0; i < batch.size(); i++) {
                boolean same = last.length == count;
                for (int k = 0; k < count && same; k++) {
                    same = last[k] == values[k][i];
                }
                if (!same) {
                    run++;
                    last = new long[count];
                    for (int k = 0; k < count; k++) {
                        last[k] = values[k][i];
                    }
                }
                out[at][i] = run;
            }
        }
    }
}
