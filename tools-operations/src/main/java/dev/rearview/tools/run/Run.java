package dev.rearview.tools.run;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.CompletenessOption;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// `rearview run` and `rearview explain`: a pipeline of commands in one process.
public final class Run implements Tool {
    private final Env env;
    private final boolean explains;
    private boolean plansOnly;
    private Optional<String> completeness = Optional.empty();
    private final BiFunction<String, Env, Optional<Tool>> tools;
    private final List<String> names;

    /// @param explains whether the plan is printed in place of the output
    /// @param tools makes commands by name
    /// @param names of the commands
    public Run(
            Env env,
            boolean explains,
            BiFunction<String, Env, Optional<Tool>> tools,
            List<String> names) {
        this.env = env;
        this.explains = explains;
        this.tools = tools;
        this.names = names;
    }

    @Override
    public String name() {
        return explains ? "explain" : "run";
    }

    @Override
    public String summary() {
        return explains
                ? "Tell the plan of a pipeline, run it, and tell what was read and what was left out"
                : "Run a pipeline of commands in one process; prints what the shell's would print";
    }

    @Override
    public String usage() {
        return "'COMMAND [SWITCHES] | COMMAND [SWITCHES] ...'";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Ports by volume",
                        "rearview "
                                + name()
                                + " 'rwfilter --start-date=2026/11/24 --type=all --proto=6"
                                + " --pass=stdout | rwstats --fields=dport --bytes --count=20'"));
    }

    @Override
    public void declare(Options options) {
        if (explains) {
            options.flag("no-run", "Tell the plan alone", () -> plansOnly = true);
        }
        options.optional(
                CompletenessOption.NAME,
                "FORMAT",
                "As that switch of the rwfilter that reads the repository",
                v -> completeness = Optional.of(v));
        // All others are those of the commands.
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.size() != 1) {
            throw new ToolException("give one pipeline, in quotes");
        }
        Pipeline pipeline = new Pipeline(env, operands.getFirst(), tools, names);
        completeness.ifPresent(format ->
                pipeline.addSwitch(CompletenessOption.NAME, format.isEmpty() ? "" : "=" + format));
        if (!explains) {
            return pipeline.run(env.out());
        }
        print("plan", pipeline.plan());
        if (plansOnly) {
            return 0;
        }
        int status = pipeline.run(OutputStream.nullOutputStream());
        print("done", pipeline.explain());
        return status;
    }

    private void print(String title, List<String> lines) throws IOException {
        String text = title + "\n  " + String.join("\n  ", lines) + "\n";
        env.print(text);
        env.out().flush();
    }
}
