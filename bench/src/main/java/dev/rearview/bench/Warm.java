package dev.rearview.bench;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.tools.Tools;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A pipeline inside this process: the time of a warm engine.
final class Warm {
    private final String pipeline;

    Warm(String pipeline) {
        this.pipeline = pipeline;
    }

    double seconds() throws IOException {
        Env env =
                new Env(
                        new ByteArrayInputStream(new byte[0]),
                        OutputStream.nullOutputStream(),
                        System.err,
                        Path.of("").toAbsolutePath(),
                        Map.of(),
                        "run",
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty());
        long start = System.nanoTime();
        int status = Runner.run(Tools.create("run", env).orElseThrow(), env, List.of(pipeline));
        if (status != 0) {
            throw new IOException(pipeline + ": exit " + status);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
