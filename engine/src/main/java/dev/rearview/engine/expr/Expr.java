package dev.rearview.engine.expr;

import dev.rearview.model.Field;
import java.util.List;
import java.util.Optional;

/// What can be computed for every flow: a stored field, or what is derived from some.
///
/// A value is one word, or two for an address. Expressions are data: they compare, and travel as
/// text ([RecordText]). `Compiler` makes kernels of them, of each case by [Cases], so that a new
/// case does not compile before all that treat expressions know it.
public sealed interface Expr {
    /// What is done with each case.
    interface Cases<R> {
        R stored(Stored e);

        R constant(Constant e);

        R binary(Binary e);

        R bits(Bits e);

        R prefix(Prefix e);

        R ipv4(Ipv4 e);

        R side(Side e);

        R label(Label e);

        R lookup(Lookup e);

        R when(When e);

        R ratio(Ratio e);

        R flowKey(FlowKey e);

        R conficker(Conficker e);

        R decimal(Decimal e);

        R real(Real e);

        R network(Network e);

        R ordered(Ordered e);

        R custom(Custom e);
    }

    <R> R accept(Cases<R> cases);

    /// What it says, for a person.
    String text();

    /// Words of a value: 2 for an address, otherwise 1.
    default int words() {
        return 1;
    }

    /// Whether values compare as signed numbers.
    default boolean isSigned() {
        return false;
    }

    /// Whether values are the bits of doubles.
    default boolean isReal() {
        return false;
    }

    /// A stored field, in its own unit.
    record Stored(Field field) implements Expr {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.stored(this);
        }

        @Override
        public String text() {
            return FlowFields.nameOf(field);
        }

        @Override
        public int words() {
            return field.isAddress() ? 2 : 1;
        }

        @Override
        public boolean isSigned() {
            return field.isSigned();
        }
    }

    /// The same number for every flow.
    record Constant(long value) implements Expr {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.constant(this);
        }

        @Override
        public String text() {
            return Long.toString(value);
        }

        @Override
        public boolean isSigned() {
            return true;
        }
    }

    /// How two numbers make one. All are signed; what does not fit 64 bits wraps around.
    enum Operator {
        PLUS("+"),
        MINUS("-"),
        TIMES("*"),
        /// Rounded down; a divisor of 0 gives 0.
        DIVIDED_BY("/"),
        /// Rounded down to a multiple; one of 0 gives the number itself.
        DOWN_TO("down to"),
        /// The smaller one.
        AT_MOST("at most"),
        /// The larger one.
        AT_LEAST("at least"),
        /// What a division rounded down leaves; by 0 it leaves 0.
        MODULO("modulo");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        /// How it is shown.
        public String sign() {
            return sign;
        }

        /// The result for two numbers.
        public long of(long left, long right) {
            return switch (this) {
                case PLUS -> left + right;
                case MINUS -> left - right;
                case TIMES -> left * right;
                case DIVIDED_BY -> right == 0 ? 0 : Math.floorDiv(left, right);
                case DOWN_TO -> right == 0 ? left : left - Math.floorMod(left, right);
                case AT_MOST -> Math.min(left, right);
                case AT_LEAST -> Math.max(left, right);
                case MODULO -> right == 0 ? 0 : Math.floorMod(left, right);
            };
        }
    }

    /// Two numbers combined.
    record Binary(Operator operator, Expr left, Expr right) implements Expr {
        public Binary {
            requireNumber(left);
            requireNumber(right);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.binary(this);
        }

        @Override
        public String text() {
            return equals(Flows.END_MS)
                    ? "eTime"
                    : "(" + left.text() + " " + operator.sign() + " " + right.text() + ")";
        }

        @Override
        public boolean isSigned() {
            return true;
        }
    }

    /// Some bits of a number, or of the lower word of an address: `of >>> shift & mask`.
    ///
    /// @param shift 0-63
    record Bits(Expr of, int shift, long mask) implements Expr {
        public Bits {
            if (shift < 0 || shift > 63) {
                throw new IllegalArgumentException("shift must be 0-63: " + shift);
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.bits(this);
        }

        @Override
        public String text() {
            String shifted = shift == 0 ? of.text() : of.text() + " >> " + shift;
            return "(" + shifted + " & 0x" + Long.toHexString(mask) + ")";
        }
    }

    /// An IPv4 address whose bits after the first ones are 0. Of an IPv6 address it has no value,
    /// which ends the query.
    ///
    /// @param length 1-32
    record Prefix(Expr address, int length) implements Expr {
        public Prefix {
            requireAddress(address);
            if (length < 1 || length > 32) {
                throw new IllegalArgumentException("prefix length must be 1-32: " + length);
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.prefix(this);
        }

        @Override
        public String text() {
            return address.text() + "/" + length;
        }

        @Override
        public int words() {
            return 2;
        }
    }

    /// The 32 bits of an IPv4 address, 0 where it is none.
    record Ipv4(Expr address) implements Expr {
        public Ipv4 {
            requireAddress(address);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.ipv4(this);
        }

        @Override
        public String text() {
            return "IPv4 " + address.text();
        }
    }

    /// The source address of flows of some types, the destination of others, 0.0.0.0 of the rest.
    ///
    /// @param source numbers of the types whose source counts
    /// @param destination numbers of those whose destination does
    record Side(List<Integer> source, List<Integer> destination) implements Expr {
        public Side {
            source = List.copyOf(source);
            destination = List.copyOf(destination);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.side(this);
        }

        @Override
        public String text() {
            return "sIP of types " + source + ", dIP of types " + destination;
        }

        @Override
        public int words() {
            return 2;
        }
    }

    /// The number that a prefix map gives for a flow's source or destination: its address, or its
    /// protocol and port, as the map has it.
    record Label(MapRef map, boolean ofSource) implements Expr {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.label(this);
        }

        @Override
        public String text() {
            return (ofSource ? "source" : "destination") + " in " + map.text();
        }
    }

    /// The entry of a table by a number; the number itself where the table has none.
    record Lookup(Expr of, List<Long> table) implements Expr {
        /// The most entries.
        public static final int MAX_ENTRIES = 1 << 16;

        public Lookup {
            requireNumber(of);
            table = List.copyOf(table);
            if (table.size() > MAX_ENTRIES) {
                throw new IllegalArgumentException("a table of " + table.size() + " entries");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.lookup(this);
        }

        @Override
        public String text() {
            return "table of " + table.size() + " by " + of.text();
        }
    }

    /// One number for flows that pass a test, another one for those that do not.
    record When(Predicate test, Expr then, Expr otherwise) implements Expr {
        public When {
            requireNumber(then);
            requireNumber(otherwise);
            if (then.isReal() != otherwise.isReal()) {
                throw new IllegalArgumentException("a whole number or one with decimals");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.when(this);
        }

        @Override
        public String text() {
            return "(" + then.text() + " if " + test.text() + " else " + otherwise.text() + ")";
        }

        @Override
        public boolean isSigned() {
            return then.isSigned() || otherwise.isSigned();
        }

        @Override
        public boolean isReal() {
            return then.isReal();
        }
    }

    /// `dividend / (divisor / scale)`, the bits of a double: not a number where both are 0.
    record Ratio(Expr dividend, Expr divisor, double scale) implements Expr {
        public Ratio {
            requireNumber(dividend);
            requireNumber(divisor);
            if (dividend.isReal() || divisor.isReal()) {
                throw new IllegalArgumentException("a ratio is of whole numbers");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.ratio(this);
        }

        @Override
        public boolean isReal() {
            return true;
        }

        @Override
        public String text() {
            return dividend.text() + " for each " + divisor.text();
        }
    }

    /// YAF's hash of a flow's key, 32 bits; SiLK takes the input interface for the VLAN, and 4 for
    /// the version whichever it is.
    record FlowKey() implements Expr {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.flowKey(this);
        }

        @Override
        public String text() {
            return "flow key";
        }
    }

    /// 1 if the worm Conficker.C would listen on the port of one side, otherwise 0; so of flows
    /// that are neither TCP nor UDP, and of IPv6.
    ///
    /// @param ofSource whether the source address and port count
    /// @param seed weeks since 5 January 1970, or what the start of the flow says
    record Conficker(boolean ofSource, Optional<Long> seed) implements Expr {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.conficker(this);
        }

        @Override
        public String text() {
            return (ofSource ? "source" : "destination")
                    + " is a port of Conficker.C"
                    + seed.map(s -> " with seed " + s).orElse("");
        }
    }

    /// Two numbers combined as doubles, of which one at least is one.
    ///
    /// @param operator one of the first four, which divides without rounding here
    record Decimal(Operator operator, Expr left, Expr right) implements Expr {
        public Decimal {
            requireNumber(left);
            requireNumber(right);
            if (!left.isReal() && !right.isReal()) {
                throw new IllegalArgumentException("whole numbers combine as such");
            }
            if (operator.compareTo(Operator.DIVIDED_BY) > 0) {
                throw new IllegalArgumentException(operator + " is for whole numbers");
            }
        }

        /// The result for two numbers.
        public static double of(Operator operator, double left, double right) {
            return switch (operator) {
                case PLUS -> left + right;
                case MINUS -> left - right;
                case TIMES -> left * right;
                case DIVIDED_BY -> left / right;
                case DOWN_TO, AT_MOST, AT_LEAST, MODULO ->
                        throw new IllegalArgumentException(operator + " is for whole numbers");
            };
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.decimal(this);
        }

        @Override
        public String text() {
            return "(" + left.text() + " " + operator.sign() + " " + right.text() + ")";
        }

        @Override
        public boolean isReal() {
            return true;
        }
    }

    /// The bits of the same double for every flow.
    ///
    /// @param value which is finite
    record Real(double value) implements Expr {
        public Real {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(value + " is no number");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.real(this);
        }

        @Override
        public String text() {
            return Double.toString(value);
        }

        @Override
        public boolean isReal() {
            return true;
        }
    }

    /// An address whose bits after the first ones are 0.
    ///
    /// @param length that are kept of an IPv4 address, 0-32
    /// @param lengthV6 that are kept of any other, 0-128
    record Network(Expr address, int length, int lengthV6) implements Expr {
        public Network {
            requireAddress(address);
            if (length < 0 || length > 32 || lengthV6 < 0 || lengthV6 > 128) {
                throw new IllegalArgumentException("prefix length must be 0-32, of IPv6 0-128");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.network(this);
        }

        @Override
        public String text() {
            return address.text() + "/" + length + " or /" + lengthV6;
        }

        @Override
        public int words() {
            return 2;
        }
    }

    /// A number, which may be negative or the bits of a double, turned so that unsigned comparison
    /// of the words orders the numbers: keys of groups and of sorting compare so.
    record Ordered(Expr of) implements Expr {
        public Ordered {
            requireNumber(of);
        }

        /// The word of a whole number, and back.
        public static long whole(long value) {
            return value ^ Long.MIN_VALUE;
        }

        /// The word of a double.
        public static long real(long bits) {
            return bits ^ (bits >> 63 | Long.MIN_VALUE);
        }

        /// The bits of the double that has a word.
        public static long realOf(long word) {
            return word ^ (~(word >> 63) | Long.MIN_VALUE);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.ordered(this);
        }

        @Override
        public String text() {
            return of.text();
        }
    }

    /// What a function of a plug-in makes of some values: a whole number.
    record Custom(FunctionRef function, List<Expr> arguments) implements Expr {
        /// The most arguments.
        public static final int MAX_ARGUMENTS = 16;

        public Custom {
            arguments = List.copyOf(arguments);
            if (arguments.size() > MAX_ARGUMENTS) {
                throw new IllegalArgumentException("more than " + MAX_ARGUMENTS + " arguments");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.custom(this);
        }

        @Override
        public String text() {
            return function.name()
                    + "("
                    + String.join(", ", arguments.stream().map(Expr::text).toList())
                    + ")";
        }

        @Override
        public boolean isSigned() {
            return true;
        }
    }

    /// A stored field.
    static Expr of(Field field) {
        return new Stored(field);
    }

    /// `this + right`.
    default Expr plus(Expr right) {
        return new Binary(Operator.PLUS, this, right);
    }

    /// `this - right`.
    default Expr minus(Expr right) {
        return new Binary(Operator.MINUS, this, right);
    }

    /// `this * right`.
    default Expr times(Expr right) {
        return new Binary(Operator.TIMES, this, right);
    }

    /// The quotient, rounded down.
    default Expr dividedBy(long divisor) {
        return new Binary(Operator.DIVIDED_BY, this, new Constant(divisor));
    }

    /// Rounded down to a multiple of `step`.
    default Expr downTo(long step) {
        return new Binary(Operator.DOWN_TO, this, new Constant(step));
    }

    /// `of >>> shift & mask`.
    default Expr bits(int shift, long mask) {
        return new Bits(this, shift, mask);
    }

    private static void requireNumber(Expr e) {
        if (e.words() != 1) {
            throw new IllegalArgumentException("an address is no number");
        }
    }

    private static void requireAddress(Expr e) {
        if (e.words() != 2) {
            throw new IllegalArgumentException("a number is no address");
        }
    }
}
