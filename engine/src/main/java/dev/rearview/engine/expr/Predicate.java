package dev.rearview.engine.expr;

import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A test of flows, as data. `Compiler` runs it on rows and asks it of statistics.
public sealed interface Predicate {
    /// What is done with each case.
    interface Cases<R> {
        R in(In p);

        R decimalIn(DecimalIn p);

        R bitsMatch(BitsMatch p);

        R addressIn(AddressIn p);

        R addressMatches(AddressMatches p);

        R labelIn(LabelIn p);

        R tupleIn(TupleIn p);

        R all(All p);

        R any(Any p);

        R not(Not p);
    }

    <R> R accept(Cases<R> cases);

    /// Passes everything.
    Predicate ALWAYS = new All(List.of());

    /// A number lies in one of some ranges.
    ///
    /// @param ranges ascending as the value compares, disjoint
    record In(Expr value, List<NumberRange.Integers> ranges) implements Predicate {
        public In {
            if (value.words() != 1) {
                throw new IllegalArgumentException("an address is no number");
            }
            ranges = List.copyOf(ranges);
            boolean signed = value.isSigned();
            for (int i = 0; i < ranges.size(); i++) {
                NumberRange.Integers r = ranges.get(i);
                if (compare(signed, r.low(), r.high()) > 0
                        || i > 0 && compare(signed, ranges.get(i - 1).high(), r.low()) >= 0) {
                    throw new IllegalArgumentException("ranges must ascend and be disjoint");
                }
            }
        }

        private static int compare(boolean signed, long a, long b) {
            return signed ? Long.compare(a, b) : Long.compareUnsigned(a, b);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.in(this);
        }
    }

    /// The bits of a double lie in a range, both ends included; what is not a number does not.
    record DecimalIn(Expr.Ratio value, double low, double high) implements Predicate {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.decimalIn(this);
        }
    }

    /// Bits of a number are as one of some pairs has them.
    record BitsMatch(Expr value, List<HighMask> pairs) implements Predicate {
        public BitsMatch {
            pairs = List.copyOf(pairs);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.bitsMatch(this);
        }
    }

    /// An address is a member of a set.
    record AddressIn(Expr address, SetRef set) implements Predicate {
        public AddressIn {
            requireAddress(address);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.addressIn(this);
        }
    }

    /// An address matches SiLK's wildcard.
    ///
    /// @param wildcard as [IpWildcard#parse] takes it
    record AddressMatches(Expr address, String wildcard) implements Predicate {
        public AddressMatches {
            requireAddress(address);
            IpWildcard.parse(wildcard);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.addressMatches(this);
        }
    }

    /// A prefix map gives one of some labels, which may be written as numbers.
    record LabelIn(Expr.Label label, List<String> labels) implements Predicate {
        public LabelIn {
            labels = List.copyOf(labels);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.labelIn(this);
        }
    }

    /// A flow is as one line of a file of tuples says.
    record TupleIn(Tuples tuples) implements Predicate {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tupleIn(this);
        }
    }

    /// All of some tests pass.
    record All(List<Predicate> predicates) implements Predicate {
        public All {
            predicates = List.copyOf(predicates);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.all(this);
        }
    }

    /// One of some tests passes.
    record Any(List<Predicate> predicates) implements Predicate {
        public Any {
            predicates = List.copyOf(predicates);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.any(this);
        }
    }

    /// A test fails.
    record Not(Predicate predicate) implements Predicate {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.not(this);
        }
    }

    /// A number lies in a range.
    static Predicate range(Expr value, long low, long high) {
        return new In(value, List.of(new NumberRange.Integers(low, high)));
    }

    /// A number, which may be negative, lies in a range of unsigned ones.
    static Predicate unsigned(Expr value, long low, long high) {
        if (!value.isSigned()) {
            return range(value, low, high);
        }
        // Above all signed numbers nothing lies.
        return low < 0
                ? new In(value, List.of())
                : range(value, low, high < 0 ? Long.MAX_VALUE : high);
    }

    /// A stored number lies in a range.
    static Predicate range(Field field, long low, long high) {
        return range(Expr.of(field), low, high);
    }

    /// A number has a value.
    static Predicate is(Field field, long value) {
        return range(field, value, value);
    }

    /// A number is a member; numbers above the set's range are none.
    static Predicate in(Expr value, BitSet set) {
        List<NumberRange.Integers> ranges = new ArrayList<>();
        for (int from = set.nextSetBit(0); from >= 0; ) {
            int end = set.nextClearBit(from);
            ranges.add(new NumberRange.Integers(from, end - 1));
            from = set.nextSetBit(end);
        }
        return new In(value, ranges);
    }

    static Predicate in(Field field, BitSet set) {
        return in(Expr.of(field), set);
    }

    /// Some bits of a stored number are set, others are not.
    static Predicate bits(Field field, int high, int mask) {
        return new BitsMatch(Expr.of(field), List.of(new HighMask(high, mask)));
    }

    static Predicate address(Field field, SetRef set) {
        return new AddressIn(Expr.of(field), set);
    }

    static Predicate address(Field field, List<IpRange> ranges) {
        return address(field, new SetRef.Ranges(ranges));
    }

    static Predicate all(List<Predicate> predicates) {
        return predicates.size() == 1 ? predicates.getFirst() : new All(predicates);
    }

    static Predicate any(List<Predicate> predicates) {
        return predicates.size() == 1 ? predicates.getFirst() : new Any(predicates);
    }

    static Predicate not(Predicate predicate) {
        return new Not(predicate);
    }

    private static void requireAddress(Expr e) {
        if (e.words() != 2) {
            throw new IllegalArgumentException("a number is no address");
        }
    }

    /// One range as text.
    static String text(IpRange r) {
        boolean v6 = !Ip.isMapped(r.loHi(), r.loLo());
        String low = IpFormat.CANONICAL.format(r.loHi(), r.loLo(), v6);
        String high = IpFormat.CANONICAL.format(r.hiHi(), r.hiLo(), v6);
        return low.equals(high) ? low : low + "-" + high;
    }
}
