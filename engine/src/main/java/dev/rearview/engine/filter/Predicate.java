package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/// A test of flows, applied to a whole batch. [Predicates] makes them.
public sealed interface Predicate {
    /// Drops from `rows` those that fail.
    void retain(FlowBatch batch, Selection rows);

    /// Whether any row of a row group may pass, by what is known before its rows are read.
    default boolean mayPass(RowGroupStats stats) {
        return true;
    }

    /// A test of an address in the mapped 128-bit space.
    @FunctionalInterface
    interface AddressTest {
        boolean test(long hi, long lo);
    }

    /// A test of one row of a batch.
    @FunctionalInterface
    interface RowTest {
        boolean test(FlowBatch batch, int row);
    }

    /// An integer field lies in one of some ranges.
    ///
    /// @param ranges ascending as the field compares, disjoint
    record NumberIn(Field field, List<NumberRange.Integers> ranges) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            NumberKernels.retain(field, ranges, batch, rows);
        }

        @Override
        public boolean mayPass(RowGroupStats stats) {
            long min = stats.min(field);
            long max = stats.max(field);
            for (NumberRange.Integers r : ranges) {
                if (field.compare(r.low(), max) <= 0 && field.compare(r.high(), min) >= 0) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            StringBuilder out = new StringBuilder(field.silkName());
            out.append(" in ");
            for (int i = 0; i < ranges.size(); i++) {
                NumberRange.Integers r = ranges.get(i);
                out.append(i == 0 ? "" : ",").append(Long.toUnsignedString(r.low()));
                if (r.high() == -1) {
                    out.append('-');
                } else if (r.high() != r.low()) {
                    out.append('-').append(Long.toUnsignedString(r.high()));
                }
            }
            return out.toString();
        }
    }

    /// An integer field passes a test, which is run once for each distinct value.
    record NumberPasses(Field field, LongPredicate test) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            NumberKernels.retain(field, test, batch, rows);
        }

        @Override
        public String toString() {
            return "test of " + field.silkName();
        }
    }

    /// An address is a member of a set.
    record AddressIn(Field field, IpSet set) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            AddressKernels.retain(field, set, batch, rows);
        }

        @Override
        public boolean mayPass(RowGroupStats stats) {
            if (set.isEmpty()) {
                return false;
            }
            IpRange all = set.span();
            if (!stats.mayHold(field, all.loHi(), all.loLo(), all.hiHi(), all.hiLo())) {
                return false;
            }
            // Bloom filters say nothing of sets of many ranges.
            Optional<List<IpRange>> few = set.few(IpSet.MOST_FEW);
            if (few.isEmpty()) {
                return true;
            }
            for (IpRange r : few.get()) {
                boolean single = r.loHi() == r.hiHi() && r.loLo() == r.hiLo();
                boolean may = stats.mayHold(field, r.loHi(), r.loLo(), r.hiHi(), r.hiLo());
                if (may && (!single || stats.mayHold(field, r.loHi(), r.loLo()))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            Optional<List<IpRange>> one = set.few(1);
            if (one.isPresent() && one.get().size() == 1) {
                IpRange r = one.get().getFirst();
                boolean v6 = !Ip.isMapped(r.loHi(), r.loLo());
                String low = IpFormat.CANONICAL.format(r.loHi(), r.loLo(), v6);
                String high = IpFormat.CANONICAL.format(r.hiHi(), r.hiLo(), v6);
                return field.silkName() + " in " + low + (low.equals(high) ? "" : "-" + high);
            }
            return field.silkName() + " in a set of " + set.size() + " addresses";
        }
    }

    /// An address passes a test, which is run once for each distinct value.
    record AddressPasses(Field field, AddressTest test) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            AddressKernels.retain(field, test, batch, rows);
        }

        @Override
        public String toString() {
            return "test of " + field.silkName();
        }
    }

    /// A flow passes a test of several fields.
    record RowPasses(RowTest test) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                if (!test.test(batch, i)) {
                    rows.remove(i);
                }
            }
        }

        @Override
        public String toString() {
            return "test of each flow";
        }
    }

    /// All of some tests pass.
    record All(List<Predicate> predicates) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            for (Predicate p : predicates) {
                if (rows.isEmpty()) {
                    return;
                }
                p.retain(batch, rows);
            }
        }

        @Override
        public boolean mayPass(RowGroupStats stats) {
            for (Predicate p : predicates) {
                if (!p.mayPass(stats)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return join(predicates, " and ");
        }
    }

    /// One of some tests passes.
    record Any(List<Predicate> predicates) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            Selection passed = Selection.none(rows.rows());
            for (Predicate p : predicates) {
                Selection left = rows.copy();
                left.removeAll(passed);
                p.retain(batch, left);
                passed.addAll(left);
            }
            rows.retain(passed);
        }

        @Override
        public boolean mayPass(RowGroupStats stats) {
            for (Predicate p : predicates) {
                if (p.mayPass(stats)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return "(" + join(predicates, " or ") + ")";
        }
    }

    /// A test fails.
    record Not(Predicate predicate) implements Predicate {
        @Override
        public void retain(FlowBatch batch, Selection rows) {
            Selection passed = rows.copy();
            predicate.retain(batch, passed);
            rows.removeAll(passed);
        }

        @Override
        public String toString() {
            return "not " + predicate;
        }
    }

    private static String join(List<Predicate> predicates, String word) {
        StringBuilder out = new StringBuilder();
        for (Predicate p : predicates) {
            out.append(out.isEmpty() ? "" : word).append(p);
        }
        return out.toString();
    }
}
