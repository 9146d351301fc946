package dev.rearview.tools.help;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.Nearest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// `rearview help [COMMAND]`.
public final class HelpTool implements Tool {
    private final Env env;
    private final BiFunction<String, Env, Optional<Tool>> tools;
    private final List<String> names;

    /// @param tools makes commands by name
    /// @param names of the commands
    public HelpTool(Env env, BiFunction<String, Env, Optional<Tool>> tools, List<String> names) {
        this.env = env;
        this.tools = tools;
        this.names = names;
    }

    @Override
    public String name() {
        return "help";
    }

    @Override
    public String summary() {
        return "Tell what commands there are, or the switches of one";
    }

    @Override
    public String usage() {
        return "[COMMAND]";
    }

    @Override
    public List<String> operandWords() {
        return names;
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example("What rwfilter can select by", "rearview help rwfilter"));
    }

    @Override
    public void declare(Options options) {
        // None but those of every command.
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.isEmpty()) {
            print(
                    Help.overview(
                            names.stream().flatMap(n -> tools.apply(n, env).stream()).toList()));
        }
        for (String name : operands) {
            Tool tool =
                    tools.apply(name, env)
                            .orElseThrow(() ->
                                    new ToolException(Nearest.unknown("command", name, names)));
            print(Help.of(tool));
        }
        return 0;
    }

    private void print(String text) throws IOException {
        env.print(text);
    }
}
