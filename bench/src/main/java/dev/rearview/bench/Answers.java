package dev.rearview.bench;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Brings what commands print into the form of [Duck#rows], to compare answers.
final class Answers {
    private static final Pattern ROW = Pattern.compile("(?m)^ *[0-9/][^|\\n]*(\\|[^|\\n]*)*\\|?$");
    private static final Pattern PASS =
            Pattern.compile("(?m)^ Pass\\| *(\\d+)\\| *(\\d+)\\| *(\\d+)\\|");
    private static final Pattern ADDRESS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)");

    private Answers() {}

    /// The rows of a command's output for a question.
    static List<String> of(Question q, String output) {
        List<String> rows = new ArrayList<>();
        if (q.number() <= 2) {
            Matcher m = PASS.matcher(output);
            if (m.find()) {
                rows.add(m.group(1) + " " + m.group(2) + " " + m.group(3));
            }
            return rows;
        }
        Matcher m = ROW.matcher(output);
        while (m.find()) {
            String[] cells = m.group().split("\\|", -1);
            StringBuilder row = new StringBuilder();
            int wanted =
                    switch (q.number()) {
                        case 4, 7 -> 4;
                        case 8 -> 1;
                        default -> 2;
                    };
            for (int i = 0; i < Math.min(wanted, cells.length); i++) {
                row.append(i == 0 ? "" : " ").append(cell(q, cells[i].strip()));
            }
            rows.add(row.toString());
        }
        return rows;
    }

    private static String cell(Question q, String text) {
        Matcher ip = ADDRESS.matcher(text);
        if (ip.matches()) {
            StringBuilder hex = new StringBuilder();
            for (int i = 1; i <= 4; i++) {
                hex.append(String.format(Locale.ROOT, "%02X", Integer.parseInt(ip.group(i))));
            }
            return hex.toString();
        }
        if (q.number() == 7 && text.indexOf('T') > 0) {
            return Long.toString(
                    LocalDateTime.parse(text.replace('/', '-')).toEpochSecond(ZoneOffset.UTC));
        }
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
