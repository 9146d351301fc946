package dev.rearview.kit.command;

import dev.rearview.kit.options.Option;
import dev.rearview.kit.options.Options;
import java.util.List;
import java.util.function.Consumer;

/// Texts made from a command's option table: help and version.
public final class Help {
    private static final int WIDTH = 79;
    private static final int INDENT = 8;

    private static final String VERSION = "0.1.0";

    private Help() {}

    /// What `--help` prints.
    public static String of(Tool tool) {
        return text(tool, options(tool));
    }

    /// The switches of a command with those that every command has.
    public static Options options(Tool tool) {
        Options options = new Options();
        tool.declare(options);
        declare(tool, options, text -> {});
        return options;
    }

    /// What `rearview --version` prints.
    public static String productVersion() {
        return "rearview " + VERSION + " (compatible with SiLK 3.22.1)\nLicense: Apache-2.0\n";
    }

    /// What `rearview help` prints: all commands with what they do.
    public static String overview(List<Tool> tools) {
        StringBuilder out = new StringBuilder("rearview COMMAND [SWITCHES]\n");
        out.append("    Collect network flows and ask questions about them\n");
        int width = tools.stream().mapToInt(t -> t.call().length()).max().orElse(0);
        for (boolean verbs : new boolean[] {true, false}) {
            out.append(verbs ? "\nRUN AND LOOK AFTER:\n" : "\nCOMMANDS AS IN SILK:\n");
            for (Tool t : tools) {
                if (t.isVerb() == verbs) {
                    out.append(t.call()).append(" ".repeat(width - t.call().length() + 2));
                    out.append(t.summary()).append('\n');
                }
            }
        }
        return out.append("\n'rearview help COMMAND' tells the switches of one.\n").toString();
    }

    private static String text(Tool tool, Options options) {
        StringBuilder out = new StringBuilder();
        out.append(tool.call()).append(' ').append(tool.usage()).append('\n');
        wrap("    " + tool.summary(), 4, out);
        out.append("\nSWITCHES:\n");
        for (Option option : options.all()) {
            out.append(signature(option)).append('\n');
            wrap(" ".repeat(INDENT) + option.help(), INDENT, out);
        }
        return out.toString();
    }

    public static String signature(Option option) {
        return switch (option.argument()) {
            case NONE -> option.dashed();
            case REQUIRED ->
                    option.dashed()
                            + (option.name().length() == 1 ? " " : "=")
                            + option.placeholder();
            case OPTIONAL -> "--" + option.name() + "[=" + option.placeholder() + "]";
        };
    }

    private static void wrap(String text, int indent, StringBuilder out) {
        int start = 0;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        out.append(" ".repeat(start));
        int column = start;
        for (String word : text.substring(start).split(" ", -1)) {
            if (column > indent && column + 1 + word.length() > WIDTH) {
                out.append('\n').append(" ".repeat(indent));
                column = indent;
            } else if (column > indent) {
                out.append(' ');
                column++;
            }
            out.append(word);
            column += word.length();
        }
        out.append('\n');
    }

    private static String version(String name) {
        return name
                + ": part of Rearview "
                + VERSION
                + " (compatible with SiLK 3.22.1); configuration settings:\n"
                + "    * Timezone support:                 UTC\n"
                + "    * Available compression methods:    none [default], zlib, lzo1x, snappy\n"
                + "    * IPv6 network connections:         yes\n"
                + "    * IPv6 flow record support:         yes\n"
                + "    * IPFIX/NetFlow9/sFlow collection:  ipfix,netflow9,sflow\n"
                + "License: Apache-2.0\n";
    }

    /// Declares the switches that every command has.
    ///
    /// @param answer takes the text to print
    public static void declare(Tool tool, Options options, Consumer<String> answer) {
        options.flag("help", "Print this help and exit", () -> answer.accept(text(tool, options)));
        options.flag(
                "version", "Print the version and exit", () -> answer.accept(version(tool.name())));
    }
}
