package dev.rearview.kit.fields;

import dev.rearview.model.FlowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;

/// Turns fields into the keys that rwuniq and rwstats group by: times in bins, ICMP fields with a
/// value for every flow.
public final class GroupKeys {
    private static final int DPORT = 4;
    private static final int PROTOCOL = 5;
    private static final int STIME = 9;
    private static final int DURATION = 10;
    private static final int ETIME = 11;

    private GroupKeys() {}

    /// @param binMs width of a time bin; 1000 where none was asked for
    public static List<PrintField> of(List<PrintField> fields, long binMs) {
        boolean start = has(fields, STIME);
        boolean end = has(fields, ETIME);
        boolean allThree = start && end && has(fields, DURATION);
        List<PrintField> out = new ArrayList<>();
        for (PrintField f : fields) {
            out.add(
                    switch (f.id()) {
                        case STIME -> new Binned(f, binMs);
                        // All three agree to the second: the end is start and duration, each cut.
                        case ETIME ->
                                allThree && binMs == 1000
                                        ? new Combined(
                                                f,
                                                new Binned(start(), 1000),
                                                new Binned(duration(), 1000),
                                                Long::sum)
                                        : new Binned(f, binMs);
                        case DURATION ->
                                allThree && binMs != 1000
                                        ? new Combined(
                                                f,
                                                new Binned(end(), binMs),
                                                new Binned(start(), binMs),
                                                (e, s) -> e - s)
                                        : new Binned(f, binMs % 1000 == 0 ? 1000 : 1);
                        default ->
                                f instanceof SilkFields.IcmpField i
                                        ? new IcmpKey(i, fields)
                                        : plain(f);
                    });
        }
        return out;
    }

    /// The form of a field whose distinct values are counted: times in seconds.
    static PrintField counted(PrintField f) {
        return switch (f.id()) {
            case STIME, ETIME, DURATION -> new Binned(f, 1000);
            default -> plain(f);
        };
    }

    private static PrintField plain(PrintField f) {
        if (f instanceof SilkFields.IcmpField icmp) {
            return icmp.sortKey();
        }
        return f instanceof MapField map ? map.grouped() : f;
    }

    private static PrintField start() {
        return new SilkFields.StartField(0, "", false);
    }

    private static PrintField end() {
        return new SilkFields.EndField(0, "", false);
    }

    private static PrintField duration() {
        return new SilkFields.DurationField(0, "", false);
    }

    private static boolean has(List<PrintField> fields, int id) {
        return fields.stream().anyMatch(f -> f.id() == id);
    }

    /// A field that prints like another one.
    abstract static class Wrapped extends PrintField {
        final PrintField inner;

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

    /// Type or code of ICMP, which is 0 for other flows. What of it prints depends on the other
    /// keys of the group.
    static final class IcmpKey extends Wrapped {
        private static final int NONE = -1;

        private final SilkFields.IcmpField icmp;
        private final int protocolAt;
        private final int portAt;
        private final boolean anyAddress;

        /// @param all the fields of the key
        IcmpKey(SilkFields.IcmpField icmp, List<PrintField> all) {
            super(icmp.sortKey());
            this.icmp = icmp;
            this.protocolAt = wordOf(PROTOCOL, all);
            this.portAt = wordOf(DPORT, all);
            this.anyAddress = all.stream().anyMatch(f -> f.words() == 2);
        }

        private static int wordOf(int id, List<PrintField> fields) {
            int at = 0;
            for (PrintField f : fields) {
                if (f.id() == id) {
                    return at;
                }
                at += f.words();
            }
            return NONE;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            inner.evaluate(batch, out, at);
        }

        /// Appends the value of one group.
        ///
        /// @param from where the words of its key start
        /// @param v6 whether an address of the key is IPv6
        void print(long[] words, int from, long value, boolean v6, StringBuilder out) {
            if (protocolAt == NONE) {
                out.append(portAt == NONE ? value : icmp.of(words[from + portAt]));
            } else if (isIcmp(words[from + protocolAt], value, v6)) {
                out.append(value);
            }
        }

        /// Protocol 58 is ICMPv6 in IPv6 records only, which a key without addresses does not tell;
        /// but 0 is no type of it.
        private boolean isIcmp(long protocol, long value, boolean v6) {
            boolean icmp6 = v6 || value != 0 || icmp.isCode() && !anyAddress;
            return protocol == SilkFields.ICMP || protocol == SilkFields.ICMP6 && icmp6;
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

    /// Two binned times put together.
    private static final class Combined extends Wrapped {
        private final Binned left;
        private final Binned right;
        private final LongBinaryOperator operator;

        Combined(PrintField inner, Binned left, Binned right, LongBinaryOperator operator) {
            super(inner);
            this.left = left;
            this.right = right;
            this.operator = operator;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[][] rights = new long[1][batch.size()];
            right.evaluate(batch, rights, 0);
            left.evaluate(batch, out, at);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = operator.applyAsLong(out[at][i], rights[0][i]);
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
