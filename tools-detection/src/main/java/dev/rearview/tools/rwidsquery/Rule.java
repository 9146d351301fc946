package dev.rearview.tools.rwidsquery;

import dev.rearview.model.Protocols;
import dev.rearview.sets.IpSet;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A rule of Snort as criteria: addresses and ports of its head, and of its body those options that
/// flows can tell of.
final class Rule {
    private static final IpSet ALL = IpSet.EMPTY.complement();
    private static final int HEAD_WORDS = 7;

    private final Variables variables;

    Rule(Variables variables) {
        this.variables = variables;
    }

    /// The criteria of a rule.
    ///
    /// @throws IllegalArgumentException where it is none, or names an unknown variable
    List<Criterion> criteria(String text) {
        int open = text.indexOf('(');
        int dollar = text.indexOf("$(");
        // A variable in the head may have parentheses of its own.
        while (dollar >= 0 && open == dollar + 1) {
            int close = text.indexOf(')', open);
            open = close < 0 ? -1 : text.indexOf('(', close);
            dollar = close < 0 ? -1 : text.indexOf("$(", close);
        }
        String head = (open < 0 ? text : text.substring(0, open)).strip();
        List<Criterion> out = new ArrayList<>(head(words(head)));
        if (open >= 0) {
            int close = text.lastIndexOf(')');
            if (close < open) {
                throw new IllegalArgumentException("a rule whose options do not end with ')'");
            }
            body(text.substring(open + 1, close), out);
        }
        return out;
    }

    private List<Criterion> head(List<String> words) {
        // Since Snort 3 a head may consist of an action and a service.
        if (words.size() == 1 || words.size() == 2) {
            return List.of();
        }
        if (words.size() != HEAD_WORDS) {
            throw new IllegalArgumentException(
                    "a rule whose head has " + words.size() + " words instead of " + HEAD_WORDS);
        }
        String direction = words.get(4);
        return switch (direction) {
            case "->" -> oneWay(words.subList(2, 4), words.subList(5, 7));
            case "<-" -> oneWay(words.subList(5, 7), words.subList(2, 4));
            case "<>" -> eitherWay(words.subList(2, 4), words.subList(5, 7));
            default -> throw new IllegalArgumentException("'" + direction + "' is no direction");
        };
    }

    private List<Criterion> oneWay(List<String> from, List<String> to) {
        List<Criterion> out = new ArrayList<>();
        addresses("saddress", from.getFirst(), out);
        ports("sport", from.getLast(), out);
        addresses("daddress", to.getFirst(), out);
        ports("dport", to.getLast(), out);
        return out;
    }

    /// Where one side may be anybody, flows of both directions can be asked for at once; where both
    /// are given, those of the direction as it is written.
    private List<Criterion> eitherWay(List<String> one, List<String> other) {
        List<Criterion> first = oneWay(one, List.of("any", "any"));
        List<Criterion> second = oneWay(other, List.of("any", "any"));
        if (!first.isEmpty() && !second.isEmpty()) {
            return oneWay(one, other);
        }
        return (first.isEmpty() ? second : first)
                .stream()
                        .map(c ->
                                new Criterion(
                                        c.name().equals("sport") ? "aport" : "any-address",
                                        c.value(),
                                        c.set()))
                        .toList();
    }

    private void addresses(String name, String spec, List<Criterion> out) {
        String text = variables.expand(spec).strip();
        IpSet set = new Spec<IpSet>(ALL, Rule::block, Rule::blocks, IpSet::complement).parse(text);
        if (set.equals(ALL)) {
            return;
        }
        if (set.isEmpty()) {
            throw new IllegalArgumentException("'" + spec + "' holds no address");
        }
        boolean isBlock = text.indexOf('[') < 0 && text.indexOf('!') < 0;
        out.add(isBlock ? new Criterion(name, text) : Criterion.ofSet(name, set));
    }

    private static IpSet block(String text) {
        IpRange range = IpRange.parse(text);
        // All of one family is all: flows of the other have no part in such a rule.
        if (text.endsWith("/0")) {
            return ALL;
        }
        IpSet.Builder out = new IpSet.Builder();
        out.add(range);
        return out.build();
    }

    private static IpSet blocks(List<IpSet> some) {
        IpSet.Builder out = new IpSet.Builder();
        some.forEach(out::addAll);
        return out.build();
    }

    private void ports(String name, String spec, List<Criterion> out) {
        BitSet all = all(Numbers.PORTS);
        BitSet set =
                new Spec<BitSet>(all, Numbers::ports, Rule::union, s -> without(all, s))
                        .parse(variables.expand(spec));
        if (set.isEmpty()) {
            throw new IllegalArgumentException("'" + spec + "' holds no port");
        }
        if (!set.equals(all)) {
            out.add(new Criterion(name, Numbers.text(set)));
        }
    }

    private static BitSet all(int below) {
        BitSet out = new BitSet(below);
        out.set(0, below);
        return out;
    }

    private static BitSet union(List<BitSet> some) {
        BitSet out = new BitSet(Numbers.PORTS);
        some.forEach(out::or);
        return out;
    }

    private static BitSet without(BitSet all, BitSet some) {
        BitSet out = (BitSet) all.clone();
        out.andNot(some);
        return out;
    }

    /// Options that stand there more than once have all to be true.
    private static void body(String text, List<Criterion> out) {
        Map<String, Criterion> found = new LinkedHashMap<>();
        Map<String, BitSet> numbers = new HashMap<>();
        for (String option : options(text)) {
            int colon = option.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String value = option.substring(colon + 1).strip();
            Optional<Criterion> one =
                    switch (option.substring(0, colon).strip().toLowerCase(Locale.ROOT)) {
                        case "icode" -> Optional.of(narrowed(numbers, "icmp-code", value));
                        case "itype" -> Optional.of(narrowed(numbers, "icmp-type", value));
                        case "ip_proto" ->
                                Optional.of(narrowed(numbers, "protocol", protocol(value)));
                        case "flags" -> flags(value);
                        default -> Optional.empty();
                    };
            Optional<Criterion> before =
                    one.flatMap(c -> Optional.ofNullable(found.put(c.name(), c)));
            if (before.isPresent() && !numbers.containsKey(before.get().name())) {
                throw new IllegalArgumentException("a rule with flags twice");
            }
        }
        out.addAll(found.values());
    }

    private static Criterion narrowed(Map<String, BitSet> numbers, String name, String value) {
        BitSet set = Numbers.octets(value);
        BitSet before = numbers.put(name, set);
        if (before != null) {
            set.and(before);
        }
        if (set.isEmpty()) {
            throw new IllegalArgumentException("a rule for " + name + " that no flow has");
        }
        return new Criterion(name, Numbers.text(set));
    }

    private static String protocol(String value) {
        int name = 0;
        while (name < value.length() && !Character.isLetterOrDigit(value.charAt(name))) {
            name++;
        }
        int number =
                switch (value.substring(name).toLowerCase(Locale.ROOT)) {
                    case "icmp" -> Protocols.ICMP;
                    case "igmp" -> 2;
                    case "tcp" -> Protocols.TCP;
                    case "udp" -> Protocols.UDP;
                    case "gre" -> 47;
                    case "esp" -> 50;
                    case "ah" -> 51;
                    case "icmp6", "ipv6-icmp" -> Protocols.ICMPV6;
                    case "sctp" -> Protocols.SCTP;
                    default -> -1;
                };
        return number < 0 ? value : value.substring(0, name) + number;
    }

    /// Flags without the modifiers, and without those that do not matter, behind a comma.
    private static Optional<Criterion> flags(String value) {
        int comma = value.indexOf(',');
        StringBuilder letters = new StringBuilder();
        for (char c : (comma < 0 ? value : value.substring(0, comma)).strip().toCharArray()) {
            switch (c) {
                case '+', '*', ' ', '\t' -> {}
                case '!' -> {
                    // Flows that lack flags cannot be asked for by --tcp-flags.
                    return Optional.empty();
                }
                case '0' -> {
                    return Optional.of(new Criterion("flags-all", "/FSRPAU"));
                }
                case '1' -> letters.append('C');
                case '2' -> letters.append('E');
                default -> letters.append(c);
            }
        }
        if (letters.isEmpty()) {
            throw new IllegalArgumentException("'" + value + "' names no flag");
        }
        FlagText.parseFlags(letters.toString());
        return Optional.of(new Criterion("tcp-flags", letters.toString()));
    }

    /// The options between semicolons outside of quotes.
    private static List<String> options(String text) {
        List<String> out = new ArrayList<>();
        boolean isQuoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ';' && !isQuoted) {
                out.add(text.substring(from, i));
                from = i + 1;
            }
        }
        out.add(text.substring(Math.min(from, text.length())));
        return out;
    }

    /// The words of a head; lists in brackets may have blanks in them.
    private static List<String> words(String text) {
        List<String> out = new ArrayList<>();
        int depth = 0;
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
            if (!Character.isWhitespace(c)) {
                word.append(c);
            } else if (depth <= 0 && !word.isEmpty()) {
                out.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            out.add(word.toString());
        }
        return out;
    }
}
