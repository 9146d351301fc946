package dev.rearview.kit.help;

import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Option;
import java.util.List;

/// A command's page of the reference in Markdown, made from its option table as its man page is.
public final class ReferencePage {
    private ReferencePage() {}

    public static String of(Tool tool) {
        StringBuilder out = new StringBuilder("# ").append(tool.page()).append("\n\n");
        out.append(text(tool.summary())).append(".\n\n");
        out.append("    ").append(tool.call()).append(' ').append(tool.usage()).append("\n\n");
        if (!tool.description().isEmpty()) {
            out.append(text(tool.description().strip())).append("\n\n");
        }
        out.append("| switch | meaning |\n|---|---|\n");
        for (Option option : Help.options(tool).all()) {
            out.append("| `").append(cell(Help.signature(option))).append("` | ");
            out.append(cell(text(option.help()))).append(" |\n");
        }
        for (Tool.Example e : tool.examples()) {
            out.append('\n').append(text(e.purpose())).append(":\n\n    ");
            out.append(e.command().replace("\n", "\n    ")).append('\n');
        }
        return out.toString();
    }

    /// The page that names all commands.
    public static String index(List<Tool> tools) {
        StringBuilder out = new StringBuilder("# Commands\n\n");
        out.append("Made from the option tables of the commands, as `--help`, the man pages and");
        out.append(" the completion are; `./rearview reference` writes it anew.\n");
        for (boolean verbs : new boolean[] {false, true}) {
            out.append(verbs ? "\n## Verbs of rearview\n\n" : "\n## SiLK's names\n\n");
            out.append("| command | what it does |\n|---|---|\n");
            for (Tool t : tools) {
                if (t.isVerb() == verbs) {
                    out.append("| [").append(t.call()).append("](").append(t.page());
                    out.append(".md) | ").append(cell(text(t.summary()))).append(" |\n");
                }
            }
        }
        return out.toString();
    }

    /// Text in which nothing is taken for markup by chance.
    private static String text(String s) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '*' || c == '_' || c == '<' || c == '[' || c == '`' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        return out.toString();
    }

    private static String cell(String s) {
        return s.replace("|", "\\|").replace("\n", " ");
    }
}
