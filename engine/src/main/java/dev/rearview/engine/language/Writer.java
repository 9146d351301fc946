package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Writes data as text that means it.
final class Writer implements Expr.Cases<String>, Predicate.Cases<String> {
    private String of(Expr e) {
        return e.accept(this);
    }

    private String of(Predicate p) {
        return p.accept(this);
    }

    private static String call(String name, Object... arguments) {
        StringBuilder out = new StringBuilder(name).append('(');
        for (int i = 0; i < arguments.length; i++) {
            out.append(i == 0 ? "" : ", ").append(arguments[i]);
        }
        return out.append(')').toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String hex(long bits) {
        return bits < 0 ? Long.toString(bits) : "0x" + Long.toHexString(bits);
    }

    private static String side(boolean source) {
        return source ? "sip" : "dip";
    }

    // Expressions -------------------------------------------------------------------------------

    @Override
    public String stored(Expr.Stored e) {
        String name = e.field().name().toLowerCase(Locale.ROOT);
        return e.field().isAddress() || isPlain(e.field()) ? name : call("raw", name);
    }

    /// Whether the name of a field stands for what is stored.
    private static boolean isPlain(Field field) {
        return switch (field) {
            case SPORT, DPORT, PACKETS, BYTES, APPLICATION, SAMPLING -> true;
            default -> false;
        };
    }

    @Override
    public String constant(Expr.Constant e) {
        return Long.toString(e.value());
    }

    @Override
    public String binary(Expr.Binary e) {
        String left = of(e.left());
        String right = of(e.right());
        return switch (e.operator()) {
            case PLUS -> "(" + left + " + " + right + ")";
            case MINUS -> "(" + left + " - " + right + ")";
            case TIMES -> "(" + left + " * " + right + ")";
            case DIVIDED_BY -> "(" + left + " // " + right + ")";
            case MODULO -> "(" + left + " % " + right + ")";
            case DOWN_TO -> call("bin", left, right);
            case AT_MOST -> call("min", left, right);
            case AT_LEAST -> call("max", left, right);
        };
    }

    @Override
    public String bits(Expr.Bits e) {
        return call("bits", of(e.of()), e.shift(), hex(e.mask()));
    }

    @Override
    public String prefix(Expr.Prefix e) {
        return call("ipv4prefix", of(e.address()), e.length());
    }

    @Override
    public String ipv4(Expr.Ipv4 e) {
        return call("ipv4", of(e.address()));
    }

    @Override
    public String side(Expr.Side e) {
        throw noText("a side of a flow by its type");
    }

    private static IllegalArgumentException noText(String what) {
        return new IllegalArgumentException(what + " has no text in the language");
    }

    @Override
    public String label(Expr.Label e) {
        return call("number", labelOf(e));
    }

    private static String labelOf(Expr.Label e) {
        return switch (e.map()) {
            case MapRef.Countries m -> call("country", side(e.ofSource()));
            case MapRef.AddressTypes m -> call("addresstype", side(e.ofSource()));
            case MapRef.File m -> call("label", quoted(m.path()), side(e.ofSource()));
        };
    }

    @Override
    public String lookup(Expr.Lookup e) {
        throw noText("a table");
    }

    @Override
    public String when(Expr.When e) {
        return call("if", of(e.test()), of(e.then()), of(e.otherwise()));
    }

    @Override
    public String ratio(Expr.Ratio e) {
        return call("ratio", of(e.dividend()), of(e.divisor()), e.scale());
    }

    @Override
    public String flowKey(Expr.FlowKey e) {
        return call("flowkey");
    }

    @Override
    public String conficker(Expr.Conficker e) {
        return e.seed()
                .map(seed -> call("conficker", side(e.ofSource()), seed))
                .orElseGet(() -> call("conficker", side(e.ofSource())));
    }

    @Override
    public String decimal(Expr.Decimal e) {
        String sign = e.operator() == Operator.DIVIDED_BY ? "/" : e.operator().sign();
        return "(" + of(e.left()) + " " + sign + " " + of(e.right()) + ")";
    }

    @Override
    public String real(Expr.Real e) {
        return Double.toString(e.value());
    }

    @Override
    public String network(Expr.Network e) {
        return call("prefix", of(e.address()), e.length(), e.lengthV6());
    }

    @Override
    public String ordered(Expr.Ordered e) {
        return call("ordered", of(e.of()));
    }

    @Override
    public String custom(Expr.Custom e) {
        return call(e.function().name(), e.arguments().stream().map(this::of).toArray());
    }

    // Tests -------------------------------------------------------------------------------------

    @Override
    public String in(Predicate.In p) {
        boolean signed = p.value().isSigned();
        String ranges =
                p.ranges().stream().map(r -> range(r, signed)).collect(Collectors.joining(", "));
        return "(" + of(p.value()) + " in (" + ranges + "))";
    }

    private static String range(NumberRange.Integers r, boolean signed) {
        String low = signed ? Long.toString(r.low()) : Long.toUnsignedString(r.low());
        String high = signed ? Long.toString(r.high()) : Long.toUnsignedString(r.high());
        return low.equals(high) ? low : low + " - " + high;
    }

    @Override
    public String decimalIn(Predicate.DecimalIn p) {
        return call("within", of(p.value()), p.low(), p.high());
    }

    @Override
    public String bitsMatch(Predicate.BitsMatch p) {
        StringBuilder out = new StringBuilder("match(").append(of(p.value()));
        for (HighMask m : p.pairs()) {
            out.append(", ").append(m.high()).append(", ").append(m.mask());
        }
        return out.append(')').toString();
    }

    @Override
    public String addressIn(Predicate.AddressIn p) {
        String set =
                switch (p.set()) {
                    case SetRef.File f -> call("set", quoted(f.path()));
                    case SetRef.Catalogued c -> throw noText("an expression over the catalogue");
                    case SetRef.Ranges r -> ranges(r.ranges());
                };
        return "(" + of(p.address()) + " in " + set + ")";
    }

    private static String ranges(List<IpRange> ranges) {
        return ranges.stream()
                .map(r -> {
                    String low = IpFormat.CANONICAL.format(r.loHi(), r.loLo(), r.v6());
                    String high = IpFormat.CANONICAL.format(r.hiHi(), r.hiLo(), r.v6());
                    boolean one = Ip.compare(r.loHi(), r.loLo(), r.hiHi(), r.hiLo()) == 0;
                    return one ? low : low + " - " + high;
                })
                .collect(Collectors.joining(", ", "(", ")"));
    }

    @Override
    public String addressMatches(Predicate.AddressMatches p) {
        return "(" + of(p.address()) + " in " + quoted(p.wildcard()) + ")";
    }

    @Override
    public String sameAddress(Predicate.SameAddress p) {
        return "(" + of(p.a()) + " = " + of(p.b()) + ")";
    }

    @Override
    public String labelIn(Predicate.LabelIn p) {
        String labels = p.labels().stream().map(Writer::quoted).collect(Collectors.joining(", "));
        return "(" + labelOf(p.label()) + " in (" + labels + "))";
    }

    @Override
    public String tupleIn(Predicate.TupleIn p) {
        throw noText("a file of tuples");
    }

    @Override
    public String all(Predicate.All p) {
        return junction(p.predicates(), "all", " and ");
    }

    @Override
    public String any(Predicate.Any p) {
        return junction(p.predicates(), "any", " or ");
    }

    private String junction(List<Predicate> parts, String name, String word) {
        List<String> all = parts.stream().map(this::of).toList();
        return all.size() < 2 ? call(name, all.toArray()) : "(" + String.join(word, all) + ")";
    }

    @Override
    public String not(Predicate.Not p) {
        return "(not " + of(p.predicate()) + ")";
    }
}
