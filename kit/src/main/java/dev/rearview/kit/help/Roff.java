package dev.rearview.kit.help;

import java.util.regex.Pattern;

/// Text in man(7) markup.
final class Roff {
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");
    private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*");
    private static final String BOLD_TEXT = "\\\\fB$1\\\\fR";

    private Roff() {}

    /// Escapes what man(7) would take for markup, at the start of any line too.
    static String text(String text) {
        StringBuilder out = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            out.append(out.isEmpty() ? "" : "\n").append(line(escaped(line)));
        }
        return out.toString();
    }

    /// One line of Markdown: `code` and **bold** are bold, of a link its text stays.
    static String markdown(String line) {
        String s = LINK.matcher(escaped(line)).replaceAll("$1");
        s = CODE.matcher(s).replaceAll(BOLD_TEXT);
        return line(BOLD.matcher(s).replaceAll(BOLD_TEXT));
    }

    private static String escaped(String line) {
        return line.replace("\\", "\\e").replace("-", "\\-");
    }

    private static String line(String s) {
        return s.startsWith(".") || s.startsWith("'") ? "\\&" + s : s;
    }
}
