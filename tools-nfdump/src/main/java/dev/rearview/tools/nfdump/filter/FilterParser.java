package dev.rearview.tools.nfdump.filter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import dev.rearview.model.Protocols;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.IpRange;
import dev.rearview.tools.nfdump.filter.Lexer.Kind;
import dev.rearview.tools.nfdump.filter.Lexer.Token;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Makes a [Predicate] of a filter as nfdump 1.7 takes it.
public final class FilterParser {
    private static final int MAX_DEPTH = 200;
    private static final String FLAG_LETTERS = "FSRPAU";
    private static final char ALL_FLAGS = 'X';
    private static final int EVERY_FLAG = 0x3F;

    /// What nfdump filters by and flow records do not have, by the words that name it.
    private static final Map<String, String> NO_FIELD =
            Map.ofEntries(
                    Map.entry("as", "autonomous systems"),
                    Map.entry("mask", "prefix lengths"),
                    Map.entry("vlan", "VLANs"),
                    Map.entry("mpls", "MPLS labels"),
                    Map.entry("mac", "MAC addresses"),
                    Map.entry("router", "addresses of exporters"),
                    Map.entry("bgpnext", "BGP next hops"),
                    Map.entry("prev", "previous autonomous systems"),
                    Map.entry("ident", "names of sources"),
                    Map.entry("count", "record numbers"),
                    Map.entry("engine-type", "engines"),
                    Map.entry("engine-id", "engines"),
                    Map.entry("sysid", "numbers of exporters"),
                    Map.entry("flowdir", "directions"),
                    Map.entry("fwdstat", "forwarding status"),
                    Map.entry("observation", "observation domains and points"),
                    Map.entry("payload", "payload"),
                    Map.entry("client", "latencies"),
                    Map.entry("server", "latencies"),
                    Map.entry("asa", "firewall events"),
                    Map.entry("ingress", "access lists and VRFs"),
                    Map.entry("egress", "access lists and VRFs"),
                    Map.entry("nat", "NAT events"),
                    Map.entry("pblock", "NAT port blocks"),
                    Map.entry("tun", "tunnels"),
                    Map.entry("tunip", "tunnels"),
                    Map.entry("xip", "translated addresses"),
                    Map.entry("xnet", "translated addresses"),
                    Map.entry("xport", "translated ports"),
                    Map.entry("nip", "translated addresses"),
                    Map.entry("nport", "translated ports"),
                    Map.entry("geo", "countries (rwfilter --scc and --dcc know them)"));

    /// Which of the two ends of a flow are tested.
    private enum Side {
        SOURCE,
        DESTINATION,
        EITHER,
        BOTH
    }

    private final List<Token> tokens;
    private int next;
    private int depth;

    private FilterParser(String text) {
        this.tokens = Lexer.split(text);
    }

    /// @throws FilterException where the filter cannot be understood
    public static Predicate parse(String text) {
        FilterParser parser = new FilterParser(text);
        if (parser.peek().kind() == Kind.END) {
            return Predicate.ALWAYS;
        }
        Predicate all = parser.either(false);
        if (parser.peek().kind() != Kind.END) {
            throw parser.unexpected("'and' or 'or'");
        }
        return all;
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        Token t = tokens.get(next);
        if (t.kind() != Kind.END) {
            next++;
        }
        return t;
    }

    private boolean takes(String... words) {
        for (String w : words) {
            if (peek().is(w)) {
                next++;
                return true;
            }
        }
        return false;
    }

    private FilterException unexpected(String expected) {
        return new FilterException(peek().column(), "expected " + expected + ", not " + peek());
    }

    /// @param negated whether the opposite is meant: nfdump turns each test round, which matters
    ///   for flags
    private Predicate either(boolean negated) {
        if (++depth > MAX_DEPTH) {
            throw new FilterException(peek().column(), "more than " + MAX_DEPTH + " levels");
        }
        List<Predicate> any = new ArrayList<>();
        do {
            any.add(both(negated));
        } while (takes("or", "||"));
        depth--;
        return negated ? Predicate.all(any) : Predicate.any(any);
    }

    private Predicate both(boolean negated) {
        List<Predicate> all = new ArrayList<>();
        do {
            all.add(one(negated));
        } while (takes("and", "&&"));
        return negated ? Predicate.any(all) : Predicate.all(all);
    }

    private Predicate one(boolean outside) {
        boolean negated = outside;
        while (takes("not", "!")) {
            negated = !negated;
        }
        if (takes("(")) {
            Predicate p = either(negated);
            if (!takes(")")) {
                throw unexpected("')'");
            }
            return p;
        }
        if (takes("flags")) {
            return flags(negated);
        }
        Predicate p = primitive();
        return negated ? Predicate.not(p) : p;
    }

    private Predicate primitive() {
        Token first = take();
        return switch (first.lower()) {
            case "any" -> Predicate.ALWAYS;
            case "inet", "ipv4" -> Flows.IPV4;
            case "inet6", "ipv6" -> Flows.IPV6;
            case "proto" -> Predicate.is(Field.PROTOCOL, protocol());
            case "src" -> end(side("dst", Side.SOURCE));
            case "dst" -> end(side("src", Side.DESTINATION));
            case "ip", "host", "net", "port", "tos" -> {
                next--;
                yield end(Side.EITHER);
            }
            case "in", "out" -> oneWay(first);
            case "if" -> interfaces(List.of(Field.INPUT, Field.OUTPUT));
            case "next" -> nextHop();
            case "icmp-type" -> icmp(Flows.ICMP_TYPE);
            case "icmp-code" -> icmp(Flows.ICMP_CODE);
            case "packets" -> compared(Expr.of(Field.PACKETS));
            case "bytes" -> compared(Expr.of(Field.BYTES));
            case "flow", "flows" -> compared(new Expr.Constant(1));
            case "duration" -> compared(Flows.DURATION_MS);
            case "pps" -> compared(Rates.PACKETS_PER_SECOND);
            case "bps" -> compared(Rates.BITS_PER_SECOND);
            case "bpp" -> compared(Rates.BYTES_PER_PACKET);
            default -> throw unknown(first);
        };
    }

    private FilterException unknown(Token word) {
        String what = NO_FIELD.get(word.lower());
        if (word.kind() == Kind.WORD && what != null) {
            return new FilterException(word.column(), "flow records have no " + what);
        }
        return new FilterException(
                word.column(), "expected what is to be tested, such as 'port', not " + word);
    }

    private int protocol() {
        Token t = take();
        try {
            if (!t.text().isEmpty() && Character.isDigit(t.text().charAt(0))) {
                return (int) number(t, 255);
            }
            return ProtocolNames.number(t.text());
        } catch (IllegalArgumentException e) {
            throw new FilterException(t.column(), String.valueOf(e.getMessage()));
        }
    }

    private Side side(String other, Side alone) {
        Side side = alone;
        if ((peek().is("or") || peek().is("and")) && tokens.get(next + 1).is(other)) {
            side = peek().is("or") ? Side.EITHER : Side.BOTH;
            next += 2;
        }
        return side;
    }

    private static Predicate of(Side side, Field source, Function<Field, Predicate> test) {
        Field destination = source == Field.SIP ? Field.DIP : Field.DPORT;
        return of(side, test.apply(source), test.apply(destination));
    }

    private static Predicate of(Side side, Predicate source, Predicate destination) {
        return switch (side) {
            case SOURCE -> source;
            case DESTINATION -> destination;
            case EITHER -> Predicate.any(List.of(source, destination));
            case BOTH -> Predicate.all(List.of(source, destination));
        };
    }

    private Predicate end(Side side) {
        Token subject = take();
        return switch (subject.lower()) {
            case "ip", "host" -> {
                List<IpRange> ranges = takes("in") ? addresses() : Addresses.host(take());
                yield of(side, Field.SIP, f -> Predicate.address(f, ranges));
            }
            case "net" -> {
                List<IpRange> ranges = takes("in") ? addresses() : List.of(network());
                yield of(side, Field.SIP, f -> Predicate.address(f, ranges));
            }
            case "tos" -> {
                Comparison comparison = comparison();
                long number = number(take(), 255);
                yield of(
                        side == Side.EITHER ? Side.SOURCE : side,
                        comparison.of(Flows.TYPE_OF_SERVICE, number),
                        comparison.of(Flows.OTHER_TYPE_OF_SERVICE, number));
            }
            case "port" -> {
                Function<Field, Predicate> test = ports();
                yield of(side, Field.SPORT, test);
            }
            default -> throw unknown(subject);
        };
    }

    private IpRange network() {
        Token t = take();
        if (t.text().indexOf('/') < 0 && peek().kind() == Kind.WORD) {
            return Addresses.masked(t, take());
        }
        return Addresses.network(t);
    }

    private List<IpRange> addresses() {
        List<IpRange> out = new ArrayList<>();
        for (Token t : list()) {
            if (t.text().indexOf('/') >= 0) {
                out.add(Addresses.network(t));
            } else {
                out.addAll(Addresses.host(t));
            }
        }
        return Addresses.union(out);
    }

    /// The members of a list in brackets, with blanks or commas between them.
    private List<Token> list() {
        if (!takes("[")) {
            throw unexpected("'['");
        }
        List<Token> out = new ArrayList<>();
        while (!takes("]")) {
            if (peek().kind() != Kind.WORD) {
                throw unexpected("']'");
            }
            out.add(take());
            takes(",");
        }
        if (out.isEmpty()) {
            throw unexpected("a list that is not empty");
        }
        return out;
    }

    private Function<Field, Predicate> ports() {
        if (takes("in")) {
            BitSet set = new BitSet();
            for (Token t : list()) {
                set.set((int) number(t, 65_535));
            }
            return f -> Predicate.in(f, set);
        }
        Comparison comparison = comparison();
        long number = number(take(), 65_535);
        return f -> comparison.of(Expr.of(f), number);
    }

    /// `in` and `out`: interfaces and counts.
    private Predicate oneWay(Token way) {
        boolean in = way.is("in");
        Token subject = take();
        return switch (subject.lower()) {
            case "if" -> interfaces(List.of(in ? Field.INPUT : Field.OUTPUT));
            case "packets", "bytes" -> {
                if (!in) {
                    throw new FilterException(
                            way.column(),
                            "flow records have no counts of the other direction, which is a flow of"
                                    + " its own");
                }
                yield compared(Expr.of(subject.is("bytes") ? Field.BYTES : Field.PACKETS));
            }
            case "src", "dst" -> throw unknown(take());
            default -> throw unknown(subject);
        };
    }

    private Predicate interfaces(List<Field> of) {
        Comparison comparison = comparison();
        long number = number(take(), 0xFFFF_FFFFL);
        return Predicate.any(of.stream().map(f -> comparison.of(Expr.of(f), number)).toList());
    }

    private Predicate nextHop() {
        Token subject = take();
        if (!subject.is("ip")) {
            throw unknown(subject);
        }
        List<IpRange> ranges = takes("in") ? addresses() : Addresses.host(take());
        return Predicate.address(Field.NHIP, ranges);
    }

    /// All of some flags, or none of them.
    private Predicate flags(boolean negated) {
        Token t = take();
        Predicate tcp = Predicate.is(Field.PROTOCOL, Protocols.TCP);
        if (!t.text().isEmpty() && Character.isDigit(t.text().charAt(0))) {
            long value = number(t, 255);
            Predicate is = Predicate.all(List.of(tcp, Predicate.range(Field.FLAGS, value, value)));
            return negated ? Predicate.not(is) : is;
        }
        List<HighMask> single = new ArrayList<>();
        int mask = mask(t);
        for (int bit = 1; bit <= mask; bit <<= 1) {
            if ((mask & bit) != 0) {
                single.add(new HighMask(bit, bit));
            }
        }
        Predicate some = new Predicate.BitsMatch(Expr.of(Field.FLAGS), single);
        return negated
                ? Predicate.not(Predicate.all(List.of(tcp, some)))
                : Predicate.all(List.of(tcp, Predicate.bits(Field.FLAGS, mask, mask)));
    }

    private static int mask(Token t) {
        int mask = 0;
        for (char c : t.text().toCharArray()) {
            int bit = FLAG_LETTERS.indexOf(Character.toUpperCase(c));
            if (bit < 0 && Character.toUpperCase(c) != ALL_FLAGS) {
                throw new FilterException(t.column(), "expected flags of FSRPAUX, not " + t);
            }
            mask |= bit < 0 ? EVERY_FLAG : 1 << bit;
        }
        if (mask == 0) {
            throw new FilterException(t.column(), "expected flags of FSRPAUX, not " + t);
        }
        return mask;
    }

    private Predicate icmp(Expr part) {
        Comparison comparison = comparison();
        return Predicate.all(List.of(Flows.ICMP, comparison.of(part, number(take(), 255))));
    }

    private Predicate compared(Expr value) {
        Comparison comparison = comparison();
        return comparison.of(value, number(take(), Long.MAX_VALUE));
    }

    private Comparison comparison() {
        Comparison known = Comparison.of(peek());
        if (known == null) {
            return Comparison.EQUAL;
        }
        next++;
        return known;
    }

    /// A number, decimal or with `0x`, and perhaps a factor of thousands.
    private static long number(Token t, long most) {
        String text = t.lower();
        long factor =
                switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
                    case 'k' -> 1000;
                    case 'm' -> 1_000_000;
                    case 'g' -> 1_000_000_000;
                    case 't' -> 1_000_000_000_000L;
                    default -> 1;
                };
        String digits = factor == 1 ? text : text.substring(0, text.length() - 1);
        try {
            long n =
                    digits.startsWith("0x")
                            ? Long.parseLong(digits, 2, digits.length(), 16)
                            : Long.parseLong(digits);
            long value = Math.multiplyExact(n, factor);
            if (t.kind() == Kind.WORD && value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Told below.
        }
        throw new FilterException(
                t.column(),
                "expected a number" + (most < 1L << 33 ? " up to " + most : "") + ", not " + t);
    }
}
