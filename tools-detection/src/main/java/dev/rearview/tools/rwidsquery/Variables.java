package dev.rearview.tools.rwidsquery;

import dev.rearview.model.MalformedInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The variables of Snort's configuration: lines of `var`, `ipvar` and `portvar`.
final class Variables {
    private static final int MOST = 1 << 16;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_LENGTH = 1 << 20;

    private static final Pattern LINE =
            Pattern.compile("\\s*(?:var|ipvar|portvar)\\s+(\\S+)\\s+(\\S.*)");

    /// `$NAME`, `$(NAME)`, and `$(NAME:-DEFAULT)`. Each place is tried but once, and no further
    /// than the next parenthesis, so that hostile texts take no longer than others.
    private static final Pattern USE =
            Pattern.compile(
                    "\\$(?:\\(([A-Za-z0-9_]++)(?::-([^()]*+))?+[^()]*+\\)|([A-Za-z0-9_]++))");

    private final Map<String, String> values = new HashMap<>();

    static Variables read(BufferedReader in, String name) throws IOException {
        Variables out = new Variables();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Matcher m = LINE.matcher(Lines.joined(line, in));
            if (m.matches()) {
                String value = m.group(2);
                int comment = value.indexOf(" #");
                out.values.put(
                        m.group(1), (comment < 0 ? value : value.substring(0, comment)).strip());
                if (out.values.size() > MOST) {
                    throw new MalformedInputException(
                            name, -1, "", "more than " + MOST + " variables");
                }
            }
        }
        return out;
    }

    /// A text with the values of all variables that it names.
    ///
    /// @throws IllegalArgumentException where one is not known
    String expand(String text) {
        String out = text;
        for (int depth = 0; out.indexOf('$') >= 0; depth++) {
            if (depth == MAX_DEPTH) {
                throw new IllegalArgumentException(
                        "'" + text + "' leads through more than " + MAX_DEPTH + " variables");
            }
            out = expandOnce(out);
        }
        return out;
    }

    private String expandOnce(String text) {
        Matcher m = USE.matcher(text);
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (m.find()) {
            String name = m.group(1) == null ? m.group(3) : m.group(1);
            String value = values.get(name);
            if (value == null) {
                value = m.group(2);
            }
            if (value == null) {
                throw new IllegalArgumentException(
                        "no variable $" + name + ": --config-file names the file that has it");
            }
            out.append(text, from, m.start()).append(value);
            from = m.end();
            if (out.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("variables of more than " + MAX_LENGTH);
            }
        }
        if (from == 0) {
            throw new IllegalArgumentException("'" + text + "' has a $ and no name");
        }
        return out.append(text, from, text.length()).toString();
    }
}
