package dev.rearview.site;

import dev.rearview.text.IpText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Splits a line-oriented configuration file into the words of each line.
final class Lexer {
    private static final int MAX_STRING = 2047;

    /// One line with at least one word, or none if they cannot be told.
    ///
    /// @param number counted from 1
    record Line(Path file, int number, List<String> words) {
        String first() {
            return words.getFirst();
        }

        int count() {
            return words.size();
        }

        Place place() {
            return new Place(file, number);
        }

        /// The one word after the first.
        String one(String what) throws Mistake {
            return word(1, 1, what);
        }

        /// A word of those after the first, of which there may be some.
        ///
        /// @param index its place, 1 or more
        /// @param most how many words there may be after the first
        String word(int index, int most, String what) throws Mistake {
            if (count() <= index) {
                String article = most == 1 ? "one " : "a ";
                throw new Mistake("expected " + article + what + " after '" + first() + "'");
            }
            if (count() > most + 1) {
                throw new Mistake("unexpected '" + words.get(most + 1) + "'");
            }
            return words.get(index);
        }

        /// The file that an include names, which can be read.
        ///
        /// @param depth how many includes led here
        /// @param most how many may
        Path included(int depth, int most) throws Mistake {
            if (depth >= most) {
                throw new Mistake("more than " + most + " nested includes");
            }
            String name = one("file name");
            try {
                Path path = Path.of(name);
                if (Files.isReadable(path)) {
                    return path;
                }
            } catch (InvalidPathException e) {
                // There is none of such a name.
            }
            throw new Mistake("cannot read '" + name + "'");
        }

        /// All words after the first.
        List<String> list() throws Mistake {
            if (count() < 2) {
                throw new Mistake("expected a list after '" + first() + "'");
            }
            return words.subList(1, count());
        }

        /// Whether it ends a block.
        boolean ends(String block) throws Mistake {
            if (!first().equals("end")) {
                return false;
            }
            if (count() != 2 || !words.get(1).equals(block)) {
                throw new Mistake("expected 'end " + block + "'");
            }
            return true;
        }
    }

    /// A line that breaks the rules.
    static final class Mistake extends Exception {
        private static final long serialVersionUID = 1;

        Mistake(String message) {
            super(message, null, false, false);
        }

        String message() {
            return String.valueOf(getMessage());
        }
    }

    /// The number that a word is.
    static int number(String word, int min, int max, String what) throws Mistake {
        try {
            long n = IpText.parseUnsigned(word, max, what);
            if (n >= min) {
                return (int) n;
            }
        } catch (IllegalArgumentException e) {
            // Reported below with file and line.
        }
        throw new Mistake("expected a " + what + " of " + min + "-" + max + ", not '" + word + "'");
    }

    private final Path file;
    private final String text;
    private final boolean commas;
    private final Problems problems;
    private int at;
    private int line = 1;

    private Lexer(Path file, String text, boolean commas, Problems problems) {
        this.file = file;
        this.text = text;
        this.commas = commas;
        this.problems = problems;
    }

    /// Reads all lines; those that cannot be split into words have none.
    ///
    /// @param commas whether a comma separates words, as in sensor.conf
    /// @param problems gets what is wrong
    static List<Line> read(Path file, boolean commas, Problems problems) throws IOException {
        problems.reading(file);
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return new Lexer(file, text, commas, problems).lines();
    }

    private List<Line> lines() {
        List<Line> out = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int start = line;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                if (!words.isEmpty()) {
                    out.add(new Line(file, start, List.copyOf(words)));
                    words.clear();
                }
                at++;
                line++;
                start = line;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
                at++;
            } else if (c == '#') {
                skipLine();
            } else {
                try {
                    word(c, words);
                } catch (Mistake e) {
                    problems.error(new Place(file, line), e.message());
                    words.clear();
                    out.add(new Line(file, line, List.of()));
                    skipLine();
                }
            }
        }
        if (!words.isEmpty()) {
            out.add(new Line(file, start, List.copyOf(words)));
        }
        return out;
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void word(char c, List<String> words) throws Mistake {
        if (c == ',' && commas) {
            comma(words);
        } else if (c == '"') {
            words.add(string());
        } else {
            words.add(atom(c));
        }
    }

    private void comma(List<String> words) throws Mistake {
        at++;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        boolean ends = at >= text.length() || ",\n\r#".indexOf(text.charAt(at)) >= 0;
        if (words.size() < 2 || ends) {
            throw new Mistake("expected a value on both sides of ','");
        }
    }

    private String atom(char first) throws Mistake {
        int from = at;
        while (at < text.length() && isAtom(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw new Mistake("unexpected character '" + first + "'");
        }
        return text.substring(from, at);
    }

    private boolean isAtom(char c) {
        if (commas) {
            return c > ' ' && c < 127 && c != '"' && c != '#' && c != '\'' && c != ',';
        }
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || "_-./@".indexOf(c) >= 0;
    }

    private String string() throws Mistake {
        StringBuilder out = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length() || text.charAt(at) == '\n') {
                throw new Mistake("expected '\"' before the end of the line");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            out.append(c == '\\' ? escape() : c);
        }
        if (out.length() > MAX_STRING) {
            throw new Mistake("string is longer than " + MAX_STRING);
        }
        return out.toString();
    }

    private char escape() throws Mistake {
        if (at >= text.length()) {
            throw new Mistake("expected a character after '\\'");
        }
        char c = text.charAt(at++);
        switch (c) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case '\n':
                line++;
                return '\n';
            default:
                break;
        }
        if (c < '0' || c > '7') {
            return c;
        }
        int value = c - '0';
        for (int i = 0; i < 2 && at < text.length(); i++) {
            char d = text.charAt(at);
            if (d < '0' || d > '7') {
                break;
            }
            value = value * 8 + d - '0';
            at++;
        }
        if (value > 255) {
            throw new Mistake("octal escape is above \\377");
        }
        return (char) value;
    }
}
