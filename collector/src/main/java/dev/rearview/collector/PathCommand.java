package dev.rearview.collector;

import java.io.IOException;

/// A command line for a shell in which `%s` stands for the path of a file and `%%` for a percent
/// sign.
public record PathCommand(String template) {
    /// @throws IllegalArgumentException where another character follows a percent sign
    public PathCommand {
        expand(template, "");
    }

    private static String expand(String template, String path) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            char what = ++i < template.length() ? template.charAt(i) : ' ';
            switch (what) {
                case 's' -> out.append(path);
                case '%' -> out.append('%');
                default -> throw new IllegalArgumentException("'%' must be followed by 's' or '%'");
            }
        }
        return out.toString();
    }

    /// The command line for one file.
    public String of(String path) {
        return expand(template, path);
    }

    /// Runs it for one file without waiting for its end; an empty one does nothing.
    void start(String path) throws IOException {
        if (!template.isEmpty()) {
            new ProcessBuilder("sh", "-c", of(path)).inheritIO().start();
        }
    }
}
