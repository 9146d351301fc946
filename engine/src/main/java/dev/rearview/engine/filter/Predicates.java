package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongPredicate;

/// Makes predicates. On a coded column a test runs once for each dictionary entry, and a range of
/// values is a range of codes.
public final class Predicates {
    private Predicates() {}

    public static Predicate number(Field field, LongPredicate test) {
        return new Predicate.NumberPasses(field, test);
    }

    /// Passes values of a range.
    public static Predicate range(Field field, long low, long high) {
        return new Predicate.NumberIn(field, List.of(new NumberRange.Integers(low, high)));
    }

    /// Passes rows whose value is a member; values above the set's range fail.
    public static Predicate in(Field field, BitSet set) {
        List<NumberRange.Integers> ranges = new ArrayList<>();
        for (int from = set.nextSetBit(0); from >= 0; ) {
            int end = set.nextClearBit(from);
            ranges.add(new NumberRange.Integers(from, end - 1));
            from = set.nextSetBit(end);
        }
        return new Predicate.NumberIn(field, List.copyOf(ranges));
    }

    public static Predicate address(Field field, Predicate.AddressTest test) {
        return new Predicate.AddressPasses(field, test);
    }

    public static Predicate address(Field field, IpSet set) {
        return new Predicate.AddressIn(field, set);
    }

    public static Predicate address(Field field, IpRange range) {
        IpSet.Builder builder = new IpSet.Builder();
        builder.add(range);
        return address(field, builder.build());
    }

    public static Predicate row(Predicate.RowTest test) {
        return new Predicate.RowPasses(test);
    }

    public static Predicate all(List<Predicate> predicates) {
        return predicates.size() == 1
                ? predicates.getFirst()
                : new Predicate.All(List.copyOf(predicates));
    }

    public static Predicate any(List<Predicate> predicates) {
        return new Predicate.Any(List.copyOf(predicates));
    }

    public static Predicate not(Predicate predicate) {
        return new Predicate.Not(predicate);
    }

    /// Passes everything.
    public static Predicate always() {
        return new Predicate.All(List.of());
    }
}
