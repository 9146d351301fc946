package dev.rearview.engine.language;

import dev.rearview.engine.language.Token.Kind;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts text into tokens, one at a time.
final class Lexer {
    /// The longest text that is read.
    static final int MAX_LENGTH = 1 << 16;

    /// One part of an IPv4 address or wildcard: a number, a range or any.
    private static final String PART = "(?:[xX]|[0-9]{1,3}(?:-[0-9]{1,3})?)";

    private static final String END = "(?![0-9A-Za-z_.:])";

    /// What tokens of a kind look like.
    private record Form(Kind kind, Pattern pattern) {}

    /// What may start with a digit, in the order in which it is looked for.
    private static final List<Form> FORMS =
            List.of(
                    new Form(
                            Kind.TIME,
                            Pattern.compile(
                                    "(?:[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
                                            + "(?:[:T][0-9]{1,2}(?::[0-9]{1,2}(?::[0-9]{1,2}"
                                            + "(?:\\.[0-9]{1,9})?)?)?Z?)?"
                                            + END)),
                    new Form(
                            Kind.ADDRESS,
                            Pattern.compile(
                                    "(?:"
                                            + PART
                                            + "(?:\\."
                                            + PART
                                            + "){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}"
                                            + "(?:\\.[0-9]{1,3}){0,3})(?:/[0-9]{1,3})?"
                                            + END)),
                    new Form(
                            Kind.NUMBER,
                            Pattern.compile(
                                    "(?:0[xX][0-9A-Fa-f]{1,16}"
                                            + "|[0-9]{1,30}(?:\\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,3})?"
                                            + "(?:ms|[smhdw]|(?:[kKMGT]i?)?B?)?)"
                                            + END)),
                    new Form(Kind.WORD, Pattern.compile("[A-Za-z_][A-Za-z0-9_]*")));

    private static final List<String> SIGNS =
            List.of(
                    "<=", ">=", "!=", "==", "<>", "//", "&&", "||", "<", ">", "=", "+", "-", "*",
                    "/", "%", "&", "(", ")", "[", "]", ",", "!");

    private final String text;
    private int at;

    Lexer(String text) {
        this.text = text;
        if (text.length() > MAX_LENGTH) {
            throw new SyntaxException(
                    text, MAX_LENGTH, "the text is longer than " + MAX_LENGTH + " characters");
        }
    }

    /// Takes the next token.
    Token next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return new Token(Kind.END, "", at);
        }
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            return quoted(c);
        }
        for (Form form : FORMS) {
            Matcher m = form.pattern.matcher(text).region(at, text.length());
            m.useTransparentBounds(true);
            if (m.lookingAt()) {
                return taken(form.kind, m.end());
            }
        }
        if (c >= '0' && c <= '9') {
            throw new SyntaxException(
                    text,
                    at,
                    "expected a number such as 5, 1.5, 10k or 30s, an address such as"
                            + " 10.0.0.0/8, or a time such as 2024/02/01:13:30");
        }
        for (String sign : SIGNS) {
            if (text.startsWith(sign, at)) {
                return taken(Kind.SIGN, at + sign.length());
            }
        }
        throw new SyntaxException(text, at, "'" + c + "' is no part of an expression");
    }

    private Token taken(Kind kind, int end) {
        Token token = new Token(kind, text.substring(at, end), at);
        at = end;
        return token;
    }

    /// Text in quotes, in which two of them stand for one.
    private Token quoted(char quote) {
        int start = at;
        StringBuilder out = new StringBuilder();
        int i = at + 1;
        while (true) {
            int end = text.indexOf(quote, i);
            if (end < 0) {
                throw new SyntaxException(text, start, "the text has no second " + quote);
            }
            out.append(text, i, end);
            if (end + 1 == text.length() || text.charAt(end + 1) != quote) {
                at = end + 1;
                return new Token(Kind.TEXT, out.toString(), start);
            }
            out.append(quote);
            i = end + 2;
        }
    }
}
