package dev.rearview.engine.expr;

import dev.rearview.model.Field;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// A test of flows, as data. `Compiler` runs it on rows and asks it of statistics.
public sealed interface Predicate {
    /// What is done with each case.
    interface Cases<R> {
        R in(In p);

        R decimalIn(DecimalIn p);

        R bitsMatch(BitsMatch p);

        R addressIn(AddressIn p);

        R addressMatches(AddressMatches p);

        R sameAddress(SameAddress p);

        R labelIn(LabelIn p);

        R tupleIn(TupleIn p);

        R all(All p);

        R any(Any p);

        R not(Not p);
    }

    <R> R accept(Cases<R> cases);

    /// What it says, for a person.
    String text();

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

        @Override
        public String text() {
            StringBuilder out = new StringBuilder(value.text()).append(" in ");
            for (int i = 0; i < ranges.size(); i++) {
                NumberRange.Integers r = ranges.get(i);
                out.append(i == 0 ? "" : ",").append(number(r.low(), value));
                if (!value.isSigned() && r.high() == -1) {
                    out.append('-');
                } else if (r.high() != r.low()) {
                    out.append('-').append(number(r.high(), value));
                }
            }
            return out.toString();
        }

        private static String number(long n, Expr value) {
            return value.isSigned() ? Long.toString(n) : Long.toUnsignedString(n);
        }
    }

    /// The bits of a double lie in a range, both ends included; what is not a number does not.
    record DecimalIn(Expr value, double low, double high) implements Predicate {
        public DecimalIn {
            if (!value.isReal()) {
                throw new IllegalArgumentException("whole numbers have ranges of their own");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.decimalIn(this);
        }

        @Override
        public String text() {
            String end = high == Double.MAX_VALUE ? "" : Double.toString(high);
            return value.text() + " in " + low + "-" + end;
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

        @Override
        public String text() {
            if (equals(Flows.IPV6)) {
                return "IPv6";
            }
            if (equals(Flows.IPV4)) {
                return "IPv4";
            }
            List<String> all =
                    pairs.stream()
                            .map(m ->
                                    "0x"
                                            + Integer.toHexString(m.high())
                                            + "/0x"
                                            + Integer.toHexString(m.mask()))
                            .toList();
            return value.text() + " matches " + String.join(",", all);
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

        @Override
        public String text() {
            return address.text() + " in " + set.text();
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

        @Override
        public String text() {
            return address.text() + " matches " + wildcard;
        }
    }

    /// Two addresses are the same.
    record SameAddress(Expr a, Expr b) implements Predicate {
        public SameAddress {
            requireAddress(a);
            requireAddress(b);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.sameAddress(this);
        }

        @Override
        public String text() {
            return a.text() + " is " + b.text();
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

        @Override
        public String text() {
            return label.text() + " is " + String.join(",", labels);
        }
    }

    /// A flow is as one line of a file of tuples says.
    record TupleIn(Tuples tuples) implements Predicate {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tupleIn(this);
        }

        @Override
        public String text() {
            String how = tuples.direction().name().toLowerCase(Locale.ROOT);
            return "a line of " + tuples.path() + " matches " + how;
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

        @Override
        public String text() {
            return predicates.isEmpty() ? "everything" : join(predicates, " and ");
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

        @Override
        public String text() {
            return "(" + join(predicates, " or ") + ")";
        }
    }

    /// A test fails.
    record Not(Predicate predicate) implements Predicate {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.not(this);
        }

        @Override
        public String text() {
            return "not " + predicate.text();
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

    private static String join(List<Predicate> predicates, String word) {
        return String.join(word, predicates.stream().map(Predicate::text).toList());
    }
}
