package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Ip;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.math.BigDecimal;
import java.util.List;

/// What comparisons mean.
final class Comparisons {
    private static final int MOST_PAIRS = 256;

    private final Meaning meaning;

    Comparisons(Meaning meaning) {
        this.meaning = meaning;
    }

    Predicate compare(Node.Compare node) {
        String sign =
                switch (node.sign()) {
                    case "==" -> "=";
                    case "<>" -> "!=";
                    default -> node.sign();
                };
        Term left = meaning.term(node.left());
        Term right =
                left instanceof Term.Value v
                        ? meaning.beside(node.right(), v.kind())
                        : meaning.term(node.right());
        if (left instanceof Term.Test || right instanceof Term.Test) {
            throw meaning.error(
                    left instanceof Term.Test ? node.left() : node.right(),
                    "a test is not compared; join tests with and, or, not");
        }
        boolean turned =
                right instanceof Term.Value r
                        && !r.isConstant()
                        && (left instanceof Term.Text
                                || left instanceof Term.Value l && l.isConstant());
        if (turned) {
            return compare(node, turn(sign), (Term.Value) right, left, node.left());
        }
        if (left instanceof Term.Value l) {
            return compare(node, sign, l, right, node.right());
        }
        throw meaning.error(node.left(), "expected a field or a computed value on one side");
    }

    private static String turn(String sign) {
        return switch (sign) {
            case "<" -> ">";
            case "<=" -> ">=";
            case ">" -> "<";
            case ">=" -> "<=";
            default -> sign;
        };
    }

    private Predicate compare(
            Node.Compare node, String sign, Term.Value left, Term right, Node where) {
        if (sign.equals("!=")) {
            return Predicate.not(compare(node, "=", left, right, where));
        }
        boolean ordered =
                right instanceof Term.Value v
                        && left.kind() != Kind.ADDRESS
                        && left.kind() != Kind.LABEL
                        && v.kind() != Kind.ADDRESS
                        && v.kind() != Kind.LABEL;
        boolean number =
                left.kind() == Kind.WHOLE
                        || left.kind() == Kind.REAL
                        || left.kind() == Kind.DURATION;
        if (!ordered && !sign.equals("=") && !number) {
            throw meaning.error(node, left.kind().shown() + " is only compared by =, != and in");
        }
        return right instanceof Term.Value v
                ? values(node, sign, left, v, where)
                : text(left, (Term.Text) right, where);
    }

    private Predicate values(
            Node node, String sign, Term.Value left, Term.Value right, Node where) {
        if (left.kind() == Kind.ADDRESS || right.kind() == Kind.ADDRESS) {
            if (left.kind() != right.kind()) {
                throw mixed(node, left, right);
            }
            return new Predicate.SameAddress(left.expr(), right.expr());
        }
        if (left.kind() == Kind.LABEL && right.kind() == Kind.LABEL) {
            if (!(left.expr() instanceof Expr.Label a)
                    || !(right.expr() instanceof Expr.Label b)
                    || !a.map().equals(b.map())) {
                throw meaning.error(node, "labels of two maps are never the same");
            }
        }
        if (right.isConstant()) {
            BigDecimal number = inUnit(left, right, where);
            return Ranges.of(
                    left.expr(), List.of(Ranges.span(sign, number, left.kind() != Kind.REAL)));
        }
        return difference(node, sign, left, right);
    }

    /// A constant in the unit of what it is compared with: seconds beside durations and times.
    BigDecimal inUnit(Term.Value left, Term.Value constant, Node where) {
        BigDecimal number = Meaning.exact(constant);
        boolean time = left.kind() == Kind.TIME || left.kind() == Kind.DURATION;
        if (constant.kind() == left.kind()) {
            return number;
        }
        if (!constant.kind().isNumber() || left.kind() == Kind.ADDRESS) {
            throw mixed(where, left, constant);
        }
        return time ? number.multiply(BigDecimal.valueOf(1000)) : number;
    }

    private SyntaxException mixed(Node where, Term.Value left, Term.Value right) {
        return meaning.error(
                where, left.kind().shown() + " is not compared with " + right.kind().shown());
    }

    private Predicate difference(Node node, String sign, Term.Value left, Term.Value right) {
        boolean alike =
                left.kind() == right.kind() || left.kind().isNumber() && right.kind().isNumber();
        if (!alike) {
            throw mixed(node, left, right);
        }
        if (left.kind() == Kind.REAL || right.kind() == Kind.REAL) {
            Expr e = new Expr.Decimal(Operator.MINUS, left.expr(), right.expr());
            return Ranges.of(e, List.of(Ranges.span(sign, BigDecimal.ZERO, false)));
        }
        Expr e = left.expr().minus(right.expr());
        NumberRange.Integers range =
                switch (sign) {
                    case "<" -> new NumberRange.Integers(Long.MIN_VALUE, -1);
                    case "<=" -> new NumberRange.Integers(Long.MIN_VALUE, 0);
                    case ">" -> new NumberRange.Integers(1, Long.MAX_VALUE);
                    case ">=" -> new NumberRange.Integers(0, Long.MAX_VALUE);
                    default -> new NumberRange.Integers(0, 0);
                };
        return new Predicate.In(e, List.of(range));
    }

    // Text --------------------------------------------------------------------------------------

    /// A value is what a text says.
    private Predicate text(Term.Value left, Term.Text right, Node where) {
        String s = right.text();
        return switch (left.kind()) {
            case ADDRESS -> meaning.at(where, () -> address(left.expr(), s));
            case LABEL -> label(left, List.of(s), where);
            case FLAGS, ATTRIBUTES -> meaning.at(where, () -> flags(left, s));
            case SENSOR, CLASS, TYPE, PROTOCOL, WEEKDAY ->
                    Ranges.of(left.expr(), numbers(left.kind(), s, where));
            case TIME -> {
                long ms = meaning.at(where, () -> Constants.time(s).ms());
                BigDecimal number = BigDecimal.valueOf(ms);
                yield Ranges.of(left.expr(), List.of(new Ranges.Span(number, number)));
            }
            case WHOLE, REAL, DURATION ->
                    throw meaning.error(where, left.kind().shown() + " is not compared with text");
        };
    }

    /// An address is the one, or in the block, of a text.
    private static Predicate address(Expr e, String text) {
        if (e instanceof Expr.Network n && n.address() instanceof Expr.Stored s) {
            IpRange wanted = IpRange.parse(text);
            int length = wanted.v6() ? n.lengthV6() : n.length();
            boolean single =
                    Ip.compare(wanted.loHi(), wanted.loLo(), wanted.hiHi(), wanted.hiLo()) == 0;
            if (single && length > 0) {
                // What statistics tell of the address, they tell of its network.
                Ip ip = new Ip(wanted.loHi(), wanted.loLo(), wanted.v6());
                IpRange block = IpRange.block(ip, length);
                boolean starts = block.loHi() == wanted.loHi() && block.loLo() == wanted.loLo();
                return starts
                        ? Predicate.address(s.field(), List.of(block))
                        : new Predicate.Any(List.of());
            }
        }
        return Lists.wildcard(e, text);
    }

    /// A label is one of some.
    Predicate label(Term.Value left, List<String> labels, Node where) {
        if (!(left.expr() instanceof Expr.Label label)) {
            throw meaning.error(where, "what is computed has no label");
        }
        for (String l : labels) {
            meaning.at(
                    where,
                    () -> {
                        meaning.names().checkLabel(label.map(), l);
                        return l;
                    });
        }
        return new Predicate.LabelIn(label, labels);
    }

    /// Flags are as pairs HIGH/MASK say, or exactly those named.
    Predicate flags(Term.Value left, String text) {
        boolean attributes = left.kind() == Kind.ATTRIBUTES;
        if (text.indexOf('/') < 0) {
            int bits = attributes ? FlagText.parseAttributes(text) : FlagText.parseFlags(text);
            BigDecimal number = BigDecimal.valueOf(bits);
            return Ranges.of(left.expr(), List.of(new Ranges.Span(number, number)));
        }
        // The switch tests the octet as it is stored.
        Expr e =
                attributes && left.expr() instanceof Expr.Bits b && b.of() instanceof Expr.Stored s
                        ? s
                        : left.expr();
        return new Predicate.BitsMatch(e, FlagText.parsePairs(text, attributes, MOST_PAIRS));
    }

    /// The numbers that a name stands for.
    List<Ranges.Span> numbers(Kind kind, String name, Node where) {
        if (kind.look().isPresent()) {
            return meaning.at(
                    where,
                    () ->
                            meaning.names().numbers(kind.look().get(), name).stream()
                                    .mapToObj(BigDecimal::valueOf)
                                    .map(n -> new Ranges.Span(n, n))
                                    .toList());
        }
        BigDecimal number =
                Constants.named(kind, name)
                        .map(BigDecimal::valueOf)
                        .orElseThrow(() ->
                                meaning.error(
                                        where,
                                        "expected "
                                                + kind.shown()
                                                + ": "
                                                + String.join(", ", Constants.names(kind))));
        return List.of(new Ranges.Span(number, number));
    }
}
