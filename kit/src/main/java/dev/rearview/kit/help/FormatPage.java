package dev.rearview.kit.help;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A man page of section 5, made from a page of the reference in Markdown: headings, paragraphs,
/// bullets, code that is indented or fenced, and tables, whose rows become definitions.
public final class FormatPage {
    private static final Pattern ITEM = Pattern.compile("([-*]|[0-9]+\\.) +(.*)");
    private static final Pattern RULE = Pattern.compile("\\|[-:| ]+");
    private static final String FENCE = "```";

    private final StringBuilder out = new StringBuilder();
    private final List<String> paragraph = new ArrayList<>();
    private String before = "";
    private boolean inCode;
    private int blanks;
    private boolean inFence;

    private FormatPage() {}

    /// @param name of the page, such as `silk.conf`
    /// @param lines of the Markdown
    public static String of(String name, List<String> lines) {
        FormatPage page = new FormatPage();
        int start = 0;
        while (start < lines.size() && !lines.get(start).startsWith("# ")) {
            start++;
        }
        page.out.append(".TH ").append(name.toUpperCase(Locale.ROOT)).append(" 5 \"\" Rearview\n");
        page.out.append(".SH NAME\n").append(name).append(" \\- ");
        page.out.append(Roff.markdown(purpose(name, lines.subList(start, lines.size()))));
        page.out.append("\n.SH DESCRIPTION\n");
        for (String line : lines.subList(Math.min(start + 1, lines.size()), lines.size())) {
            page.take(line);
        }
        page.endParagraph();
        page.code(false);
        return page.out.append(".SH SEE ALSO\n.BR rearview (1)\n").toString();
    }

    /// What the title says after the name, or the first sentence.
    private static String purpose(String name, List<String> lines) {
        if (lines.isEmpty()) {
            return name;
        }
        String title = lines.getFirst().substring(2).replace("`", "").strip();
        String rest = title.startsWith(name) ? title.substring(name.length()) : title;
        rest = rest.replaceFirst("^\\(5\\)", "").replaceFirst("^[\\s:,\u2013\u2014-]+", "");
        if (!rest.isEmpty()) {
            return rest;
        }
        StringBuilder first = new StringBuilder();
        for (String line : lines.subList(1, lines.size())) {
            if (line.isBlank() && !first.isEmpty()) {
                break;
            }
            first.append(first.isEmpty() ? "" : " ").append(line.strip());
        }
        return first.toString().replaceFirst("(?<=[a-z)`])[.:] .*|[.:]$", "");
    }

    private void take(String line) {
        if (line.startsWith(FENCE)) {
            endParagraph();
            code(false);
            inFence = !inFence;
            code(inFence);
        } else if (inFence) {
            out.append(Roff.text(line)).append('\n');
        } else if (line.startsWith("    ")
                && (inCode || (paragraph.isEmpty() && before.isBlank()))) {
            code(true);
            out.append("\n".repeat(blanks)).append(Roff.text(line.substring(4))).append('\n');
            blanks = 0;
        } else if (inCode && line.isBlank()) {
            // It counts if code follows.
            blanks++;
        } else {
            code(false);
            text(line);
        }
        before = line;
    }

    private void text(String line) {
        Matcher item = ITEM.matcher(line);
        if (line.startsWith("#")) {
            endParagraph();
            String heading = line.replaceFirst("^#+ *", "");
            boolean top = line.startsWith("## ") || line.startsWith("# ");
            String shown = top ? heading.toUpperCase(Locale.ROOT).replace("`", "") : heading;
            out.append(top ? ".SH " : ".SS ").append(Roff.markdown(shown)).append('\n');
        } else if (line.startsWith("|")) {
            row(line);
        } else if (line.isBlank()) {
            endParagraph();
        } else if (item.matches()) {
            endParagraph();
            boolean bullet = !Character.isDigit(line.charAt(0));
            out.append(".IP ").append(bullet ? "\\(bu 2" : item.group(1) + " 4").append('\n');
            paragraph.add("");
            paragraph.add(item.group(2));
        } else {
            paragraph.add(line.strip());
        }
    }

    /// A row of a table: its first cell is a term, the others say what that is.
    private void row(String line) {
        boolean isFirst = !before.startsWith("|");
        endParagraph();
        if (isFirst || RULE.matcher(line).matches()) {
            return;
        }
        String[] cells = line.strip().replaceAll("^\\||\\|$", "").split("(?<!\\\\)\\|", -1);
        List<String> rest = new ArrayList<>();
        for (int i = 1; i < cells.length; i++) {
            String cell = cells[i].strip().replace("\\|", "|");
            if (!cell.isEmpty()) {
                rest.add(cell);
            }
        }
        out.append(".TP\n.B ")
                .append(Roff.text(cells[0].strip().replace("`", "").replace("\\|", "|")));
        out.append('\n').append(Roff.markdown(String.join("; ", rest))).append('\n');
    }

    /// Writes the lines that belong together; an empty first one says that they are an item's.
    private void endParagraph() {
        if (paragraph.isEmpty()) {
            return;
        }
        boolean isItem = paragraph.getFirst().isEmpty();
        if (!isItem) {
            out.append(".PP\n");
        }
        for (String line : paragraph.subList(isItem ? 1 : 0, paragraph.size())) {
            out.append(Roff.markdown(line)).append('\n');
        }
        paragraph.clear();
    }

    private void code(boolean start) {
        if (start != inCode) {
            out.append(start ? ".PP\n.RS 4\n.nf\n" : ".fi\n.RE\n");
            blanks = 0;
        }
        inCode = start;
    }
}
