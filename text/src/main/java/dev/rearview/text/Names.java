package dev.rearview.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Resolves names that may be abbreviated.
public final class Names {
    private Names() {}

    /// The one of `choices` that equals `given` or of which it is the only prefix.
    ///
    /// @param what kind of name, for the message
    /// @throws IllegalArgumentException if none or several fit
    public static String unique(String given, Collection<String> choices, String what) {
        List<String> found = new ArrayList<>();
        for (String choice : choices) {
            if (choice.equals(given)) {
                return choice;
            }
            if (!given.isEmpty() && choice.startsWith(given)) {
                found.add(choice);
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(Nearest.unknown(what, given, choices));
        }
        throw new IllegalArgumentException(
                what + " '" + given + "' is ambiguous: " + String.join(", ", found));
    }

    /// The constant whose word is `given`, or of whose word alone it is a prefix.
    ///
    /// @param what kind of name, for the message
    /// @throws IllegalArgumentException if none or several fit
    public static <E extends Enum<E>> E constant(String given, E[] choices, String what) {
        List<String> words = words(choices);
        return choices[words.indexOf(unique(given, words, what))];
    }

    /// The words of constants, in their order.
    public static List<String> words(Enum<?>[] constants) {
        List<String> out = new ArrayList<>();
        for (Enum<?> c : constants) {
            out.add(word(c));
        }
        return out;
    }

    /// What a constant is called on a command line: `SOME_NAME` is `some-name`.
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The names of a list with commas between, each of which may be abbreviated; empty items are
    /// none.
    ///
    /// @param what kind of name, for the message
    /// @throws IllegalArgumentException if one does not fit or comes twice, or there is none
    public static List<String> list(String text, Collection<String> choices, String what) {
        List<String> out = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (item.isEmpty()) {
                continue;
            }
            String name = unique(item.toLowerCase(Locale.ROOT), choices, what);
            if (out.contains(name)) {
                throw new IllegalArgumentException(what + " '" + name + "' is named twice");
            }
            out.add(name);
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("no " + what + "s");
        }
        return out;
    }
}
