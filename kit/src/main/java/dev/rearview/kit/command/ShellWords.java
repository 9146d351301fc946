package dev.rearview.kit.command;

/// Words in commands that a user is shown, to be pasted into a shell.
public final class ShellWords {
    private ShellWords() {}

    /// A word as a shell takes it, in quotes where it needs them.
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+,-]+")
                ? word
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
