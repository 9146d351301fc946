package dev.rearview.engine.language;

/// Text that is not of the language: where, what was expected there, and the place shown.
public final class SyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// How much of a long text is shown on each side of the place.
    private static final int SHOWN = 60;

    private final int at;

    /// @param at offset of the place in the text
    SyntaxException(String text, int at, String problem) {
        super("column " + (at + 1) + ": " + problem + "\n" + shown(text, at));
        this.at = at;
    }

    /// Offset of the place in the text.
    public int at() {
        return at;
    }

    private static String shown(String text, int at) {
        int from = Math.max(0, at - SHOWN);
        int to = Math.min(text.length(), at + SHOWN);
        StringBuilder line = new StringBuilder("  ");
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line + "\n  " + " ".repeat(at - from) + "^";
    }
}
