package dev.rearview.engine.filter;

import dev.rearview.engine.expr.ConfickerPorts;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.NumberRange;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/// What expressions and predicates mean of one flow: slow, plain, and written without a look at the
/// kernels.
final class Interpreter {
    private final PrefixMap addresses;
    private final PrefixMap ports;
    private final List<Tuple> tuples;

    Interpreter(PrefixMap addresses, PrefixMap ports, List<Tuple> tuples) {
        this.addresses = addresses;
        this.ports = ports;
        this.tuples = tuples;
    }

    long[] value(Expr expr, FlowRecord r) {
        return switch (expr) {
            case Expr.Stored e -> stored(e.field(), r);
            case Expr.Constant e -> new long[] {e.value()};
            case Expr.Binary e ->
                    new long[] {
                        binary(e.operator(), value(e.left(), r)[0], value(e.right(), r)[0])
                    };
            case Expr.Bits e -> {
                long[] of = value(e.of(), r);
                yield new long[] {of[of.length - 1] >>> e.shift() & e.mask()};
            }
            case Expr.Prefix e -> throw new AssertionError(e);
            case Expr.Ipv4 e -> {
                long[] ip = value(e.address(), r);
                yield new long[] {Ip.isMapped(ip[0], ip[1]) ? ip[1] & 0xFFFF_FFFFL : 0};
            }
            case Expr.Side e ->
                    e.source().contains(r.flowtype)
                            ? stored(Field.SIP, r)
                            : e.destination().contains(r.flowtype)
                                    ? stored(Field.DIP, r)
                                    : new long[] {0, Ip.MAPPED};
            case Expr.Label e -> new long[] {label(e, r)};
            case Expr.Lookup e -> {
                long at = value(e.of(), r)[0];
                yield new long[] {at >= 0 && at < e.table().size() ? e.table().get((int) at) : at};
            }
            case Expr.When e -> value(passes(e.test(), r) ? e.then() : e.otherwise(), r);
            case Expr.Ratio e ->
                    new long[] {
                        Double.doubleToLongBits(
                                value(e.dividend(), r)[0] / (value(e.divisor(), r)[0] / e.scale()))
                    };
            case Expr.FlowKey e -> new long[] {flowKey(r)};
            case Expr.Decimal e ->
                    new long[] {
                        Double.doubleToLongBits(
                                Expr.Decimal.of(
                                        e.operator(), real(e.left(), r), real(e.right(), r)))
                    };
            case Expr.Real e -> new long[] {Double.doubleToLongBits(e.value())};
            case Expr.Network e -> network(e, r);
            case Expr.Ordered e -> new long[] {ordered(e, r)};
            case Expr.Custom e -> {
                long[] words =
                        e.arguments().stream()
                                .flatMapToLong(a -> Arrays.stream(value(a, r)))
                                .toArray();
                yield new long[] {mixed(words)};
            }
            case Expr.Conficker e -> new long[] {conficker(e, r) ? 1 : 0};
        };
    }

    /// The function that stands for any of a plug-in.
    static long mixed(long[] words) {
        return Arrays.hashCode(words);
    }

    private double real(Expr e, FlowRecord r) {
        long word = value(e, r)[0];
        return e.isReal() ? Double.longBitsToDouble(word) : (double) word;
    }

    private long[] network(Expr.Network e, FlowRecord r) {
        long[] ip = value(e.address(), r);
        boolean v4 = Ip.isMapped(ip[0], ip[1]);
        int kept = v4 ? 96 + e.length() : e.lengthV6();
        for (int bit = kept; bit < 128; bit++) {
            ip[bit / 64] &= ~(1L << 63 - bit % 64);
        }
        return ip;
    }

    private long ordered(Expr.Ordered e, FlowRecord r) {
        long word = value(e.of(), r)[0];
        if (!e.of().isReal()) {
            return word - Long.MIN_VALUE;
        }
        return word < 0 ? ~word : word + Long.MIN_VALUE;
    }

    private static boolean conficker(Expr.Conficker e, FlowRecord r) {
        long hi = e.ofSource() ? r.sipHi : r.dipHi;
        long lo = e.ofSource() ? r.sipLo : r.dipLo;
        int port = e.ofSource() ? r.sport : r.dport;
        if (!Ip.isMapped(hi, lo) || r.protocol != 6 && r.protocol != 17) {
            return false;
        }
        return e.seed()
                .map(seed -> ConfickerPorts.areOpen(seed, (int) lo, port))
                .orElseGet(() ->
                        ConfickerPorts.areOpenAt(Math.floorDiv(r.stime, 1000L), (int) lo, port));
    }

    private int label(Expr.Label e, FlowRecord r) {
        if (e.map().equals(new MapRef.File("ports"))) {
            return ports.findPort(r.protocol, e.ofSource() ? r.sport : r.dport);
        }
        return e.ofSource() ? addresses.find(r.sipHi, r.sipLo) : addresses.find(r.dipHi, r.dipLo);
    }

    private static long binary(Expr.Operator operator, long left, long right) {
        BigInteger a = BigInteger.valueOf(left);
        BigInteger b = BigInteger.valueOf(right);
        return switch (operator) {
            case PLUS -> a.add(b).longValue();
            case MINUS -> a.subtract(b).longValue();
            case TIMES -> a.multiply(b).longValue();
            case DIVIDED_BY -> right == 0 ? 0 : floor(a, b).longValue();
            case DOWN_TO -> right == 0 ? left : floor(a, b).multiply(b).longValue();
            case AT_MOST -> a.min(b).longValue();
            case AT_LEAST -> a.max(b).longValue();
            case MODULO -> right == 0 ? 0 : a.subtract(floor(a, b).multiply(b)).longValue();
        };
    }

    private static BigInteger floor(BigInteger a, BigInteger b) {
        BigInteger[] q = a.divideAndRemainder(b);
        boolean down = q[1].signum() != 0 && a.signum() != b.signum();
        return down ? q[0].subtract(BigInteger.ONE) : q[0];
    }

    private static long flowKey(FlowRecord r) {
        long h = (long) r.sport << 16 ^ r.dport ^ (long) r.protocol << 12 ^ 0x40 ^ r.input << 20;
        long[] words = {r.sipHi ^ r.sipLo, r.dipHi ^ r.dipLo};
        long[] lower = {r.sipLo, r.dipLo};
        for (int i = 0; i < 2; i++) {
            h ^=
                    r.isIpv6()
                            ? Integer.reverseBytes((int) (words[i] >>> 32))
                                    ^ Integer.reverseBytes((int) words[i])
                            : lower[i];
        }
        return h & 0xFFFF_FFFFL;
    }

    private static long[] stored(Field field, FlowRecord r) {
        return switch (field) {
            case SIP -> new long[] {r.sipHi, r.sipLo};
            case DIP -> new long[] {r.dipHi, r.dipLo};
            case NHIP -> new long[] {r.nhipHi, r.nhipLo};
            case SPORT -> new long[] {r.sport};
            case DPORT -> new long[] {r.dport};
            case PROTOCOL -> new long[] {r.protocol};
            case PACKETS -> new long[] {r.packets};
            case BYTES -> new long[] {r.bytes};
            case FLAGS -> new long[] {r.flags};
            case STIME -> new long[] {r.stime};
            case DURATION -> new long[] {r.duration};
            case SENSOR -> new long[] {r.sensor};
            case INPUT -> new long[] {r.input};
            case OUTPUT -> new long[] {r.output};
            case FLOWTYPE -> new long[] {r.flowtype};
            case INITIAL_FLAGS -> new long[] {r.initialFlags};
            case SESSION_FLAGS -> new long[] {r.sessionFlags};
            case ATTRIBUTES -> new long[] {r.attributes};
            case APPLICATION -> new long[] {r.application};
            case SAMPLING -> new long[] {r.sampling};
            case MEMO -> new long[] {r.memo};
        };
    }

    boolean passes(Predicate predicate, FlowRecord r) {
        return switch (predicate) {
            case Predicate.In p -> in(p, value(p.value(), r)[0]);
            case Predicate.DecimalIn p -> {
                double v = Double.longBitsToDouble(value(p.value(), r)[0]);
                yield v >= p.low() && v <= p.high();
            }
            case Predicate.BitsMatch p -> {
                long v = value(p.value(), r)[0];
                yield p.pairs().stream().anyMatch(m -> ((int) v & m.mask()) == m.high());
            }
            case Predicate.AddressIn p -> {
                long[] ip = value(p.address(), r);
                yield ((SetRef.Ranges) p.set())
                        .ranges().stream().anyMatch(x -> x.contains(ip[0], ip[1]));
            }
            case Predicate.AddressMatches p -> {
                long[] ip = value(p.address(), r);
                yield IpWildcard.parse(p.wildcard()).matches(ip[0], ip[1]);
            }
            case Predicate.SameAddress p -> Arrays.equals(value(p.a(), r), value(p.b(), r));
            case Predicate.LabelIn p -> {
                int value = label(p.label(), r);
                yield value == 1 || value == 2;
            }
            case Predicate.TupleIn p -> tuple(p.tuples().direction(), r);
            case Predicate.All p -> p.predicates().stream().allMatch(x -> passes(x, r));
            case Predicate.Any p -> p.predicates().stream().anyMatch(x -> passes(x, r));
            case Predicate.Not p -> !passes(p.predicate(), r);
        };
    }

    private static boolean in(Predicate.In p, long v) {
        for (NumberRange.Integers range : p.ranges()) {
            boolean signed = p.value().isSigned();
            if (signed ? v >= range.low() && v <= range.high() : range.contains(v)) {
                return true;
            }
        }
        return false;
    }

    private boolean tuple(Tuples.Direction direction, FlowRecord r) {
        FlowRecord turned = new FlowRecord();
        turned.copyFrom(r);
        turned.sipHi = r.dipHi;
        turned.sipLo = r.dipLo;
        turned.dipHi = r.sipHi;
        turned.dipLo = r.sipLo;
        turned.sport = r.dport;
        turned.dport = r.sport;
        boolean forward = tuples.stream().anyMatch(t -> matches(t, r));
        boolean reverse = tuples.stream().anyMatch(t -> matches(t, turned));
        return switch (direction) {
            case FORWARD -> forward;
            case REVERSE -> reverse;
            case BOTH -> forward || reverse;
        };
    }

    private static boolean matches(Tuple t, FlowRecord r) {
        return t.source().contains(r.sipHi, r.sipLo)
                && t.destination().contains(r.dipHi, r.dipLo)
                && (t.sport().isEmpty() || t.sport().get(r.sport))
                && (t.dport().isEmpty() || t.dport().get(r.dport))
                && (t.protocol().isEmpty() || t.protocol().get(r.protocol));
    }
}
