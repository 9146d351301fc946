package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import dev.rearview.text.FlagText;
import dev.rearview.text.Nearest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds what a text means of one flow.
final class Meaning {
    private static final Expr MS_PER_SECOND = new Expr.Constant(1000);

    private final String text;
    private final Names names;
    private final Comparisons comparisons = new Comparisons(this);
    private final Lists lists = new Lists(this);
    private final Functions functions = new Functions(this);

    Meaning(String text, Names names) {
        this.text = text;
        this.names = names;
    }

    Names names() {
        return names;
    }

    Comparisons comparisons() {
        return comparisons;
    }

    SyntaxException error(Node where, String problem) {
        return new SyntaxException(text, where.at(), problem);
    }

    /// Runs what may refuse its arguments, and says where these stand.
    <T> T at(Node where, Supplier<T> action) {
        try {
            return action.get();
        } catch (SyntaxException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw error(where, String.valueOf(e.getMessage()));
        }
    }

    // Tests -------------------------------------------------------------------------------------

    /// What is true or false of a flow.
    Predicate test(Node node) {
        if (term(node) instanceof Term.Test t) {
            return t.predicate();
        }
        throw error(node, "expected a test, such as bytes > 1000 or dport in (80, 443)");
    }

    private Predicate junction(Node.Junction node) {
        List<Predicate> parts = new ArrayList<>();
        node.parts().forEach(p -> parts.add(test(p)));
        return node.all() ? new Predicate.All(parts) : new Predicate.Any(parts);
    }

    // Values ------------------------------------------------------------------------------------

    /// A value of a flow.
    Term.Value value(Node node) {
        if (term(node) instanceof Term.Value v) {
            return v;
        }
        throw error(node, "expected a value, such as bytes or 2 * packets");
    }

    /// A number of a flow.
    Term.Value number(Node node) {
        Term.Value v = value(node);
        if (!v.kind().isNumber() && v.kind() != Kind.DURATION) {
            throw error(node, "expected a number, not " + v.kind().shown());
        }
        return v;
    }

    /// A number without decimals.
    Expr whole(Node node) {
        return whole(node, number(node));
    }

    /// A value that has to be a number without decimals.
    Expr whole(Node node, Term.Value v) {
        if (!v.kind().isNumber() || v.kind() == Kind.REAL || v.kind() == Kind.DURATION) {
            throw error(node, "expected a whole number");
        }
        return v.expr();
    }

    /// A constant number without decimals.
    long constant(Node node, long least, long most) {
        if (whole(node) instanceof Expr.Constant c && c.value() >= least && c.value() <= most) {
            return c.value();
        }
        throw error(node, "expected a number from " + least + " to " + most);
    }

    /// Text in quotes.
    String quoted(Node node, String what) {
        if (term(node) instanceof Term.Text t) {
            return t.text();
        }
        throw error(node, "expected " + what + " in quotes");
    }

    /// A source or destination address, as which of both; also its port where that may be.
    boolean ofSource(Node node, boolean portsToo) {
        Expr e = value(node).expr();
        if (e instanceof Expr.Stored s) {
            if (s.field() == Field.SIP || portsToo && s.field() == Field.SPORT) {
                return true;
            }
            if (s.field() == Field.DIP || portsToo && s.field() == Field.DPORT) {
                return false;
            }
        }
        throw error(node, portsToo ? "expected sip, dip, sport or dport" : "expected sip or dip");
    }

    /// What a node means.
    Term term(Node node) {
        return switch (node) {
            case Node.Literal n -> literal(n);
            case Node.Name n -> name(n);
            case Node.Call n -> functions.call(n);
            case Node.Negative n -> negative(n);
            case Node.Arithmetic n -> arithmetic(n);
            case Node.Compare n -> new Term.Test(comparisons.compare(n));
            case Node.Among n -> new Term.Test(lists.among(n));
            case Node.Not n -> new Term.Test(Predicate.not(test(n.of())));
            case Node.Junction n -> new Term.Test(junction(n));
        };
    }

    /// What a node means beside a value of a kind: names without quotes are those of such values.
    Term beside(Node node, Kind kind) {
        if (node instanceof Node.Name n) {
            if (kind.hasNames()) {
                return new Term.Text(n.name());
            }
            if (kind == Kind.LABEL && names.field(n.name()).isEmpty()) {
                return new Term.Text(n.name());
            }
        }
        return term(node);
    }

    private Term literal(Node.Literal node) {
        String s = node.token().text();
        return switch (node.token().kind()) {
            case NUMBER -> at(node, () -> Constants.value(Constants.number(s)));
            case TIME ->
                    at(
                            node,
                            () ->
                                    new Term.Value(
                                            Kind.TIME, new Expr.Constant(Constants.time(s).ms())));
            case ADDRESS, TEXT -> new Term.Text(s);
            case WORD, SIGN, END -> throw new IllegalStateException(s);
        };
    }

    private Term name(Node.Name node) {
        Optional<FlowField> field = names.field(node.name());
        if (field.isPresent()) {
            return new Term.Value(Kind.of(field.get()), Kind.unordered(field.get()));
        }
        return word(node.name())
                .orElseThrow(() ->
                        error(
                                node,
                                Nearest.unknown(
                                                "name",
                                                node.name(),
                                                names.fields().stream()
                                                        .map(FlowField::name)
                                                        .toList())
                                        + "; text stands in quotes"));
    }

    private static Optional<Term> word(String word) {
        Expr bytes = Functions.bytes();
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(new Term.Test(Predicate.ALWAYS));
            case "false" -> Optional.of(new Term.Test(new Predicate.Any(List.of())));
            case "ipv4" -> Optional.of(new Term.Test(Flows.IPV4));
            case "ipv6" -> Optional.of(new Term.Test(Flows.IPV6));
            case "icmp" -> Optional.of(new Term.Test(Flows.ICMP));
            case "bps" -> real(rate(bytes.times(new Expr.Constant(8))));
            case "pps" -> real(rate(Functions.packets()));
            case "bpp" -> real(Flows.bytesPerPacket());
            case "payload" -> Optional.of(new Term.Value(Kind.WHOLE, Flows.payload()));
            default -> Constants.word(word).map(Constants::value);
        };
    }

    private static Optional<Term> real(Expr e) {
        return Optional.of(new Term.Value(Kind.REAL, e));
    }

    /// A number for each second of a flow's duration.
    static Expr rate(Expr number) {
        return Flows.perSecond(number, Flows.ZERO_DURATION_US);
    }

    private Term negative(Node.Negative node) {
        if (node.of() instanceof Node.Literal l && l.token().kind() == Token.Kind.NUMBER) {
            return at(
                    node,
                    () -> {
                        Constants.Quantity q = Constants.number(l.token().text());
                        return Constants.value(
                                new Constants.Quantity(q.kind(), q.exact().negate()));
                    });
        }
        Term.Value v = number(node.of());
        Term.Value zero = new Term.Value(v.kind(), new Expr.Constant(0));
        return combine(node, Operator.MINUS, v.kind() == Kind.REAL ? zeroPoint() : zero, v);
    }

    private static Term.Value zeroPoint() {
        return new Term.Value(Kind.REAL, new Expr.Real(0));
    }

    // Arithmetic --------------------------------------------------------------------------------

    private Term arithmetic(Node.Arithmetic node) {
        if (node.sign().equals("&")) {
            return masked(node);
        }
        Term.Value left = operand(node.left());
        Term.Value right = operand(node.right());
        return switch (node.sign()) {
            case "+" -> sum(node, Operator.PLUS, left, right);
            case "-" -> sum(node, Operator.MINUS, left, right);
            case "*" -> product(node, left, right);
            case "/" -> quotient(node, left, right);
            case "//" -> remainder(node, Operator.DIVIDED_BY, left, right);
            default -> remainder(node, Operator.MODULO, left, right);
        };
    }

    private Term.Value operand(Node node) {
        Term.Value v = value(node);
        if (v.kind() == Kind.ADDRESS || v.kind() == Kind.LABEL) {
            throw error(node, "nothing can be computed of " + v.kind().shown());
        }
        return v;
    }

    private Term masked(Node.Arithmetic node) {
        Term.Value left = value(node.left());
        boolean flags = left.kind() == Kind.FLAGS;
        if ((flags || left.kind() == Kind.ATTRIBUTES)
                && term(node.right()) instanceof Term.Text t) {
            int mask =
                    at(
                            node.right(),
                            () ->
                                    flags
                                            ? FlagText.parseFlags(t.text())
                                            : FlagText.parseAttributes(t.text()));
            return new Term.Value(left.kind(), left.expr().bits(0, mask));
        }
        Expr of = whole(node.left(), left);
        return new Term.Value(left.kind(), of.bits(0, constant(node.right(), 0, Long.MAX_VALUE)));
    }

    private Term sum(Node node, Operator operator, Term.Value left, Term.Value right) {
        boolean minus = operator == Operator.MINUS;
        if (left.kind() == Kind.TIME && right.kind() == Kind.TIME && minus) {
            return new Term.Value(Kind.DURATION, whole(operator, left.expr(), right.expr()));
        }
        if (left.kind() == Kind.TIME || right.kind() == Kind.TIME) {
            boolean ok =
                    left.kind() == Kind.TIME && right.kind() == Kind.DURATION
                            || left.kind() == Kind.DURATION && !minus;
            if (!ok) {
                throw error(node, "a time goes with a duration, such as stime + 5m");
            }
            return new Term.Value(Kind.TIME, whole(operator, left.expr(), right.expr()));
        }
        if (left.kind() == Kind.DURATION && right.isConstant()) {
            return combine(node, operator, left, inSeconds(node, right));
        }
        if (right.kind() == Kind.DURATION && left.isConstant()) {
            return combine(node, operator, inSeconds(node, left), right);
        }
        return combine(node, operator, left, right);
    }

    /// A number beside a duration counts seconds.
    private Term.Value inSeconds(Node node, Term.Value v) {
        if (v.kind() == Kind.DURATION) {
            return v;
        }
        BigDecimal ms = exact(v).multiply(BigDecimal.valueOf(1000)).stripTrailingZeros();
        if (ms.scale() > 0) {
            throw error(node, "durations are whole milliseconds");
        }
        return at(node, () -> Constants.value(new Constants.Quantity(Kind.DURATION, ms)));
    }

    /// The number that a constant is.
    static BigDecimal exact(Term.Value constant) {
        return constant.expr() instanceof Expr.Real r
                ? new BigDecimal(r.value())
                : BigDecimal.valueOf(((Expr.Constant) constant.expr()).value());
    }

    private Term product(Node node, Term.Value left, Term.Value right) {
        if (left.kind() == Kind.DURATION || right.kind() == Kind.DURATION) {
            Term.Value other = left.kind() == Kind.DURATION ? right : left;
            if (!other.kind().isNumber() || other.kind() == Kind.REAL) {
                throw error(node, "a duration is multiplied by a whole number");
            }
            return new Term.Value(Kind.DURATION, whole(Operator.TIMES, left.expr(), right.expr()));
        }
        return combine(node, Operator.TIMES, left, right);
    }

    private Term quotient(Node node, Term.Value left, Term.Value right) {
        if (left.kind() == Kind.TIME || right.kind() == Kind.TIME) {
            throw error(node, "a time is not divided");
        }
        if (left.kind() == Kind.DURATION) {
            return right.kind() == Kind.DURATION
                    ? ratio(left.expr(), right.expr(), 1)
                    : combine(node, Operator.DIVIDED_BY, seconds(left), real(right));
        }
        if (right.kind() == Kind.DURATION) {
            if (left.kind() == Kind.REAL) {
                return combine(node, Operator.DIVIDED_BY, left, seconds(right));
            }
            return right.expr().equals(Flows.DURATION_MS)
                    ? new Term.Value(Kind.REAL, rate(left.expr()))
                    : ratio(left.expr(), right.expr(), 1000);
        }
        if (left.kind() == Kind.REAL || right.kind() == Kind.REAL) {
            return combine(node, Operator.DIVIDED_BY, left, right);
        }
        return left.isConstant() && right.isConstant()
                ? combine(node, Operator.DIVIDED_BY, real(left), real(right))
                : ratio(left.expr(), right.expr(), 1);
    }

    private static Term.Value ratio(Expr left, Expr right, double scale) {
        return new Term.Value(Kind.REAL, new Expr.Ratio(left, right, scale));
    }

    /// A duration in seconds.
    static Term.Value seconds(Term.Value duration) {
        return ratio(duration.expr(), MS_PER_SECOND, 1);
    }

    /// A number with decimals.
    static Term.Value real(Term.Value v) {
        if (v.kind() == Kind.REAL) {
            return v;
        }
        return v.expr() instanceof Expr.Constant c
                ? new Term.Value(Kind.REAL, new Expr.Real(c.value()))
                : ratio(v.expr(), new Expr.Constant(1), 1);
    }

    private Term remainder(Node node, Operator operator, Term.Value left, Term.Value right) {
        boolean time = left.kind() == Kind.TIME || left.kind() == Kind.DURATION;
        if (left.kind() == Kind.REAL || right.kind() == Kind.REAL) {
            throw error(node, operator.sign() + " is for whole numbers");
        }
        if (time) {
            if (right.kind() != Kind.DURATION) {
                throw error(node, "expected a duration on the right, such as 1h");
            }
            Kind kind = operator == Operator.MODULO ? Kind.DURATION : Kind.WHOLE;
            return new Term.Value(kind, whole(operator, left.expr(), right.expr()));
        }
        if (!right.kind().isNumber()) {
            throw error(node, "expected a number on the right");
        }
        return new Term.Value(Kind.WHOLE, whole(operator, left.expr(), right.expr()));
    }

    /// Two numbers, or two durations.
    private Term.Value combine(Node node, Operator operator, Term.Value left, Term.Value right) {
        boolean durations = left.kind() == Kind.DURATION && right.kind() == Kind.DURATION;
        if (durations) {
            return new Term.Value(Kind.DURATION, whole(operator, left.expr(), right.expr()));
        }
        if (!left.kind().isNumber() || !right.kind().isNumber()) {
            throw error(
                    node,
                    left.kind().shown() + " and " + right.kind().shown() + " do not go together");
        }
        if (left.kind() != Kind.REAL && right.kind() != Kind.REAL) {
            return new Term.Value(Kind.WHOLE, whole(operator, left.expr(), right.expr()));
        }
        if (left.isConstant() && right.isConstant()) {
            double result =
                    Expr.Decimal.of(
                            operator, exact(left).doubleValue(), exact(right).doubleValue());
            return at(node, () -> new Term.Value(Kind.REAL, new Expr.Real(result)));
        }
        return new Term.Value(Kind.REAL, new Expr.Decimal(operator, left.expr(), right.expr()));
    }

    private static Expr whole(Operator operator, Expr left, Expr right) {
        return left instanceof Expr.Constant a && right instanceof Expr.Constant b
                ? new Expr.Constant(operator.of(a.value(), b.value()))
                : new Expr.Binary(operator, left, right);
    }
}
