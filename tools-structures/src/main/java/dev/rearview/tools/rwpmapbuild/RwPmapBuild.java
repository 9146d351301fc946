package dev.rearview.tools.rwpmapbuild;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.MapOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.PrefixMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a prefix map of text.
public final class RwPmapBuild implements Tool {
    private final Env env;
    private final HeaderOptions header;
    private String input = "-";
    private String output = "-";
    private PrefixMap.@Nullable Kind mode;
    private boolean dryRun;
    private boolean ignoreErrors;

    public RwPmapBuild(Env env) {
        this.env = env;
        this.header = new HeaderOptions(env, History.OWN);
    }

    @Override
    public String name() {
        return "rwpmapbuild";
    }

    @Override
    public String summary() {
        return "Make a binary prefix map of text";
    }

    @Override
    public String usage() {
        return "[SWITCHES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Make a map of one's own networks",
                        "printf '10.1.0.0/16 office\\n10.2.0.0/16 lab\\n' | rwpmapbuild --output-path=nets.pmap"));
    }

    @Override
    public void declare(Options options) {
        options.value("input-path", "PATH", "Read the text from PATH", this::setInput);
        options.value("output-path", "PATH", "Write the map to PATH", this::setOutput);
        options.alias("input-file", "input-path");
        options.alias("output-file", "output-path");
        options.value(
                "mode",
                "MODE",
                "What the keys are: ipv4, ipv6 or proto-port; default ipv4",
                v -> mode = MapText.mode(v));
        options.flag("dry-run", "Check the input only", () -> dryRun = true);
        options.flag(
                "ignore-errors", "Write the map even if lines are bad", () -> ignoreErrors = true);
        header.declareUncompressed(options);
    }

    private void setInput(String path) {
        if (!input.equals("-")) {
            throw new ToolException("the input is named twice");
        }
        input = path;
    }

    private void setOutput(String path) {
        if (!output.equals("-")) {
            throw new ToolException("the output is named twice");
        }
        output = path;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        header.check();
        MapText text = new MapText(mode, ignoreErrors);
        int errors = 0;
        try (BufferedReader reader = InputFiles.lines(env, input, StandardCharsets.UTF_8)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                String s = InputFiles.withoutComment(line).strip();
                if (s.isEmpty()) {
                    continue;
                }
                try {
                    text.statement(s);
                } catch (IllegalArgumentException e) {
                    env.tell(input + ":" + number + ": " + e.getMessage());
                    errors++;
                }
            }
        }
        if (errors > 0 && !ignoreErrors) {
            return 1;
        }
        if (!dryRun) {
            new MapOutput(env, header).write(output, text.map());
        }
        return 0;
    }
}
