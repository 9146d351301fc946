package dev.rearview.collector.commands;

import dev.rearview.text.ShellWords;
import java.util.ArrayList;
import java.util.List;

/// A command line in which `%s` stands for the path of a file and `%%` for a percent sign. It is
/// split into words once, before any path is put in, and no shell sees it: whatever a path holds,
/// it stays one word, or a part of one.
public final class PathCommand {
    private final List<String> words;

    /// @throws IllegalArgumentException where another character follows a percent sign, or where a
    ///   shell would do more than split words
    public PathCommand(String template) {
        this.words = ShellWords.command(template);
        of("");
    }

    private static String expand(String word, String path) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            char what = ++i < word.length() ? word.charAt(i) : ' ';
            switch (what) {
                case 's' -> out.append(path);
                case '%' -> out.append('%');
                default -> throw new IllegalArgumentException("'%' must be followed by 's' or '%'");
            }
        }
        return out.toString();
    }

    /// The words of the command for one file; none where there is nothing to run.
    public List<String> of(String path) {
        List<String> out = new ArrayList<>(words.size());
        for (String word : words) {
            out.add(expand(word, path));
        }
        return out;
    }
}
