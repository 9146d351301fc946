package dev.rearview.catalogue;

import dev.rearview.sets.IpSet;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `rwfilter` asks of the catalogue: `in CATALOG` or `label LABEL`, each with `at TIME`,
/// `after TIME`, `before TIME` or `between TIME and TIME`, or for now; joined by `and`, `or`, `not`
/// and parentheses.
public final class IpaExpression {
    private static final int MAX_DEPTH = 64;
    private static final Pattern WORD =
            Pattern.compile("\\s*(?:([()])|\"([^\"]*)\"|([^\\s()\"]+))");

    private final IpaStore store;
    private final long nowMs;
    private final String text;
    private final List<String> words = new ArrayList<>();
    private int at;
    private int depth;

    private IpaExpression(String text, IpaStore store, long nowMs) {
        this.text = text;
        this.store = store;
        this.nowMs = nowMs;
        Matcher m = WORD.matcher(text);
        int end = 0;
        while (m.lookingAt()) {
            words.add(
                    m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3));
            end = m.end();
            m.region(end, text.length());
        }
        if (!text.substring(end).isBlank()) {
            throw wrong("an open quote");
        }
    }

    /// The addresses that an expression is true of.
    ///
    /// @param nowMs what no time means
    /// @throws IllegalArgumentException if it cannot be understood
    /// @throws IOException if the catalogue does not have what it names
    public static IpSet addresses(String text, IpaStore store, long nowMs) throws IOException {
        IpaExpression e = new IpaExpression(text, store, nowMs);
        IpSet out = e.or();
        if (e.at < e.words.size()) {
            throw e.wrong("'" + e.words.get(e.at) + "'");
        }
        return out;
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(
                "'" + text + "' has " + what + " where none is expected");
    }

    private boolean takes(String word) {
        boolean is = at < words.size() && words.get(at).toLowerCase(Locale.ROOT).equals(word);
        at += is ? 1 : 0;
        return is;
    }

    private String next(String what) {
        if (at == words.size()) {
            throw new IllegalArgumentException(
                    "'" + text + "' ends where " + what + " is expected");
        }
        return words.get(at++);
    }

    private IpSet or() throws IOException {
        if (++depth > MAX_DEPTH) {
            throw new IllegalArgumentException("more than " + MAX_DEPTH + " levels");
        }
        IpSet out = and();
        while (takes("or")) {
            out = out.union(and());
        }
        depth--;
        return out;
    }

    private IpSet and() throws IOException {
        IpSet out = not();
        while (takes("and")) {
            out = out.intersect(not());
        }
        return out;
    }

    private IpSet not() throws IOException {
        boolean negated = false;
        while (takes("not")) {
            negated = !negated;
        }
        IpSet out = one();
        return negated ? out.complement() : out;
    }

    private IpSet one() throws IOException {
        if (takes("(")) {
            IpSet out = or();
            if (!takes(")")) {
                throw new IllegalArgumentException("'" + text + "' lacks a ')'");
            }
            return out;
        }
        if (takes("in")) {
            String catalog = next("a catalog");
            return store.addresses(catalog, period());
        }
        if (takes("label")) {
            String label = next("a label");
            return store.labelled(label, period());
        }
        throw wrong("'" + next("in or label") + "'");
    }

    private Period period() {
        if (takes("at")) {
            TimeText.Moment t = TimeText.parse(next("a time"));
            return Period.at(t.ms());
        }
        if (takes("after")) {
            return new Period(TimeText.parse(next("a time")).ms(), Long.MAX_VALUE);
        }
        if (takes("before")) {
            return new Period(Long.MIN_VALUE, TimeText.parse(next("a time")).ms());
        }
        if (takes("between")) {
            long from = TimeText.parse(next("a time")).ms();
            if (!takes("and")) {
                throw new IllegalArgumentException("'" + text + "' has between without and");
            }
            return new Period(from, TimeText.parse(next("a time")).ms());
        }
        return Period.at(nowMs);
    }
}
