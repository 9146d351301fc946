package dev.rearview.tools.run;

import dev.rearview.tools.kit.ToolException;
import java.util.ArrayList;
import java.util.List;

/// Takes a pipeline apart as a shell would: words, quotes, backslashes and `|`.
final class Words {
    private static final String OTHERS = "&;<>()`$*?[";

    private Words() {}

    /// The commands of a pipeline, each as its words.
    ///
    /// @throws ToolException on anything that a shell would do beyond pipes
    static List<List<String>> parse(String text) {
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
                throw new ToolException(
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
            throw new ToolException("quote " + quote + " is not closed");
        }
        if (inWord) {
            words.add(word.toString());
        }
        commands.add(command(words, text.length()));
        return commands;
    }

    private static List<String> command(List<String> words, int at) {
        if (words.isEmpty()) {
            throw new ToolException("no command before " + (at + 1));
        }
        return List.copyOf(words);
    }
}
