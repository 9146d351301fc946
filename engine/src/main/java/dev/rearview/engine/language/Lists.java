package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.language.Node.Item;
import dev.rearview.text.FlagText;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.TimeText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `in` and the list behind it mean.
final class Lists {
    /// Members of a list of numbers with decimals, each of which is a test of its own.
    private static final int MOST_DECIMALS = 100;

    private final Meaning meaning;

    Lists(Meaning meaning) {
        this.meaning = meaning;
    }

    private Comparisons comparisons() {
        return meaning.comparisons();
    }

    Predicate among(Node.Among node) {
        if (!(meaning.term(node.left()) instanceof Term.Value left)) {
            throw meaning.error(node.left(), "expected a field or a computed value before 'in'");
        }
        return switch (left.kind()) {
            case ADDRESS -> addresses(node, left.expr());
            case LABEL -> labels(node, left);
            case FLAGS, ATTRIBUTES -> {
                Optional<Predicate> pairs = pairs(node, left);
                yield pairs.orElseGet(() -> numbers(node, left));
            }
            case WHOLE, REAL, TIME, DURATION, SENSOR, CLASS, TYPE, PROTOCOL, WEEKDAY ->
                    numbers(node, left);
        };
    }

    // Numbers -----------------------------------------------------------------------------------

    private Predicate numbers(Node.Among node, Term.Value left) {
        if (left.kind() == Kind.REAL && node.items().size() > MOST_DECIMALS) {
            throw meaning.error(node, "more than " + MOST_DECIMALS + " members with decimals");
        }
        List<Ranges.Span> spans = new ArrayList<>();
        for (Item item : node.items()) {
            spans.addAll(spans(item, left));
        }
        return Ranges.of(left.expr(), spans);
    }

    private List<Ranges.Span> spans(Item item, Term.Value left) {
        if (item.high().isEmpty() && !item.open() && left.kind().hasNames()) {
            Optional<String> name = name(item.low());
            if (name.isPresent()) {
                return comparisons().numbers(left.kind(), name.get(), item.low());
            }
        }
        BigDecimal low = limit(item.low(), left, false);
        BigDecimal high =
                item.open() ? Ranges.ABOVE : limit(item.high().orElse(item.low()), left, true);
        if (high.compareTo(low) < 0) {
            throw meaning.error(item.low(), "the range runs down");
        }
        return List.of(new Ranges.Span(low, high));
    }

    private static Optional<String> name(Node node) {
        return switch (node) {
            case Node.Name n -> Optional.of(n.name());
            case Node.Literal l when l.token().kind() == Token.Kind.TEXT ->
                    Optional.of(l.token().text());
            default -> Optional.empty();
        };
    }

    /// The number at one end of a range; a time covers all that it leaves out.
    private BigDecimal limit(Node node, Term.Value left, boolean last) {
        boolean text = node instanceof Node.Literal l && l.token().kind() == Token.Kind.TEXT;
        if (node instanceof Node.Literal l
                && left.kind() == Kind.TIME
                && (text || l.token().kind() == Token.Kind.TIME)) {
            TimeText.Moment m = meaning.at(node, () -> Constants.time(l.token().text()));
            return BigDecimal.valueOf(last ? m.endMs() : m.ms());
        }
        Constants.Quantity q = quantity(node);
        if (q.kind() == left.kind()) {
            return q.exact();
        }
        boolean time = left.kind() == Kind.TIME || left.kind() == Kind.DURATION;
        if (!q.kind().isNumber()) {
            throw meaning.error(
                    node, left.kind().shown() + " is not compared with " + q.kind().shown());
        }
        return time ? q.exact().multiply(BigDecimal.valueOf(1000)) : q.exact();
    }

    private Constants.Quantity quantity(Node node) {
        switch (node) {
            case Node.Literal l when l.token().kind() == Token.Kind.NUMBER -> {
                return meaning.at(node, () -> Constants.number(l.token().text()));
            }
            case Node.Negative n -> {
                Constants.Quantity q = quantity(n.of());
                return new Constants.Quantity(q.kind(), q.exact().negate());
            }
            case Node.Literal l when l.token().kind() == Token.Kind.TIME -> {
                long ms = meaning.at(node, () -> Constants.time(l.token().text()).ms());
                return new Constants.Quantity(Kind.TIME, BigDecimal.valueOf(ms));
            }
            case Node.Name n -> {
                Optional<Constants.Quantity> word = Constants.word(n.name());
                if (word.isPresent()) {
                    return word.get();
                }
            }
            default -> {}
        }
        throw meaning.error(node, "expected a number, a duration or a time");
    }

    // Flags and labels --------------------------------------------------------------------------

    /// Pairs HIGH/MASK, unless all members are numbers.
    private Optional<Predicate> pairs(Node.Among node, Term.Value left) {
        List<HighMask> pairs = new ArrayList<>();
        List<Predicate> exact = new ArrayList<>();
        for (Item item : node.items()) {
            Optional<String> text = text(item.low());
            if (text.isEmpty() || item.high().isPresent() || item.open()) {
                return Optional.empty();
            }
            Predicate p = meaning.at(item.low(), () -> comparisons().flags(left, text.get()));
            if (p instanceof Predicate.BitsMatch m) {
                pairs.addAll(m.pairs());
            } else {
                exact.add(p);
            }
        }
        if (node.items().isEmpty()) {
            return Optional.empty();
        }
        if (!pairs.isEmpty()) {
            boolean attributes = left.kind() == Kind.ATTRIBUTES;
            List<String> all = new ArrayList<>();
            pairs.forEach(m -> all.add(shown(m, attributes)));
            exact.add(comparisons().flags(left, String.join(",", all)));
        }
        return Optional.of(Predicate.any(exact));
    }

    private static String shown(HighMask pair, boolean attributes) {
        StringBuilder out = new StringBuilder();
        if (attributes) {
            FlagText.attributes(pair.high(), false, out);
            out.append('/');
            FlagText.attributes(pair.mask(), false, out);
        } else {
            FlagText.flags(pair.high(), false, out);
            out.append('/');
            FlagText.flags(pair.mask(), false, out);
        }
        return out.toString();
    }

    private Optional<String> text(Node node) {
        boolean quoted =
                node instanceof Node.Literal l && l.token().kind() == Token.Kind.TEXT
                        || node instanceof Node.Call;
        return quoted && meaning.term(node) instanceof Term.Text t
                ? Optional.of(t.text())
                : Optional.empty();
    }

    private Predicate labels(Node.Among node, Term.Value left) {
        List<String> labels = new ArrayList<>();
        for (Item item : node.items()) {
            if (item.high().isPresent() || item.open()) {
                throw meaning.error(item.low(), "labels have no ranges");
            }
            Optional<String> name = name(item.low());
            if (name.isEmpty()) {
                return numbers(node, left);
            }
            labels.add(name.get());
        }
        return comparisons().label(left, labels, node);
    }

    // Addresses ---------------------------------------------------------------------------------

    /// Members are addresses, blocks, ranges, wildcards and sets.
    private Predicate addresses(Node.Among node, Expr e) {
        List<IpRange> ranges = new ArrayList<>();
        List<Predicate> others = new ArrayList<>();
        for (Item item : node.items()) {
            if (item.low() instanceof Node.Call c && c.name().equals("set")) {
                if (c.arguments().size() != 1) {
                    throw meaning.error(c, "expected set('FILE')");
                }
                String path = meaning.quoted(c.arguments().getFirst(), "the path of a set");
                if (path.isEmpty()) {
                    throw meaning.error(c, "empty path");
                }
                others.add(new Predicate.AddressIn(e, new SetRef.File(path)));
                continue;
            }
            Predicate p = meaning.at(item.low(), () -> member(item, e));
            if (p instanceof Predicate.AddressIn in && in.set() instanceof SetRef.Ranges r) {
                ranges.addAll(r.ranges());
            } else {
                others.add(p);
            }
        }
        if (!ranges.isEmpty() || others.isEmpty()) {
            others.addFirst(new Predicate.AddressIn(e, new SetRef.Ranges(ranges)));
        }
        return Predicate.any(others);
    }

    private Predicate member(Item item, Expr e) {
        String low = address(item.low());
        if (item.open()) {
            throw meaning.error(item.low(), "a range of addresses needs its end");
        }
        if (item.high().isEmpty()) {
            return wildcard(e, low);
        }
        IpRange from = IpRange.parse(low);
        IpRange to = IpRange.parse(address(item.high().get()));
        if (from.v6() != to.v6() || !from.contains(from.hiHi(), from.hiLo())) {
            throw meaning.error(item.low(), "both ends are of one family");
        }
        IpRange range = new IpRange(from.loHi(), from.loLo(), to.hiHi(), to.hiLo(), from.v6());
        if (!range.contains(to.loHi(), to.loLo()) || !range.contains(from.hiHi(), from.hiLo())) {
            throw meaning.error(item.low(), "the range runs down");
        }
        return new Predicate.AddressIn(e, new SetRef.Ranges(List.of(range)));
    }

    private String address(Node node) {
        boolean ok =
                node instanceof Node.Literal l
                        && (l.token().kind() == Token.Kind.ADDRESS
                                || l.token().kind() == Token.Kind.TEXT);
        if (!ok) {
            throw meaning.error(node, "expected an address such as 10.0.0.0/8, or set('FILE')");
        }
        return ((Node.Literal) node).token().text();
    }

    /// An address matches a wildcard, which one range may say.
    static Predicate wildcard(Expr e, String text) {
        if (text.indexOf('/') >= 0) {
            return new Predicate.AddressIn(e, new SetRef.Ranges(List.of(IpRange.parse(text))));
        }
        return IpWildcard.parse(text)
                .range()
                .<Predicate>map(r -> new Predicate.AddressIn(e, new SetRef.Ranges(List.of(r))))
                .orElseGet(() -> new Predicate.AddressMatches(e, text));
    }
}
