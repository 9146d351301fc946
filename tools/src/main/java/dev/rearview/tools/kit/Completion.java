package dev.rearview.tools.kit;

import java.util.List;
import java.util.stream.Collectors;

/// Completion of commands for bash, made from their option tables: switches, the words that a
/// switch's value is made of, and files.
public final class Completion {
    /// `=` divides words in bash, so a switch, the sign and the value come as three.
    private static final String HEAD =
            """
            # Completion of Rearview's commands for bash; source it from ~/.bashrc.
            _rearview() {
                local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} switch= list=
                COMPREPLY=()
                if [ "$current" = "=" ]; then
                    switch=$before current=
                elif [ "$before" = "=" ]; then
                    switch=${COMP_WORDS[COMP_CWORD-2]}
                elif [[ $current == --*=* ]]; then
                    switch=${current%%=*} list=$switch=
                    current=${current#*=}
                fi
                if [ -n "$switch" ]; then
                    local words=$(_rearview_words "${COMP_WORDS[0]##*/}" "$switch")
                    if [ -n "$words" ]; then
                        local last=${current##*,}
                        compopt -o nospace
                        COMPREPLY=($(compgen -P "$list${current%"$last"}" -W "$words" -- "$last"))
                    else
                        compopt -o filenames
                        COMPREPLY=($(compgen -P "$list" -f -- "$current"))
                    fi
                elif [[ $current == -* ]]; then
                    COMPREPLY=($(compgen -W "$(_rearview_switches "${COMP_WORDS[0]##*/}")" -- "$current"))
                    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
                else
                    compopt -o filenames
                    COMPREPLY=($(compgen -f -- "$current"))
                fi
            }
            """;

    private Completion() {}

    /// A script for bash.
    public static String bash(List<Tool> tools) {
        StringBuilder switches = new StringBuilder("_rearview_switches() {\n    case $1 in\n");
        StringBuilder words = new StringBuilder("_rearview_words() {\n    case $1$2 in\n");
        for (Tool tool : tools) {
            Options options = new Options();
            tool.declare(options);
            Help.declare(tool, options, text -> {});
            switches.append("        ").append(tool.name()).append(") echo '");
            switches.append(
                    options.all().stream()
                            .map(Completion::proposal)
                            .collect(Collectors.joining(" ")));
            switches.append("' ;;\n");
            for (Option o : options.all()) {
                List<String> of = o.words().get();
                if (!of.isEmpty()) {
                    words.append("        ").append(tool.name()).append("--").append(o.name());
                    words.append(") echo '").append(String.join(" ", of)).append("' ;;\n");
                }
            }
        }
        String end = "    esac\n}\n";
        return HEAD
                + switches
                + end
                + words
                + end
                + "complete -F _rearview "
                + tools.stream()
                        .map(Tool::name)
                        .filter(n -> n.startsWith("rw") || n.equals("mapsid"))
                        .collect(Collectors.joining(" "))
                + "\n";
    }

    private static String proposal(Option o) {
        return "--" + o.name() + (o.argument() == Option.Argument.REQUIRED ? "=" : "");
    }
}
