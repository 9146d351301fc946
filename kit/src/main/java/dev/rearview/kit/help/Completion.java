package dev.rearview.kit.help;

import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Option;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Completion of commands for bash, zsh and fish, made from their option tables: switches, the
/// words that a switch's value is made of, what the site configuration names, verbs, and files.
public final class Completion {
    private final Map<String, Tool> tools;

    /// @param tools by name, other names of a command included
    public Completion(Map<String, Tool> tools) {
        this.tools = new TreeMap<>(tools);
    }

    /// A script for bash.
    public String bash() {
        return Scripts.BASH + tables() + "complete -F _rearview rearview " + commands() + "\n";
    }

    /// A function for zsh, by the name `_rearview`.
    public String zsh() {
        return "#compdef rearview " + commands() + "\n" + Scripts.ZSH_SITE + tables() + Scripts.ZSH;
    }

    /// A script for fish.
    public String fish() {
        StringBuilder out = new StringBuilder(Scripts.FISH);
        tools.forEach((name, tool) -> {
            out.append("complete -c rearview -f -n __fish_use_subcommand -a ").append(name);
            out.append(" -d ").append(quoted(tool.summary())).append('\n');
            // A verb is completed by a name that no command has.
            String command = (tool.isVerb() ? "rearview-" : "") + name;
            for (Option o : Help.options(tool).all()) {
                out.append("complete -c ").append(command);
                out.append(" -l ").append(o.name()).append(fishValue(o));
                out.append(" -d ").append(quoted(o.help())).append('\n');
            }
            if (!tool.operandWords().isEmpty()) {
                out.append("complete -c ").append(command).append(" -f -a ");
                out.append(quoted(String.join(" ", tool.operandWords()))).append('\n');
            }
        });
        return out.toString();
    }

    private static String fishValue(Option o) {
        List<String> words = SharedValues.words(o);
        List<String> fields = SharedValues.siteFields(o);
        String required = o.argument() == Option.Argument.REQUIRED ? " -r" : "";
        if (!fields.isEmpty()) {
            String of = String.join(" ", fields);
            return " -x -a '(__rearview_list (__rearview_site " + of + "))'";
        }
        return words.isEmpty()
                ? required
                : required + " -f -a '(__rearview_list " + String.join(" ", words) + ")'";
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /// Functions that bash and zsh share: switches of a command, words of a switch, operands.
    private String tables() {
        StringBuilder switches = new StringBuilder("_rearview_switches() {\n    case $1 in\n");
        StringBuilder words = new StringBuilder("_rearview_words() {\n    case $1$2 in\n");
        StringBuilder operands = new StringBuilder("_rearview_operands() {\n    case $1 in\n");
        row(operands, "rearview", String.join(" ", tools.keySet()));
        row(switches, "rearview", "--help --version");
        tools.forEach((name, tool) -> {
            List<Option> options = Help.options(tool).all();
            row(
                    switches,
                    name,
                    options.stream().map(Completion::proposal).collect(Collectors.joining(" ")));
            for (Option o : options) {
                words(words, name + "--" + o.name(), o);
            }
            if (!tool.operandWords().isEmpty()) {
                row(operands, name, String.join(" ", tool.operandWords()));
            }
        });
        String end = "    esac\n}\n";
        return switches + end + words + end + operands + end;
    }

    private static void words(StringBuilder out, String key, Option o) {
        List<String> fields = SharedValues.siteFields(o);
        List<String> words = SharedValues.words(o);
        if (!fields.isEmpty()) {
            out.append("        ").append(key).append(") _rearview_site ");
            out.append(String.join(" ", fields)).append(" ;;\n");
        } else if (!words.isEmpty()) {
            row(out, key, String.join(" ", words));
        }
    }

    private static void row(StringBuilder out, String key, String text) {
        out.append("        ").append(key).append(") echo '").append(text).append("' ;;\n");
    }

    private static String proposal(Option o) {
        return "--" + o.name() + (o.argument() == Option.Argument.REQUIRED ? "=" : "");
    }

    /// The commands that a shell is to complete besides `rearview`.
    private String commands() {
        return tools.entrySet().stream()
                .filter(e -> !e.getValue().isVerb())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" "));
    }
}
