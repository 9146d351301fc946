package dev.rearview.engine.language;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.Flows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A value of groups of flows that a text says: what is computed of sums and other aggregates.
///
/// A field that stands alone is summed, so that `bytes/packets` is the quotient of both sums, as in
/// SiLK's flowrate; `sum`, `min`, `max`, `count`, `distinct` and `peak` say something else.
///
/// @param aggregates that the engine keeps
public record GroupValue(List<Aggregate> aggregates, Formula formula) {
    private static final double US_PER_SECOND = 1e6;
    private static final double MS_PER_SECOND = 1e3;
    private static final int MOST_AGGREGATES = 32;

    public GroupValue {
        aggregates = List.copyOf(aggregates);
    }

    /// What is computed of the aggregates.
    public sealed interface Formula {
        /// Whether values are numbers without decimals.
        boolean isWhole();
    }

    /// How the word of an aggregate is a number.
    public enum Form {
        WHOLE,
        /// The bits of a double.
        BITS,
        /// A double in the order of signed words.
        SIGNED_ORDER
    }

    /// An aggregate.
    ///
    /// @param index among all of them
    public record Kept(int index, Form form) implements Formula {
        @Override
        public boolean isWhole() {
            return form == Form.WHOLE;
        }
    }

    /// The same number for every group.
    public record Whole(long value) implements Formula {
        @Override
        public boolean isWhole() {
            return true;
        }
    }

    /// The same number with decimals.
    public record Real(double value) implements Formula {
        @Override
        public boolean isWhole() {
            return false;
        }
    }

    /// Two numbers combined.
    ///
    /// @param exact whether a division is not rounded
    public record Combined(Operator operator, boolean exact, Formula left, Formula right)
            implements Formula {
        @Override
        public boolean isWhole() {
            return !exact && left.isWhole() && right.isWhole();
        }
    }

    /// Whether values are numbers without decimals.
    public boolean isWhole() {
        return formula.isWhole();
    }

    /// The value of a group, if it has no decimals.
    ///
    /// @param at where the group's aggregates start
    public long whole(long[] words, int at) {
        return whole(formula, words, at);
    }

    /// The value of a group.
    ///
    /// @param at where the group's aggregates start
    public double real(long[] words, int at) {
        return real(formula, words, at);
    }

    private static long whole(Formula f, long[] words, int at) {
        return switch (f) {
            case Kept k -> words[at + k.index()];
            case Whole w -> w.value();
            case Real r -> (long) r.value();
            case Combined c ->
                    c.operator().of(whole(c.left(), words, at), whole(c.right(), words, at));
        };
    }

    private static double real(Formula f, long[] words, int at) {
        if (f.isWhole()) {
            return whole(f, words, at);
        }
        return switch (f) {
            case Kept k -> {
                long word = words[at + k.index()];
                yield Double.longBitsToDouble(
                        k.form() == Form.BITS ? word : Expr.Ordered.realOf(word ^ Long.MIN_VALUE));
            }
            case Whole w -> w.value();
            case Real r -> r.value();
            case Combined c ->
                    Expr.Decimal.of(
                            c.operator(), real(c.left(), words, at), real(c.right(), words, at));
        };
    }

    /// What a text says.
    ///
    /// @throws SyntaxException that points at what is wrong
    public static GroupValue read(String text, Names names) {
        Reader reader = new Reader(new Meaning(text, names));
        Formula formula = reader.formula(Parser.parse(text));
        return new GroupValue(reader.aggregates, formula);
    }

    /// Finds aggregates and what is computed of them.
    private static final class Reader {
        private final Meaning meaning;
        private final List<Aggregate> aggregates = new ArrayList<>();

        Reader(Meaning meaning) {
            this.meaning = meaning;
        }

        Formula formula(Node node) {
            return switch (node) {
                case Node.Arithmetic n when !n.sign().equals("&") -> arithmetic(n);
                case Node.Negative n -> combined(n, "-", new Whole(0), formula(n.of()));
                case Node.Literal n when n.token().kind() == Token.Kind.NUMBER -> constant(n);
                case Node.Call n when isAggregate(n) -> aggregate(n);
                case Node.Name n -> named(n);
                default -> sum(node, meaning.number(node));
            };
        }

        private static boolean isAggregate(Node.Call n) {
            return switch (n.name()) {
                case "sum", "count", "distinct", "peak" -> true;
                case "min", "max" -> n.arguments().size() == 1;
                default -> false;
            };
        }

        private Formula constant(Node.Literal n) {
            Term.Value v = meaning.number(n);
            return v.expr() instanceof Expr.Constant c
                    ? v.kind() == Kind.DURATION
                            ? new Real(c.value() / MS_PER_SECOND)
                            : new Whole(c.value())
                    : new Real(((Expr.Real) v.expr()).value());
        }

        private Formula arithmetic(Node.Arithmetic n) {
            return combined(n, n.sign(), formula(n.left()), formula(n.right()));
        }

        private Formula combined(Node where, String sign, Formula left, Formula right) {
            Operator operator =
                    switch (sign) {
                        case "+" -> Operator.PLUS;
                        case "-" -> Operator.MINUS;
                        case "*" -> Operator.TIMES;
                        case "/", "//" -> Operator.DIVIDED_BY;
                        default -> Operator.MODULO;
                    };
            boolean rounds = sign.equals("//") || sign.equals("%");
            if (rounds && !(left.isWhole() && right.isWhole())) {
                throw meaning.error(where, sign + " is for whole numbers");
            }
            return new Combined(operator, sign.equals("/"), left, right);
        }

        private Formula named(Node.Name n) {
            boolean isField = meaning.names().field(n.name()).isPresent();
            return switch (isField ? "" : n.name().toLowerCase(Locale.ROOT)) {
                case "records", "flows" ->
                        new Kept(keep(n, Aggregate.Kind.COUNT, one()), Form.WHOLE);
                case "bps" -> rate(n, new Whole(8), Functions.bytes());
                case "pps" -> rate(n, new Whole(1), Functions.packets());
                case "bpp" ->
                        new Combined(
                                Operator.DIVIDED_BY,
                                true,
                                sum(n, Functions.bytes()),
                                sum(n, Functions.packets()));
                default -> sum(n, meaning.number(n));
            };
        }

        private static Expr one() {
            return new Expr.Constant(1);
        }

        private Formula rate(Node n, Formula factor, Expr of) {
            Formula scaled = new Combined(Operator.TIMES, false, factor, sum(n, of));
            return new Combined(Operator.DIVIDED_BY, true, scaled, seconds(n));
        }

        private Formula sum(Node where, Expr e) {
            return new Kept(keep(where, Aggregate.Kind.SUM, e), Form.WHOLE);
        }

        private Formula sum(Node where, Term.Value v) {
            if (v.kind() == Kind.REAL) {
                throw meaning.error(
                        where,
                        "numbers with decimals are not summed: divide sums, such as"
                                + " sum(bytes) / sum(packets)");
            }
            if (v.kind() != Kind.DURATION) {
                return sum(where, v.expr());
            }
            return v.expr().equals(Flows.DURATION_MS)
                    ? seconds(where)
                    : new Combined(
                            Operator.DIVIDED_BY,
                            true,
                            sum(where, v.expr()),
                            new Real(MS_PER_SECOND));
        }

        /// Durations of all flows together, where one of 0 counts as little.
        private Formula seconds(Node where) {
            return new Combined(
                    Operator.DIVIDED_BY,
                    true,
                    sum(where, Flows.durationOr(Flows.ZERO_DURATION_US)),
                    new Real(US_PER_SECOND));
        }

        private int keep(Node where, Aggregate.Kind kind, Expr of) {
            return keep(where, new Aggregate(kind, of));
        }

        private int keep(Node where, Aggregate a) {
            int at = aggregates.indexOf(a);
            if (at >= 0) {
                return at;
            }
            if (aggregates.size() == MOST_AGGREGATES) {
                throw meaning.error(where, "more than " + MOST_AGGREGATES + " sums");
            }
            aggregates.add(a);
            return aggregates.size() - 1;
        }

        private Formula aggregate(Node.Call n) {
            int wanted = n.name().equals("count") ? 0 : n.name().equals("peak") ? 2 : 1;
            if (n.arguments().size() != wanted) {
                String form = wanted == 0 ? "()" : wanted == 1 ? "(EXPR)" : "(EXPR, 1m)";
                throw meaning.error(n, "expected " + n.name() + form);
            }
            if (wanted == 0) {
                return new Kept(keep(n, Aggregate.Kind.COUNT, one()), Form.WHOLE);
            }
            Node of = n.arguments().getFirst();
            return switch (n.name()) {
                case "sum" -> sum(of, meaning.number(of));
                case "distinct" ->
                        new Kept(
                                keep(n, Aggregate.Kind.DISTINCT, meaning.value(of).expr()),
                                Form.WHOLE);
                case "peak" -> peak(n, meaning.whole(of));
                default -> extreme(n, meaning.number(of));
            };
        }

        private Formula peak(Node.Call n, Expr of) {
            Node size = n.arguments().get(1);
            boolean ok =
                    meaning.term(size) instanceof Term.Value v
                            && v.kind() == Kind.DURATION
                            && v.expr() instanceof Expr.Constant c
                            && c.value() > 0;
            if (!ok) {
                throw meaning.error(size, "expected the size of bins, such as 1m");
            }
            long ms = ((Expr.Constant) meaning.value(size).expr()).value();
            return new Kept(keep(n, new Aggregate(Aggregate.Kind.PEAK, of, ms)), Form.BITS);
        }

        private Formula extreme(Node.Call n, Term.Value v) {
            Aggregate.Kind kind = n.name().equals("min") ? Aggregate.Kind.MIN : Aggregate.Kind.MAX;
            if (v.kind() == Kind.REAL) {
                Expr ordered = new Expr.Ordered(v.expr()).plus(new Expr.Constant(Long.MIN_VALUE));
                return new Kept(keep(n, kind, ordered), Form.SIGNED_ORDER);
            }
            Formula kept = new Kept(keep(n, kind, v.expr()), Form.WHOLE);
            return v.kind() == Kind.DURATION
                    ? new Combined(Operator.DIVIDED_BY, true, kept, new Real(MS_PER_SECOND))
                    : kept;
        }
    }
}
