package dev.rearview.engine.filter;

import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The kernel of a predicate. Kernels keep nothing between calls.
abstract class Test {
    private final Set<Field> fields;

    /// @param fields that are read
    Test(Set<Field> fields) {
        this.fields = fields;
    }

    final Set<Field> fields() {
        return fields;
    }

    /// Says of each row of a block whether it passes.
    abstract void test(Block b, boolean[] out);

    /// How many rows of a group pass, by its statistics.
    Outcome ask(RowGroupStats stats) {
        return Outcome.SOME;
    }

    /// Makes the kernel of each case.
    static final class Cases implements Predicate.Cases<Test> {
        private final Compiler compiler;

        Cases(Compiler compiler) {
            this.compiler = compiler;
        }

        @Override
        public Test in(Predicate.In p) {
            return new In(compiler.value(p.value()), p.ranges(), p.value().isSigned());
        }

        @Override
        public Test decimalIn(Predicate.DecimalIn p) {
            return new DecimalIn(compiler.value(p.value()), p.low(), p.high());
        }

        @Override
        public Test bitsMatch(Predicate.BitsMatch p) {
            return new BitsMatch(compiler.value(p.value()), p.pairs());
        }

        @Override
        public Test addressIn(Predicate.AddressIn p) {
            return new AddressIn(compiler.address(p.address()), compiler.set(p.set()));
        }

        @Override
        public Test addressMatches(Predicate.AddressMatches p) {
            return new AddressMatches(
                    compiler.address(p.address()), IpWildcard.parse(p.wildcard()));
        }

        @Override
        public Test sameAddress(Predicate.SameAddress p) {
            return new SameAddress(compiler.address(p.a()), compiler.address(p.b()));
        }

        @Override
        public Test labelIn(Predicate.LabelIn p) {
            PrefixMap map = compiler.map(p.label().map());
            List<NumberRange.Integers> wanted = numbers(map, p.labels());
            return map.kind() == PrefixMap.Kind.PROTO_PORT
                    ? new In(compiler.value(p.label()), wanted, false)
                    : new LabelIn(
                            p.label().ofSource() ? Field.SIP : Field.DIP,
                            compiler.addressLabel(p.label(), map),
                            wanted);
        }

        @Override
        public Test tupleIn(Predicate.TupleIn p) {
            return new TupleIn(compiler.tuples(p.tuples()));
        }

        @Override
        public Test all(Predicate.All p) {
            return new Joined(tests(p.predicates()), true);
        }

        @Override
        public Test any(Predicate.Any p) {
            return new Joined(tests(p.predicates()), false);
        }

        @Override
        public Test not(Predicate.Not p) {
            return new Not(p.predicate().accept(this));
        }

        private List<Test> tests(List<Predicate> predicates) {
            List<Test> out = new ArrayList<>();
            predicates.forEach(p -> out.add(p.accept(this)));
            return out;
        }

        /// The numbers that labels stand for, ascending.
        ///
        /// @throws IllegalArgumentException if the map has no such label
        private static List<NumberRange.Integers> numbers(PrefixMap map, List<String> labels) {
            return labels.stream()
                    .map(label -> number(map, label))
                    .distinct()
                    .sorted()
                    .map(n -> new NumberRange.Integers(n, n))
                    .toList();
        }

        private static int number(PrefixMap map, String label) {
            if (map.kind().isCountry()) {
                return CountryCode.parse(label);
            }
            return map.valueOf(label)
                    .filter(v -> v != PrefixMap.NO_VALUE)
                    .orElseThrow(() ->
                            new IllegalArgumentException("the map has no label '" + label + "'"));
        }
    }

    /// A number lies in one of some ranges.
    static final class In extends Test {
        private final Value value;
        private final long[] lows;
        private final long[] highs;
        private final long flip;
        private final List<NumberRange.Integers> ranges;

        /// @param signed how the ranges compare
        In(Value value, List<NumberRange.Integers> ranges, boolean signed) {
            super(value.fields());
            this.value = value;
            this.ranges = ranges;
            this.flip = signed ? 0 : Long.MIN_VALUE;
            this.lows = ranges.stream().mapToLong(r -> r.low() ^ flip).toArray();
            this.highs = ranges.stream().mapToLong(r -> r.high() ^ flip).toArray();
        }

        @Override
        void test(Block b, boolean[] out) {
            long[] values = b.scratch().numbers();
            value.fill(b, values, 0);
            if (lows.length == 1) {
                long low = lows[0];
                long high = highs[0];
                for (int i = 0; i < b.size(); i++) {
                    long v = values[i] ^ flip;
                    out[i] = v >= low && v <= high;
                }
            } else {
                for (int i = 0; i < b.size(); i++) {
                    out[i] = contains(values[i] ^ flip);
                }
            }
            b.scratch().back(values);
        }

        private boolean contains(long v) {
            int at = Arrays.binarySearch(lows, v);
            int range = at >= 0 ? at : -at - 2;
            return range >= 0 && v <= highs[range];
        }

        @Override
        Outcome ask(RowGroupStats stats) {
            return value.bounds(stats).in(ranges, flip == 0);
        }
    }

    /// A double lies between two others.
    static final class DecimalIn extends Test {
        private final Value value;
        private final double low;
        private final double high;

        DecimalIn(Value value, double low, double high) {
            super(value.fields());
            this.value = value;
            this.low = low;
            this.high = high;
        }

        @Override
        void test(Block b, boolean[] out) {
            long[] bits = b.scratch().numbers();
            value.fill(b, bits, 0);
            for (int i = 0; i < b.size(); i++) {
                double v = Double.longBitsToDouble(bits[i]);
                out[i] = v >= low && v <= high;
            }
            b.scratch().back(bits);
        }

        @Override
        Outcome ask(RowGroupStats stats) {
            return value instanceof Value.Ratio ratio ? ratio.in(stats, low, high) : Outcome.SOME;
        }
    }

    static final class BitsMatch extends Test {
        private final Value value;
        private final int[] highs;
        private final int[] masks;

        BitsMatch(Value value, List<HighMask> pairs) {
            super(value.fields());
            this.value = value;
            this.highs = pairs.stream().mapToInt(HighMask::high).toArray();
            this.masks = pairs.stream().mapToInt(HighMask::mask).toArray();
        }

        @Override
        void test(Block b, boolean[] out) {
            long[] values = b.scratch().numbers();
            value.fill(b, values, 0);
            for (int i = 0; i < b.size(); i++) {
                out[i] = matches((int) values[i]);
            }
            b.scratch().back(values);
        }

        private boolean matches(int bits) {
            for (int i = 0; i < masks.length; i++) {
                if ((bits & masks[i]) == highs[i]) {
                    return true;
                }
            }
            return false;
        }

        @Override
        Outcome ask(RowGroupStats stats) {
            Bounds b = value.bounds(stats);
            if (!b.isSingle()) {
                return Outcome.SOME;
            }
            return matches((int) b.min()) ? Outcome.ALL : Outcome.NONE;
        }
    }

    /// An address has some property.
    abstract static class OfAddress extends Test {
        private final Address address;

        OfAddress(Address address) {
            super(address.fields());
            this.address = address;
        }

        abstract void match(long[] hi, long[] lo, int n, boolean[] out);

        abstract Outcome ask(RowGroupStats stats, Field field);

        @Override
        final void test(Block b, boolean[] out) {
            long[] hi = b.scratch().numbers();
            long[] lo = b.scratch().numbers();
            address.fill(b, hi, lo, 0);
            match(hi, lo, b.size(), out);
            b.scratch().back(lo);
            b.scratch().back(hi);
        }

        @Override
        final Outcome ask(RowGroupStats stats) {
            return address.stored().map(field -> ask(stats, field)).orElse(Outcome.SOME);
        }
    }

    /// An address is a member of a set.
    static final class AddressIn extends OfAddress {
        private final IpSet set;

        AddressIn(Address address, IpSet set) {
            super(address);
            this.set = set;
        }

        @Override
        void match(long[] hi, long[] lo, int n, boolean[] out) {
            for (int i = 0; i < n; i++) {
                out[i] = set.contains(hi[i], lo[i]);
            }
        }

        @Override
        Outcome ask(RowGroupStats stats, Field field) {
            return AddressStatistics.ask(stats, field, set);
        }
    }

    /// An address matches a wildcard.
    static final class AddressMatches extends OfAddress {
        private final IpWildcard wildcard;

        AddressMatches(Address address, IpWildcard wildcard) {
            super(address);
            this.wildcard = wildcard;
        }

        @Override
        void match(long[] hi, long[] lo, int n, boolean[] out) {
            for (int i = 0; i < n; i++) {
                out[i] = wildcard.matches(hi[i], lo[i]);
            }
        }

        @Override
        Outcome ask(RowGroupStats stats, Field field) {
            return AddressStatistics.ask(stats, field, wildcard);
        }
    }

    /// Two addresses are the same.
    static final class SameAddress extends Test {
        private final Address a;
        private final Address b;

        SameAddress(Address a, Address b) {
            super(Value.union(a.fields(), b.fields()));
            this.a = a;
            this.b = b;
        }

        @Override
        void test(Block block, boolean[] out) {
            long[][] words = new long[4][];
            for (int i = 0; i < words.length; i++) {
                words[i] = block.scratch().numbers();
            }
            a.fill(block, words[0], words[1], 0);
            b.fill(block, words[2], words[3], 0);
            for (int i = 0; i < block.size(); i++) {
                out[i] = words[0][i] == words[2][i] && words[1][i] == words[3][i];
            }
            for (long[] w : words) {
                block.scratch().back(w);
            }
        }
    }

    /// The label of a stored address is one of some.
    static final class LabelIn extends Test {
        private final Field field;
        private final In accepted;
        private final Labels labels;

        LabelIn(Field field, Value.AddressLabel label, List<NumberRange.Integers> ranges) {
            super(label.fields());
            this.field = field;
            this.accepted = new In(label, ranges, false);
            this.labels = new Labels(label.map(), ranges);
        }

        /// The same as a filter of its own.
        Filter filter() {
            return new Filters.OfLabel(field, labels);
        }

        @Override
        void test(Block b, boolean[] out) {
            accepted.test(b, out);
        }

        @Override
        Outcome ask(RowGroupStats stats) {
            return labels.ask(stats, field);
        }
    }

    /// A flow is as one of some tuples says.
    static final class TupleIn extends Test {
        private static final EnumSet<Field> FIELDS =
                EnumSet.of(Field.SIP, Field.DIP, Field.SPORT, Field.DPORT, Field.PROTOCOL);

        private final List<Tuple> tuples;

        /// @param tuples in each direction that counts
        TupleIn(List<Tuple> tuples) {
            super(FIELDS);
            this.tuples = tuples;
        }

        @Override
        void test(Block b, boolean[] out) {
            for (int i = 0; i < b.size(); i++) {
                out[i] = matches(b, b.from() + i);
            }
        }

        private boolean matches(Block b, int row) {
            for (Tuple t : tuples) {
                if (t.source().contains(b.hi(Field.SIP)[row], b.lo(Field.SIP)[row])
                        && t.destination().contains(b.hi(Field.DIP)[row], b.lo(Field.DIP)[row])
                        && Tuple.has(t.sport(), b.values(Field.SPORT)[row])
                        && Tuple.has(t.dport(), b.values(Field.DPORT)[row])
                        && Tuple.has(t.protocol(), b.values(Field.PROTOCOL)[row])) {
                    return true;
                }
            }
            return false;
        }

        @Override
        Outcome ask(RowGroupStats stats) {
            for (Tuple t : tuples) {
                if (AddressStatistics.mayHold(stats, Field.SIP, t.source())
                        && AddressStatistics.mayHold(stats, Field.DIP, t.destination())
                        && mayHold(stats, Field.SPORT, t.sport())
                        && mayHold(stats, Field.DPORT, t.dport())
                        && mayHold(stats, Field.PROTOCOL, t.protocol())) {
                    return Outcome.SOME;
                }
            }
            return Outcome.NONE;
        }

        private static boolean mayHold(RowGroupStats stats, Field field, BitSet set) {
            int first = set.nextSetBit((int) stats.min(field));
            return set.isEmpty()
                    || first >= 0 && Long.compareUnsigned(first, stats.max(field)) <= 0;
        }
    }

    /// All of some tests pass, or one of them does.
    static final class Joined extends Test {
        private final List<Test> tests;
        private final boolean all;

        Joined(List<Test> tests, boolean all) {
            super(fields(tests));
            this.tests = tests;
            this.all = all;
        }

        private static Set<Field> fields(List<Test> tests) {
            EnumSet<Field> fields = EnumSet.noneOf(Field.class);
            tests.forEach(t -> fields.addAll(t.fields()));
            return fields;
        }

        @Override
        void test(Block b, boolean[] out) {
            Arrays.fill(out, 0, b.size(), all);
            boolean[] own = b.scratch().flags();
            for (Test t : tests) {
                t.test(b, own);
                for (int i = 0; i < b.size(); i++) {
                    out[i] = all ? out[i] && own[i] : out[i] || own[i];
                }
            }
            b.scratch().back(own);
        }

        @Override
        Outcome ask(RowGroupStats stats) {
            Outcome outcome = all ? Outcome.ALL : Outcome.NONE;
            for (Test t : tests) {
                outcome = all ? outcome.and(t.ask(stats)) : outcome.or(t.ask(stats));
            }
            return outcome;
        }
    }

    static final class Not extends Test {
        private final Test test;

        Not(Test test) {
            super(test.fields());
            this.test = test;
        }

        @Override
        void test(Block b, boolean[] out) {
            test.test(b, out);
            for (int i = 0; i < b.size(); i++) {
                out[i] = !out[i];
            }
        }

        @Override
        Outcome ask(RowGroupStats stats) {
            return test.ask(stats).not();
        }
    }
}
