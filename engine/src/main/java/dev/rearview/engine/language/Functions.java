package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FunctionRef;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the functions of the language mean.
final class Functions {
    /// Each with what it takes; what the writer alone uses is below the line.
    private static final List<String> KNOWN =
            List.of(
                    "country(sip)",
                    "addresstype(sip)",
                    "label('MAP', sip)",
                    "prefix(sip, 24)",
                    "hour(stime)",
                    "minute(stime)",
                    "weekday(stime)",
                    "bin(stime, 1h)",
                    "scaled(bytes)",
                    "min(A, B)",
                    "max(A, B)",
                    "if(TEST, A, B)",
                    "field('NAME')",
                    "flags('S/SA')",
                    "number(A)",
                    "seconds(duration)",
                    "ms(stime)",
                    // What only data that was written has.
                    "all(TEST, ...)",
                    "any(TEST, ...)",
                    "bits(A, SHIFT, MASK)",
                    "match(A, HIGH, MASK, ...)",
                    "within(A, LOW, HIGH)",
                    "ratio(A, B, SCALE)",
                    "raw(FIELD)",
                    "ipv4(sip)",
                    "ipv4prefix(sip, 24)",
                    "flowkey()",
                    "conficker(sip)",
                    "ordered(A)");

    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    /// 1 January 1970 was a Thursday.
    private static final long DAYS_SINCE_MONDAY = 3;

    /// How many bits of IPv6 addresses a prefix keeps where nothing else is said.
    private static final long LENGTH_V6 = 64;

    private final Meaning meaning;

    Functions(Meaning meaning) {
        this.meaning = meaning;
    }

    static Expr bytes() {
        return Expr.of(Field.BYTES);
    }

    static Expr packets() {
        return Expr.of(Field.PACKETS);
    }

    Term call(Node.Call c) {
        return switch (c.name()) {
            case "country", "addresstype", "label", "number" -> labels(c);
            case "hour", "minute", "weekday", "bin", "ms", "seconds" -> times(c);
            case "prefix", "ipv4prefix", "ipv4" -> addresses(c);
            case "all", "any", "match", "within" -> new Term.Test(tests(c));
            case "flags" -> {
                count(c, 1, 1);
                yield new Term.Text(meaning.quoted(arg(c, 0), "flags such as S/SA"));
            }
            default -> numbers(c);
        };
    }

    private void count(Node.Call c, int least, int most) {
        int n = c.arguments().size();
        if (n < least || n > most) {
            String form =
                    KNOWN.stream()
                            .filter(k -> k.startsWith(c.name() + "("))
                            .findFirst()
                            .orElse(c.name());
            throw meaning.error(c, "expected " + form);
        }
    }

    private static Node arg(Node.Call c, int i) {
        return c.arguments().get(i);
    }

    private Term labels(Node.Call c) {
        boolean named = c.name().equals("label");
        count(c, named ? 2 : 1, named ? 2 : 1);
        if (c.name().equals("number")) {
            Term.Value v = meaning.value(arg(c, 0));
            if (v.kind() == Kind.ADDRESS || v.kind() == Kind.REAL) {
                throw meaning.error(arg(c, 0), "expected what has a number, such as scc");
            }
            return new Term.Value(Kind.WHOLE, v.expr());
        }
        MapRef map =
                named
                        ? new MapRef.File(meaning.quoted(arg(c, 0), "the path of a prefix map"))
                        : c.name().equals("country")
                                ? new MapRef.Countries()
                                : new MapRef.AddressTypes();
        return new Term.Value(
                Kind.LABEL, new Expr.Label(map, meaning.ofSource(arg(c, named ? 1 : 0), named)));
    }

    private Term times(Node.Call c) {
        boolean bin = c.name().equals("bin");
        count(c, bin ? 2 : 1, bin ? 2 : 1);
        Term.Value v = meaning.value(arg(c, 0));
        Expr e = v.expr();
        switch (c.name()) {
            case "ms" -> {
                require(c, v.kind() == Kind.TIME || v.kind() == Kind.DURATION, "a time");
                return new Term.Value(Kind.WHOLE, e);
            }
            case "seconds" -> {
                require(c, v.kind() == Kind.DURATION, "a duration");
                return Meaning.seconds(v);
            }
            case "bin" -> {
                return bin(c, v);
            }
            default -> {}
        }
        require(c, v.kind() == Kind.TIME, "a time, such as stime");
        return switch (c.name()) {
            case "hour" -> new Term.Value(Kind.WHOLE, modulo(e.dividedBy(HOUR_MS), 24));
            case "minute" -> new Term.Value(Kind.WHOLE, modulo(e.dividedBy(MINUTE_MS), 60));
            default -> {
                Expr day = e.dividedBy(DAY_MS).plus(new Expr.Constant(DAYS_SINCE_MONDAY));
                yield new Term.Value(Kind.WEEKDAY, modulo(day, 7).plus(new Expr.Constant(1)));
            }
        };
    }

    private static Expr modulo(Expr e, long divisor) {
        return new Expr.Binary(Operator.MODULO, e, new Expr.Constant(divisor));
    }

    private Term bin(Node.Call c, Term.Value v) {
        Term.Value step = meaning.value(arg(c, 1));
        boolean time = v.kind() == Kind.TIME || v.kind() == Kind.DURATION;
        if (step.kind() != (time ? Kind.DURATION : Kind.WHOLE)) {
            throw meaning.error(arg(c, 1), "expected " + (time ? "a duration" : "a whole number"));
        }
        require(c, time || v.kind().isNumber() && v.kind() != Kind.REAL, "a time or whole number");
        return new Term.Value(
                time ? v.kind() : Kind.WHOLE,
                new Expr.Binary(Operator.DOWN_TO, v.expr(), step.expr()));
    }

    private void require(Node.Call c, boolean ok, String what) {
        if (!ok) {
            throw meaning.error(arg(c, 0), "expected " + what);
        }
    }

    private Term addresses(Node.Call c) {
        count(c, c.name().equals("ipv4") ? 1 : 2, c.name().equals("prefix") ? 3 : 2);
        Term.Value v = meaning.value(arg(c, 0));
        require(c, v.kind() == Kind.ADDRESS, "an address, such as sip");
        if (c.name().equals("ipv4")) {
            return new Term.Value(Kind.WHOLE, new Expr.Ipv4(v.expr()));
        }
        if (c.name().equals("ipv4prefix")) {
            int length = (int) meaning.constant(arg(c, 1), 1, 32);
            return new Term.Value(Kind.ADDRESS, new Expr.Prefix(v.expr(), length));
        }
        int length = (int) meaning.constant(arg(c, 1), 0, 32);
        long v6 = c.arguments().size() == 3 ? meaning.constant(arg(c, 2), 0, 128) : LENGTH_V6;
        return new Term.Value(Kind.ADDRESS, new Expr.Network(v.expr(), length, (int) v6));
    }

    private Predicate tests(Node.Call c) {
        return switch (c.name()) {
            case "match" -> {
                count(c, 3, 1 + 2 * 256);
                List<HighMask> pairs = new ArrayList<>();
                for (int i = 1; i + 1 < c.arguments().size(); i += 2) {
                    pairs.add(new HighMask(octets(arg(c, i)), octets(arg(c, i + 1))));
                }
                yield new Predicate.BitsMatch(meaning.whole(arg(c, 0)), pairs);
            }
            case "within" -> {
                count(c, 3, 3);
                Term.Value v = meaning.number(arg(c, 0));
                require(c, v.kind() == Kind.REAL, "a number with decimals");
                yield new Predicate.DecimalIn(v.expr(), decimal(arg(c, 1)), decimal(arg(c, 2)));
            }
            default -> {
                List<Predicate> parts = new ArrayList<>();
                c.arguments().forEach(a -> parts.add(meaning.test(a)));
                yield c.name().equals("all") ? new Predicate.All(parts) : new Predicate.Any(parts);
            }
        };
    }

    private int octets(Node node) {
        return (int) meaning.constant(node, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private double decimal(Node node) {
        Term.Value v = meaning.number(node);
        if (!v.isConstant()) {
            throw meaning.error(node, "expected a number");
        }
        return Meaning.exact(v).doubleValue();
    }

    private Term numbers(Node.Call c) {
        return switch (c.name()) {
            case "scaled" -> {
                count(c, 1, 1);
                Expr rate =
                        new Expr.Binary(
                                Operator.AT_LEAST, Expr.of(Field.SAMPLING), new Expr.Constant(1));
                yield new Term.Value(Kind.WHOLE, meaning.whole(arg(c, 0)).times(rate));
            }
            case "min", "max" -> {
                count(c, 2, 2);
                Operator o = c.name().equals("min") ? Operator.AT_MOST : Operator.AT_LEAST;
                yield lesser(c, o);
            }
            case "if" -> {
                count(c, 3, 3);
                yield either(c);
            }
            case "field" -> {
                count(c, 1, 1);
                yield named(c);
            }
            default -> data(c);
        };
    }

    private Term lesser(Node.Call c, Operator operator) {
        Term.Value a = meaning.number(arg(c, 0));
        Term.Value b = meaning.number(arg(c, 1));
        if (a.kind() == Kind.REAL || (a.kind() == Kind.DURATION) != (b.kind() == Kind.DURATION)) {
            throw meaning.error(c, "expected two whole numbers or two durations");
        }
        require(c, b.kind() != Kind.REAL, "whole numbers");
        Kind kind = a.kind() == Kind.DURATION ? Kind.DURATION : Kind.WHOLE;
        return new Term.Value(kind, new Expr.Binary(operator, a.expr(), b.expr()));
    }

    private Term either(Node.Call c) {
        Predicate test = meaning.test(arg(c, 0));
        Term.Value a = meaning.value(arg(c, 1));
        Term.Value b = meaning.value(arg(c, 2));
        if (a.kind() != b.kind() && !(a.kind().isNumber() && b.kind().isNumber())) {
            throw meaning.error(c, "expected two values of one kind");
        }
        Kind kind = a.kind() == b.kind() ? a.kind() : Kind.WHOLE;
        if (a.kind() == Kind.REAL || b.kind() == Kind.REAL) {
            kind = Kind.REAL;
        }
        Kind k = kind;
        return meaning.at(c, () -> new Term.Value(k, new Expr.When(test, as(k, a), as(k, b))));
    }

    private static Expr as(Kind kind, Term.Value v) {
        return kind == Kind.REAL ? Meaning.real(v).expr() : v.expr();
    }

    /// A field whose name is no word.
    private Term named(Node.Call c) {
        String name = meaning.quoted(arg(c, 0), "the name of a field");
        Optional<FlowField> field = meaning.names().field(name);
        FlowField f =
                field.orElseThrow(() ->
                        meaning.error(
                                arg(c, 0),
                                Nearest.unknown(
                                        "field",
                                        name,
                                        meaning.names().fields().stream()
                                                .map(FlowField::name)
                                                .toList())));
        return new Term.Value(Kind.of(f), Kind.unordered(f));
    }

    /// What people have little use for, but data that was written may hold.
    private Term data(Node.Call c) {
        return switch (c.name()) {
            case "bits" -> {
                count(c, 3, 3);
                Term.Value v = meaning.value(arg(c, 0));
                Expr of = v.kind() == Kind.ADDRESS ? v.expr() : meaning.whole(arg(c, 0), v);
                int shift = (int) meaning.constant(arg(c, 1), 0, 63);
                long mask = meaning.constant(arg(c, 2), Long.MIN_VALUE, Long.MAX_VALUE);
                yield new Term.Value(Kind.WHOLE, of.bits(shift, mask));
            }
            case "ratio" -> {
                count(c, 3, 3);
                double scale = decimal(arg(c, 2));
                yield new Term.Value(
                        Kind.REAL,
                        new Expr.Ratio(meaning.whole(arg(c, 0)), meaning.whole(arg(c, 1)), scale));
            }
            case "raw" -> {
                count(c, 1, 1);
                yield new Term.Value(Kind.WHOLE, Expr.of(stored(arg(c, 0))));
            }
            case "flowkey" -> {
                count(c, 0, 0);
                yield new Term.Value(Kind.WHOLE, new Expr.FlowKey());
            }
            case "conficker" -> {
                count(c, 1, 2);
                Optional<Long> seed =
                        c.arguments().size() == 2
                                ? Optional.of(meaning.constant(arg(c, 1), 0, 0xFFFF_FFFFL))
                                : Optional.empty();
                yield new Term.Value(
                        Kind.WHOLE, new Expr.Conficker(meaning.ofSource(arg(c, 0), false), seed));
            }
            case "ordered" -> {
                count(c, 1, 1);
                yield new Term.Value(
                        Kind.WHOLE, new Expr.Ordered(meaning.number(arg(c, 0)).expr()));
            }
            default -> custom(c);
        };
    }

    /// A function of a plug-in.
    private Term custom(Node.Call c) {
        FunctionRef function =
                meaning.names()
                        .function(c.name())
                        .orElseThrow(() ->
                                meaning.error(c, Nearest.unknown("function", c.name(), forms())));
        List<Expr> arguments = new ArrayList<>();
        c.arguments().forEach(a -> arguments.add(meaning.value(a).expr()));
        return meaning.at(
                c, () -> new Term.Value(Kind.WHOLE, new Expr.Custom(function, arguments)));
    }

    private static List<String> forms() {
        return KNOWN.stream().map(k -> k.substring(0, k.indexOf('('))).toList();
    }

    private Field stored(Node node) {
        if (node instanceof Node.Name n) {
            for (Field f : Field.all()) {
                if (!f.isAddress() && f.name().toLowerCase(Locale.ROOT).equals(n.name())) {
                    return f;
                }
            }
        }
        throw meaning.error(node, "expected the name of a stored number, such as stime");
    }
}
