package dev.rearview.tools.rwidsquery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Reads what rules write for addresses and ports: an item, a list in brackets, `any`, and `!`
/// before any of these. A list is what its items hold, without what those with a `!` hold.
///
/// @param all what `any` means
/// @param item reads an item
/// @param union of some, one at least
/// @param complement all but these
record Spec<S>(
        S all, Function<String, S> item, Function<List<S>, S> union, UnaryOperator<S> complement) {
    private static final int MAX_DEPTH = 32;

    S parse(String text) {
        return parse(text.strip(), 0);
    }

    private S parse(String text, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("more than " + MAX_DEPTH + " levels of brackets");
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("nothing where an address or a port is expected");
        }
        if (text.equalsIgnoreCase("any")) {
            return all;
        }
        if (text.startsWith("!")) {
            return complement.apply(parse(text.substring(1).strip(), depth + 1));
        }
        return text.startsWith("[") ? list(text, depth + 1) : item.apply(text);
    }

    private S list(String text, int depth) {
        if (!text.endsWith("]")) {
            throw new IllegalArgumentException("'" + text + "' has no closing bracket");
        }
        List<S> wanted = new ArrayList<>();
        List<S> unwanted = new ArrayList<>();
        for (String each : items(text.substring(1, text.length() - 1))) {
            String s = each.strip();
            if (s.startsWith("!")) {
                unwanted.add(parse(s.substring(1).strip(), depth));
            } else {
                wanted.add(parse(s, depth));
            }
        }
        S those = wanted.isEmpty() ? all : union.apply(wanted);
        // What is in the one and not in the other: not (not in the one, or in the other).
        return unwanted.isEmpty()
                ? those
                : complement.apply(with(complement.apply(those), unwanted));
    }

    private S with(S one, List<S> others) {
        List<S> all = new ArrayList<>(others);
        all.add(one);
        return union.apply(all);
    }

    /// The items between commas outside of brackets.
    private static List<String> items(String text) {
        List<String> out = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (depth < 0) {
                throw new IllegalArgumentException("'" + text + "' has a bracket too many");
            }
            if (c == ',' && depth == 0) {
                out.add(text.substring(from, i));
                from = i + 1;
            }
        }
        out.add(text.substring(from));
        return out;
    }
}
