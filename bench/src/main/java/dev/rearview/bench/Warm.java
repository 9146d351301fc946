package dev.rearview.bench;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Streams;
import dev.rearview.tools.Tools;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A pipeline inside this process: the time of a warm engine.
final class Warm {
    private final String pipeline;

    Warm(String pipeline) {
        this.pipeline = pipeline;
    }

    double seconds() throws IOException {
        Streams streams =
                new Streams(
                        new ByteArrayInputStream(new byte[0]),
                        OutputStream.nullOutputStream(),
                        System.err);
        Context context = new Context(Machine.ofProcess(), Path.of("").toAbsolutePath(), Map.of());
        Env env = new Env(streams, context, "run");
        long start = System.nanoTime();
        int status = Runner.run(Tools.create("run", env).orElseThrow(), env, List.of(pipeline));
        env.end();
        if (status != 0) {
            throw new IOException(pipeline + ": exit " + status);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
