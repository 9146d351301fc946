package dev.rearview.tools.nfdump.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Splits a filter into its words and signs.
final class Lexer {
    /// A part of a filter.
    ///
    /// @param text a word in its own case, a sign, or what stands between quotes
    /// @param column where it begins, from 1 on
    record Token(Kind kind, String text, int column) {
        /// Whether it is this word, in any case, or this sign.
        boolean is(String word) {
            return kind != Kind.QUOTED && lower().equals(word);
        }

        String lower() {
            return text.toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return kind == Kind.END ? "the end" : "'" + text + "'";
        }
    }

    enum Kind {
        WORD,
        SIGN,
        QUOTED,
        END
    }

    private static final String SIGNS = "()[],!";

    private final String text;
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /// All parts, the last one being the end.
    ///
    /// @throws FilterException where a part is broken
    static List<Token> split(String text) {
        Lexer lexer = new Lexer(text);
        List<Token> out = new ArrayList<>();
        do {
            out.add(lexer.next());
        } while (out.getLast().kind != Kind.END);
        return out;
    }

    private Token next() {
        skip();
        int column = at + 1;
        if (at == text.length()) {
            return new Token(Kind.END, "", column);
        }
        char c = text.charAt(at);
        if (c == '"' || c == '\'') {
            int end = text.indexOf(c, at + 1);
            if (end < 0) {
                throw new FilterException(column, "a quote without its end");
            }
            String quoted = text.substring(at + 1, end);
            at = end + 1;
            return new Token(Kind.QUOTED, quoted, column);
        }
        if (SIGNS.indexOf(c) >= 0) {
            at++;
            return new Token(Kind.SIGN, String.valueOf(c), column);
        }
        if (c == '&' || c == '|') {
            if (at + 1 == text.length() || text.charAt(at + 1) != c) {
                throw new FilterException(column, "'" + c + "' stands alone");
            }
            at += 2;
            return new Token(Kind.SIGN, String.valueOf(c) + c, column);
        }
        if (c == '=' || c == '<' || c == '>') {
            int end = at + 1;
            if (end < text.length() && text.charAt(end) == '=') {
                end++;
            }
            String sign = text.substring(at, end);
            at = end;
            return new Token(Kind.SIGN, sign, column);
        }
        int from = at;
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        return new Token(Kind.WORD, text.substring(from, at), column);
    }

    private void skip() {
        while (at < text.length()) {
            if (text.charAt(at) == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else {
                return;
            }
        }
    }

    private static boolean isWord(char c) {
        return !Character.isWhitespace(c) && SIGNS.indexOf(c) < 0 && "&|=<>#\"'".indexOf(c) < 0;
    }
}
