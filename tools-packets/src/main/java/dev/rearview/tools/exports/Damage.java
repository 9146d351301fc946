package dev.rearview.tools.exports;

import dev.rearview.model.MalformedInputException;

/// What of one input was passed over because it is damaged, told in one message at its end.
public final class Damage {
    private final String name;
    private long first;
    private long count;
    private String what = "";

    /// @param name of the input
    public Damage(String name) {
        this.name = name;
    }

    /// Takes note of a part that is passed over.
    ///
    /// @param what is wrong with it
    public void at(long offset, String what) {
        if (count == 0) {
            first = offset;
            this.what = what;
        }
        count++;
    }

    /// Tells of the damage, if there is any.
    public void check() throws MalformedInputException {
        if (count > 0) {
            String more = count == 1 ? "" : " (" + count + " such places)";
            throw new MalformedInputException(name, first, "", what + more);
        }
    }
}
