package dev.rearview.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

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
}
