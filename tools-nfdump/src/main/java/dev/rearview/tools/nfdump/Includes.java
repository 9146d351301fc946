package dev.rearview.tools.nfdump;

import dev.rearview.kit.command.Env;
import dev.rearview.tools.nfdump.filter.FilterException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts files in the place of `@include FILE` in a filter.
final class Includes {
    private static final Pattern INCLUDE = Pattern.compile("@include\\s+(\\S+)");
    private static final int MAX_DEPTH = 16;
    private static final int MAX_SIZE = 64 << 20;

    private final Env env;

    Includes(Env env) {
        this.env = env;
    }

    String expand(String text) throws IOException {
        String out = text;
        for (int depth = 0; out.contains("@include"); depth++) {
            if (depth == MAX_DEPTH) {
                throw new FilterException(1, "files include each other");
            }
            out = once(out);
        }
        return out;
    }

    private String once(String text) throws IOException {
        Matcher m = INCLUDE.matcher(text);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (m.find(at)) {
            out.append(text, at, m.start()).append('\n');
            out.append(Files.readString(env.path(m.group(1)))).append('\n');
            if (out.length() > MAX_SIZE) {
                throw new FilterException(1, "more than " + MAX_SIZE + " characters");
            }
            at = m.end();
        }
        if (at == 0) {
            throw new FilterException(text.indexOf("@include") + 1, "@include without a file");
        }
        return out.append(text, at, text.length()).toString();
    }
}
