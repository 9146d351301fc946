package dev.rearview.text;

import java.util.ArrayList;
import java.util.List;

/// Takes a command line apart as a shell would, and quotes for one: words, quotes, backslashes and
/// `|`. Nothing is expanded.
public final class ShellWords {
    private static final String OTHERS = "&;<>()`$*?[";

    private ShellWords() {}

    /// The words of one command; none where the text is blank.
    ///
    /// @throws IllegalArgumentException on anything that a shell would do beyond splitting
    public static List<String> command(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        List<List<String>> commands = pipeline(text);
        if (commands.size() > 1) {
            throw new IllegalArgumentException("'|': only one command is run; quote it");
        }
        return commands.getFirst();
    }

    /// The commands of a pipeline, each as its words.
    ///
    /// @throws IllegalArgumentException on anything that a shell would do beyond pipes
    public static List<List<String>> pipeline(String text) {
        List<List<String>> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\' && quote == '"' && i + 1 < text.length()) {
                    word.append(text.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (c == '\\' && i + 1 < text.length()) {
                // A backslash at the end of a line joins it with the next.
                char next = text.charAt(++i);
                if (next != '\n') {
                    word.append(next);
                    inWord = true;
                }
            } else if (OTHERS.indexOf(c) >= 0) {
                throw new IllegalArgumentException(
                        "'"
                                + c
                                + "' at "
                                + (i + 1)
                                + ": only commands and pipes are run; quote it");
            } else if (Character.isWhitespace(c) || c == '|') {
                if (inWord || !word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
                if (c == '|') {
                    commands.add(command(words, i));
                    words = new ArrayList<>();
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("quote " + quote + " is not closed");
        }
        if (inWord) {
            words.add(word.toString());
        }
        commands.add(command(words, text.length()));
        return commands;
    }

    private static List<String> command(List<String> words, int at) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("no command before " + (at + 1));
        }
        return List.copyOf(words);
    }

    /// A word as a shell takes it, in quotes where it needs them: for commands that a user is
    /// shown.
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+,-]+")
                ? word
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
