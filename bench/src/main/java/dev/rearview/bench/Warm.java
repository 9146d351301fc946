package dev.rearview.bench;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Streams;
import dev.rearview.tools.Tools;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A pipeline inside this process: the time of a warm engine.
final class Warm {
    /// As that of a resident engine: files stay open, as DuckDB's do.
    private static final Machine MACHINE = Machine.ofProcess(1);

    private final String pipeline;

    Warm(String pipeline) {
        this.pipeline = pipeline;
    }

    /// What the pipeline prints, statistics of filters among it.
    String answer() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        seconds(out, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    double seconds() throws IOException {
        return seconds(OutputStream.nullOutputStream(), System.err);
    }

    private double seconds(OutputStream out, PrintStream err) throws IOException {
        Streams streams = new Streams(new ByteArrayInputStream(new byte[0]), out, err);
        Context context = new Context(MACHINE, Path.of("").toAbsolutePath(), Map.of());
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
