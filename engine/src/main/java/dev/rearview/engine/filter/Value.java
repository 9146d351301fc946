package dev.rearview.engine.filter;

import dev.rearview.engine.expr.ConfickerPorts;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.plugin.RowFunction;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.model.Protocols;
import dev.rearview.sets.PrefixMap;
import dev.rearview.store.parquet.RowGroupStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The kernel of an expression of one word. Kernels keep nothing between calls.
abstract class Value {
    static final long MILLISECOND_US = 1000;

    private final Set<Field> fields;

    /// @param fields that are read
    Value(Set<Field> fields) {
        this.fields = fields;
    }

    final Set<Field> fields() {
        return fields;
    }

    /// Puts the values of a block's rows into `out[at]` and behind.
    abstract void fill(Block b, long[] out, int at);

    /// Between what numbers the values of a row group lie.
    Bounds bounds(RowGroupStats stats) {
        return Bounds.ANY;
    }

    static Set<Field> union(Set<Field> a, Set<Field> b) {
        EnumSet<Field> all = EnumSet.noneOf(Field.class);
        all.addAll(a);
        all.addAll(b);
        return all;
    }

    /// A stored integer.
    static final class Stored extends Value {
        private final Field field;

        Stored(Field field) {
            super(EnumSet.of(field));
            this.field = field;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            System.arraycopy(b.values(field), b.from(), out, at, b.size());
        }

        @Override
        Bounds bounds(RowGroupStats stats) {
            long min = stats.min(field);
            long max = stats.max(field);
            // Unsigned values above all signed ones are told by neither.
            return min > max || !field.isSigned() && max < 0 ? Bounds.ANY : new Bounds(min, max);
        }
    }

    static final class Constant extends Value {
        private final long value;

        Constant(long value) {
            super(EnumSet.noneOf(Field.class));
            this.value = value;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            Arrays.fill(out, at, at + b.size(), value);
        }

        @Override
        Bounds bounds(RowGroupStats stats) {
            return Bounds.of(value);
        }
    }

    /// A number and a constant.
    static final class Scaled extends Value {
        private static final long SECOND_US = 1_000_000;

        private final Expr.Operator operator;
        private final Value left;
        private final long right;

        Scaled(Expr.Operator operator, Value left, long right) {
            super(left.fields());
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            left.fill(b, out, at);
            if (operator == Expr.Operator.DIVIDED_BY && right == MILLISECOND_US) {
                // Division by a constant that the compiler sees is a multiplication.
                for (int i = at; i < at + b.size(); i++) {
                    out[i] = Math.floorDiv(out[i], MILLISECOND_US);
                }
            } else if (operator == Expr.Operator.DIVIDED_BY && right == SECOND_US) {
                for (int i = at; i < at + b.size(); i++) {
                    out[i] = Math.floorDiv(out[i], SECOND_US);
                }
            } else {
                Operators.apply(operator, out, at, b.size(), right);
            }
        }

        @Override
        Bounds bounds(RowGroupStats stats) {
            return left.bounds(stats).combine(operator, Bounds.of(right));
        }
    }

    /// Two values of a row combined.
    abstract static class OfTwo extends Value {
        final Value left;
        final Value right;

        OfTwo(Value left, Value right) {
            super(union(left.fields(), right.fields()));
            this.left = left;
            this.right = right;
        }

        /// Puts into `out[at]` and behind what `n` values there and as many others come to.
        abstract void combine(long[] out, int at, int n, long[] others);

        @Override
        final void fill(Block b, long[] out, int at) {
            long[] others = b.scratch().numbers();
            left.fill(b, out, at);
            right.fill(b, others, 0);
            combine(out, at, b.size(), others);
            b.scratch().back(others);
        }
    }

    static final class Binary extends OfTwo {
        private final Expr.Operator operator;

        Binary(Expr.Operator operator, Value left, Value right) {
            super(left, right);
            this.operator = operator;
        }

        @Override
        void combine(long[] out, int at, int n, long[] others) {
            Operators.apply(operator, out, at, n, others);
        }

        @Override
        Bounds bounds(RowGroupStats stats) {
            return left.bounds(stats).combine(operator, right.bounds(stats));
        }
    }

    /// Some bits of a number.
    static final class Bits extends Value {
        private final Value of;
        private final int shift;
        private final long mask;

        Bits(Value of, int shift, long mask) {
            super(of.fields());
            this.of = of;
            this.shift = shift;
            this.mask = mask;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            of.fill(b, out, at);
            for (int i = at; i < at + b.size(); i++) {
                out[i] = out[i] >>> shift & mask;
            }
        }

        @Override
        Bounds bounds(RowGroupStats stats) {
            Bounds whole = of.bounds(stats);
            long low = whole.min() >>> shift;
            long high = whole.max() >>> shift;
            boolean contiguous = (mask & mask + 1) == 0;
            if (whole.isKnown() && whole.min() >= 0 && contiguous && high <= mask) {
                return new Bounds(low, high);
            }
            if (whole.isSingle()) {
                return Bounds.of(low & mask);
            }
            return mask >= 0 ? new Bounds(0, mask) : Bounds.ANY;
        }
    }

    /// What an address says.
    abstract static class OfAddress extends Value {
        private final Address address;

        OfAddress(Address address) {
            super(address.fields());
            this.address = address;
        }

        final Address address() {
            return address;
        }

        /// Puts into `out[at]` and behind what `n` addresses say.
        abstract void tell(long[] hi, long[] lo, int n, long[] out, int at);

        @Override
        final void fill(Block b, long[] out, int at) {
            long[] hi = b.scratch().numbers();
            long[] lo = b.scratch().numbers();
            address.fill(b, hi, lo, 0);
            tell(hi, lo, b.size(), out, at);
            b.scratch().back(lo);
            b.scratch().back(hi);
        }
    }

    /// The lower word of an address.
    static final class LowerWord extends OfAddress {
        LowerWord(Address address) {
            super(address);
        }

        @Override
        void tell(long[] hi, long[] lo, int n, long[] out, int at) {
            System.arraycopy(lo, 0, out, at, n);
        }
    }

    /// The bits of an IPv4 address, 0 of another.
    static final class Ipv4Bits extends OfAddress {
        Ipv4Bits(Address address) {
            super(address);
        }

        @Override
        void tell(long[] hi, long[] lo, int n, long[] out, int at) {
            for (int i = 0; i < n; i++) {
                out[at + i] = Ip.isMapped(hi[i], lo[i]) ? lo[i] & 0xFFFF_FFFFL : 0;
            }
        }
    }

    /// What a map of addresses gives.
    static final class AddressLabel extends OfAddress {
        private final PrefixMap map;

        AddressLabel(Address address, PrefixMap map) {
            super(address);
            this.map = map;
        }

        PrefixMap map() {
            return map;
        }

        @Override
        void tell(long[] hi, long[] lo, int n, long[] out, int at) {
            for (int i = 0; i < n; i++) {
                out[at + i] = map.find(hi[i], lo[i]);
            }
        }
    }

    /// What a map of protocols and ports gives.
    static final class PortLabel extends Value {
        private final Field port;
        private final PrefixMap map;

        PortLabel(Field port, PrefixMap map) {
            super(EnumSet.of(Field.PROTOCOL, port));
            this.port = port;
            this.map = map;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            long[] protocols = b.values(Field.PROTOCOL);
            long[] ports = b.values(port);
            for (int i = 0; i < b.size(); i++) {
                out[at + i] =
                        map.findPort((int) protocols[b.from() + i], (int) ports[b.from() + i]);
            }
        }
    }

    static final class Lookup extends Value {
        private final Value of;
        private final long[] table;

        Lookup(Value of, long[] table) {
            super(of.fields());
            this.of = of;
            this.table = table;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            of.fill(b, out, at);
            for (int i = at; i < at + b.size(); i++) {
                out[i] = out[i] >= 0 && out[i] < table.length ? table[(int) out[i]] : out[i];
            }
        }
    }

    static final class When extends Value {
        private final Test test;
        private final Value then;
        private final Value otherwise;

        When(Test test, Value then, Value otherwise) {
            super(union(test.fields(), union(then.fields(), otherwise.fields())));
            this.test = test;
            this.then = then;
            this.otherwise = otherwise;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            boolean[] passes = b.scratch().flags();
            long[] others = b.scratch().numbers();
            test.test(b, passes);
            then.fill(b, out, at);
            otherwise.fill(b, others, 0);
            for (int i = 0; i < b.size(); i++) {
                out[at + i] = passes[i] ? out[at + i] : others[i];
            }
            b.scratch().back(others);
            b.scratch().back(passes);
        }

        @Override
        Bounds bounds(RowGroupStats stats) {
            return switch (test.ask(stats)) {
                case ALL -> then.bounds(stats);
                case NONE -> otherwise.bounds(stats);
                case SOME -> then.bounds(stats).or(otherwise.bounds(stats));
            };
        }
    }

    /// The bits of a double.
    static final class Ratio extends OfTwo {
        private final double scale;

        Ratio(Value dividend, Value divisor, double scale) {
            super(dividend, divisor);
            this.scale = scale;
        }

        @Override
        void combine(long[] out, int at, int n, long[] divisors) {
            for (int i = 0; i < n; i++) {
                out[at + i] = Double.doubleToLongBits(out[at + i] / (divisors[i] / scale));
            }
        }

        /// Whether the ratios of a row group may lie between two numbers, both included.
        Outcome in(RowGroupStats stats, double low, double high) {
            Bounds up = left.bounds(stats);
            Bounds down = right.bounds(stats);
            if (!up.isKnown() || !down.isKnown() || up.min() < 0 || down.min() <= 0) {
                return Outcome.SOME;
            }
            double least = up.min() / (down.max() / scale);
            double most = up.max() / (down.min() / scale);
            return most < low || least > high
                    ? Outcome.NONE
                    : least >= low && most <= high ? Outcome.ALL : Outcome.SOME;
        }
    }

    static final class FlowKey extends Value {
        private static final long VERSION = 4L << 4;
        private static final EnumSet<Field> FIELDS =
                EnumSet.of(
                        Field.SIP,
                        Field.DIP,
                        Field.SPORT,
                        Field.DPORT,
                        Field.PROTOCOL,
                        Field.INPUT,
                        Field.ATTRIBUTES);

        FlowKey() {
            super(FIELDS);
        }

        @Override
        void fill(Block b, long[] out, int at) {
            long[] sport = b.values(Field.SPORT);
            long[] dport = b.values(Field.DPORT);
            long[] protocol = b.values(Field.PROTOCOL);
            long[] input = b.values(Field.INPUT);
            for (int i = 0; i < b.size(); i++) {
                int row = b.from() + i;
                long h = sport[row] << 16 ^ dport[row] ^ protocol[row] << 12 ^ VERSION;
                out[at + i] = h ^ input[row] << 20;
            }
            mix(b, Field.SIP, out, at);
            mix(b, Field.DIP, out, at);
            for (int i = at; i < at + b.size(); i++) {
                out[i] &= 0xFFFF_FFFFL;
            }
        }

        private static void mix(Block b, Field field, long[] out, int at) {
            long[] attributes = b.values(Field.ATTRIBUTES);
            long[] hi = b.hi(field);
            long[] lo = b.lo(field);
            for (int i = 0; i < b.size(); i++) {
                int row = b.from() + i;
                boolean v6 = (attributes[row] & Attributes.IPV6) != 0;
                out[at + i] ^= v6 ? littleEndianWords(hi[row] ^ lo[row]) : lo[row];
            }
        }

        /// Two words of an IPv6 address, each as a machine with little-endian order reads it, in
        /// one.
        private static long littleEndianWords(long words) {
            long turned = Long.reverseBytes(words);
            return turned >>> Integer.SIZE ^ turned;
        }
    }

    /// Whether the worm Conficker.C would listen there.
    static final class Conficker extends Value {
        private final Field address;
        private final Field port;
        private final Optional<Long> seed;

        Conficker(boolean ofSource, Optional<Long> seed) {
            super(
                    EnumSet.of(
                            ofSource ? Field.SIP : Field.DIP,
                            ofSource ? Field.SPORT : Field.DPORT,
                            Field.PROTOCOL,
                            Field.STIME));
            this.address = ofSource ? Field.SIP : Field.DIP;
            this.port = ofSource ? Field.SPORT : Field.DPORT;
            this.seed = seed;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            long[] hi = b.hi(address);
            long[] lo = b.lo(address);
            long[] ports = b.values(port);
            long[] protocols = b.values(Field.PROTOCOL);
            long[] starts = b.values(Field.STIME);
            for (int i = 0; i < b.size(); i++) {
                int row = b.from() + i;
                boolean asked =
                        (protocols[row] == Protocols.TCP || protocols[row] == Protocols.UDP)
                                && Ip.isMapped(hi[row], lo[row]);
                out[at + i] = asked && isOpen(starts[row], (int) lo[row], (int) ports[row]) ? 1 : 0;
            }
        }

        private boolean isOpen(long startUs, int ipv4, int portNumber) {
            return seed.isPresent()
                    ? ConfickerPorts.areOpen(seed.get(), ipv4, portNumber)
                    : ConfickerPorts.areOpenAt(Math.floorDiv(startUs, 1000L), ipv4, portNumber);
        }
    }

    /// A whole number as the bits of a double.
    static final class Converted extends Value {
        private final Value of;

        Converted(Value of) {
            super(of.fields());
            this.of = of;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            of.fill(b, out, at);
            for (int i = at; i < at + b.size(); i++) {
                out[i] = Double.doubleToLongBits((double) out[i]);
            }
        }
    }

    /// The bits of two doubles combined.
    static final class Decimal extends OfTwo {
        private final Expr.Operator operator;

        Decimal(Expr.Operator operator, Value left, Value right) {
            super(left, right);
            this.operator = operator;
        }

        @Override
        void combine(long[] out, int at, int n, long[] others) {
            for (int i = 0; i < n; i++) {
                double l = Double.longBitsToDouble(out[at + i]);
                double r = Double.longBitsToDouble(others[i]);
                out[at + i] = Double.doubleToLongBits(Expr.Decimal.of(operator, l, r));
            }
        }
    }

    /// A number as a word that compares without a sign.
    static final class Ordered extends Value {
        private final Value of;
        private final boolean real;

        Ordered(Value of, boolean real) {
            super(of.fields());
            this.of = of;
            this.real = real;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            of.fill(b, out, at);
            for (int i = at; i < at + b.size(); i++) {
                out[i] = real ? Expr.Ordered.real(out[i]) : Expr.Ordered.whole(out[i]);
            }
        }
    }

    /// What a function of a plug-in makes of some values.
    static final class Custom extends Value {
        private final String name;
        private final RowFunction function;
        private final List<Object> arguments;
        private final int words;

        /// @param arguments each a [Value] or an [Address]
        Custom(String name, RowFunction function, List<Object> arguments) {
            super(fields(arguments));
            this.name = name;
            this.function = function;
            this.arguments = arguments;
            this.words = arguments.stream().mapToInt(a -> a instanceof Address ? 2 : 1).sum();
        }

        private static Set<Field> fields(List<Object> arguments) {
            EnumSet<Field> all = EnumSet.noneOf(Field.class);
            for (Object a : arguments) {
                all.addAll(a instanceof Address address ? address.fields() : ((Value) a).fields());
            }
            return all;
        }

        @Override
        void fill(Block b, long[] out, int at) {
            long[][] columns = new long[words][];
            Arrays.setAll(columns, i -> b.scratch().numbers());
            int word = 0;
            for (Object a : arguments) {
                if (a instanceof Address address) {
                    address.fill(b, columns[word], columns[word + 1], 0);
                    word += 2;
                } else {
                    ((Value) a).fill(b, columns[word++], 0);
                }
            }
            long[] row = new long[words];
            for (int i = 0; i < b.size(); i++) {
                for (int w = 0; w < words; w++) {
                    row[w] = columns[w][i];
                }
                out[at + i] = call(row);
            }
            for (long[] c : columns) {
                b.scratch().back(c);
            }
        }

        private long call(long[] row) {
            try {
                return function.of(row);
            } catch (RuntimeException e) {
                throw new UncheckedIOException(
                        new IOException("function " + name + " of a plug-in: " + e, e));
            }
        }
    }
}
