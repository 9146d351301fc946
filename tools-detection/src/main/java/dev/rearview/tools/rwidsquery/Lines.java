package dev.rearview.tools.rwidsquery;

import java.io.BufferedReader;
import java.io.IOException;

/// Lines that a backslash joins with the next.
final class Lines {
    private static final int MAX_LENGTH = 1 << 20;

    private Lines() {}

    /// A line with those that it goes on in.
    static String joined(String first, BufferedReader in) throws IOException {
        if (!first.stripTrailing().endsWith("\\")) {
            return first;
        }
        StringBuilder out = new StringBuilder();
        for (String line = first; line != null; line = in.readLine()) {
            String s = line.stripTrailing();
            boolean goesOn = s.endsWith("\\");
            out.append(goesOn ? s.substring(0, s.length() - 1) : s).append(' ');
            if (out.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "lines that a backslash joins to more than " + MAX_LENGTH);
            }
            if (!goesOn) {
                break;
            }
        }
        return out.toString();
    }
}
