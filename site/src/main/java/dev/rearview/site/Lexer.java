package dev.rearview.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Splits a line-oriented configuration file into the words of each line.
final class Lexer {
    private static final int MAX_STRING = 2047;

    /// One line with at least one word.
    ///
    /// @param number counted from 1
    record Line(int number, List<String> words) {
        String first() {
            return words.getFirst();
        }

        int count() {
            return words.size();
        }
    }

    private final Path file;
    private final String text;
    private final boolean commas;
    private int at;
    private int line = 1;

    private Lexer(Path file, String text, boolean commas) {
        this.file = file;
        this.text = text;
        this.commas = commas;
    }

    /// Reads all lines.
    ///
    /// @param commas whether a comma separates words, as in sensor.conf
    static List<Line> read(Path file, boolean commas) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return new Lexer(file, text, commas).lines();
    }

    private List<Line> lines() throws ConfigException {
        List<Line> out = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int start = line;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                if (!words.isEmpty()) {
                    out.add(new Line(start, List.copyOf(words)));
                    words.clear();
                }
                at++;
                line++;
                start = line;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
                at++;
            } else if (c == '#') {
                while (at < text.length() && text.charAt(at) != '\n') {
                    at++;
                }
            } else if (c == ',' && commas) {
                comma(words);
            } else if (c == '"') {
                words.add(string());
            } else {
                words.add(atom(c));
            }
        }
        if (!words.isEmpty()) {
            out.add(new Line(start, List.copyOf(words)));
        }
        return out;
    }

    private void comma(List<String> words) throws ConfigException {
        at++;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        boolean ends = at >= text.length() || ",\n\r#".indexOf(text.charAt(at)) >= 0;
        if (words.size() < 2 || ends) {
            throw new ConfigException(file, line, "expected a value on both sides of ','");
        }
    }

    private String atom(char first) throws ConfigException {
        int from = at;
        while (at < text.length() && isAtom(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw new ConfigException(file, line, "unexpected character '" + first + "'");
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

    private String string() throws ConfigException {
        StringBuilder out = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length() || text.charAt(at) == '\n') {
                throw new ConfigException(file, line, "expected '\"' before the end of the line");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            out.append(c == '\\' ? escape() : c);
        }
        if (out.length() > MAX_STRING) {
            throw new ConfigException(file, line, "string is longer than " + MAX_STRING);
        }
        return out.toString();
    }

    private char escape() throws ConfigException {
        if (at >= text.length()) {
            throw new ConfigException(file, line, "expected a character after '\\'");
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
            throw new ConfigException(file, line, "octal escape is above \\377");
        }
        return (char) value;
    }
}
