package dev.rearview.engine.filter;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.LongColumn;
import dev.rearview.model.Selection;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongPredicate;

/// Makes predicates. On a coded column the test runs once for each dictionary entry.
public final class Predicates {
    private Predicates() {}

    /// A test of an address in the mapped 128-bit space.
    @FunctionalInterface
    public interface AddressTest {
        boolean test(long hi, long lo);
    }

    /// A test of one row of a batch.
    @FunctionalInterface
    public interface RowTest {
        boolean test(FlowBatch batch, int row);
    }

    public static Predicate number(Field field, LongPredicate test) {
        return (batch, rows) -> {
            LongColumn column = batch.longs(field);
            if (column.isCoded()) {
                long[] dictionary = column.dictionary();
                boolean[] accepted = new boolean[dictionary.length];
                for (int i = 0; i < accepted.length; i++) {
                    accepted[i] = test.test(dictionary[i]);
                }
                column.codes().retain(accepted, batch.size(), rows);
                return;
            }
            long[] values = column.values();
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                if (!test.test(values[i])) {
                    rows.remove(i);
                }
            }
        };
    }

    /// Passes rows whose value is a member; values above the set's range fail.
    public static Predicate in(Field field, BitSet set) {
        return number(field, v -> v >= 0 && v <= Integer.MAX_VALUE && set.get((int) v));
    }

    public static Predicate address(Field field, AddressTest test) {
        return (batch, rows) -> {
            AddressColumn column = batch.addresses(field);
            if (column.isCoded()) {
                long[] hi = column.dictionaryHi();
                long[] lo = column.dictionaryLo();
                boolean[] accepted = new boolean[hi.length];
                for (int i = 0; i < accepted.length; i++) {
                    accepted[i] = test.test(hi[i], lo[i]);
                }
                column.codes().retain(accepted, batch.size(), rows);
                return;
            }
            long[] hi = column.hi();
            long[] lo = column.lo();
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                if (!test.test(hi[i], lo[i])) {
                    rows.remove(i);
                }
            }
        };
    }

    public static Predicate row(RowTest test) {
        return (batch, rows) -> {
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                if (!test.test(batch, i)) {
                    rows.remove(i);
                }
            }
        };
    }

    public static Predicate all(List<Predicate> predicates) {
        return (batch, rows) -> {
            for (Predicate p : predicates) {
                if (rows.isEmpty()) {
                    return;
                }
                p.retain(batch, rows);
            }
        };
    }

    public static Predicate any(List<Predicate> predicates) {
        return (batch, rows) -> {
            Selection passed = Selection.none(rows.rows());
            for (Predicate p : predicates) {
                Selection left = rows.copy();
                left.removeAll(passed);
                p.retain(batch, left);
                passed.addAll(left);
            }
            rows.retain(passed);
        };
    }

    public static Predicate not(Predicate predicate) {
        return (batch, rows) -> {
            Selection failed = rows.copy();
            predicate.retain(batch, failed);
            rows.removeAll(failed);
        };
    }

    /// Passes everything.
    public static Predicate always() {
        return (batch, rows) -> {};
    }
}
