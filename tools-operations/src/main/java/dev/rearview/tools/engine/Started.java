package dev.rearview.tools.engine;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.ToolException;
import dev.rearview.resident.EngineClient;
import dev.rearview.resident.EngineDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A resident engine that was started and answers.
///
/// @param status what it says of itself
record Started(String status) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long MOST_LOG = 1 << 20;

    /// Starts one by the product's launcher, in a session of its own, and waits until it answers.
    /// What the JVM fixes at its start is made the same whoever starts it: names are UTF-8, and the
    /// zone is the machine's.
    static Started of(EngineDirectory directory, Env env, List<String> switches)
            throws IOException {
        Path home = Path.of(System.getProperty("rearview.home", ".")).toRealPath();
        List<String> words = new ArrayList<>();
        words.add(home.resolve("bin/rearview").toString());
        words.addAll(List.of("engine", "start", "--foreground"));
        words.addAll(switches);
        File log = directory.log().toFile();
        if (log.length() > MOST_LOG) {
            Files.delete(directory.log());
        }
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(new File("/"))
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .redirectError(ProcessBuilder.Redirect.appendTo(log));
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("REARVIEW_ENGINE", "off");
        environment.remove("TZ");
        return await(directory, env, builder.start());
    }

    private static Started await(EngineDirectory directory, Env env, Process process)
            throws IOException {
        EngineClient client = new EngineClient(directory);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            env.context().check();
            // Before the look: another one may be the one that answers.
            boolean isAlive = process.isAlive();
            Optional<String> status = client.status();
            if (status.isPresent()) {
                return new Started(status.get());
            }
            if (!isAlive) {
                throw ToolException.failure("it has ended at once: see " + directory.log());
            }
            EngineTool.pause();
        }
        process.destroy();
        throw ToolException.failure("it does not answer: see " + directory.log());
    }
}
