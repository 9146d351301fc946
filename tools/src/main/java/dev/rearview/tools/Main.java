package dev.rearview.tools;

import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.OutputFiles;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.Tool;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The one entry point of all commands: the first argument names the command.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int status = run(args);
        OutputFiles.removeUnfinished();
        // Not exit: that starts the logging of java.base to say so, a fifth of a short command.
        Runtime.getRuntime().halt(status);
    }

    static int run(String[] args) {
        if (args.length == 0) {
            System.err.println(
                    "usage: rearview COMMAND [SWITCHES]; commands: "
                            + String.join(" ", Tools.names()));
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(OutputFiles::removeUnfinished));
        List<String> arguments = Arrays.asList(args).subList(1, args.length);
        String line = args[0] + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
        Env env = Env.ofProcess().withCommand(line);
        Optional<Tool> tool = Tools.create(args[0], env);
        if (tool.isEmpty()) {
            System.err.println("rearview: unknown command '" + args[0] + "'");
            return 1;
        }
        return Runner.run(tool.get(), env, arguments);
    }
}
