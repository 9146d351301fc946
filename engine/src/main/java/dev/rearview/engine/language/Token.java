package dev.rearview.engine.language;

/// A word, number or sign of a text.
///
/// @param text as it stands there; of quoted text what is between the quotes
/// @param at offset where it starts
record Token(Kind kind, String text, int at) {
    enum Kind {
        /// A name, or a word of the language.
        WORD,
        /// A number, perhaps with a unit.
        NUMBER,
        /// A date, perhaps with a time.
        TIME,
        /// An address, block or wildcard.
        ADDRESS,
        /// Text in quotes.
        TEXT,
        SIGN,
        END
    }

    boolean is(Kind wanted, String what) {
        return kind == wanted && text.equalsIgnoreCase(what);
    }

    boolean isSign(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isWord(String word) {
        return is(Kind.WORD, word);
    }

    /// How a message names it.
    String shown() {
        return switch (kind) {
            case END -> "the end";
            case TEXT -> "the text '" + text + "'";
            case WORD, NUMBER, TIME, ADDRESS, SIGN -> "'" + text + "'";
        };
    }
}
