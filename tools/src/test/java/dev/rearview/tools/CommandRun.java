package dev.rearview.tools;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Ip;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.store.ParquetSink;
import dev.rearview.store.ParquetWriter;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.Tool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Runs commands in a directory that has a site file and flows.
public final class CommandRun {
    /// 2024-02-28T00:00:00Z.
    public static final long DAY_MS = 1_709_078_400_000L;

    /// @param out standard output without the blanks that fill columns
    /// @param err standard error
    public record Result(int status, String out, String err) {
        public List<String> lines() {
            return out.lines().toList();
        }
    }

    private final Path directory;

    public CommandRun(Path directory) throws IOException {
        this.directory = directory;
        Files.writeString(
                directory.resolve("silk.conf"),
                """
                version 2
                sensor 0 NORTH
                sensor 1 SOUTH
                class all
                    sensors NORTH SOUTH
                end class
                class lab
                    sensors SOUTH
                end class
                class all
                    type 0 in in
                    type 1 out out
                    default-types in
                end class
                class lab
                    type 2 tap tap
                    default-types tap
                end class
                default-class all
                """);
    }

    /// Runs the words of a command line.
    public Result run(String line, String in) {
        List<String> words = List.of(line.split(" "));
        return run(
                env -> Tools.create(words.getFirst(), env).orElseThrow(),
                words.subList(1, words.size()),
                in);
    }

    public Result run(String line) {
        return run(line, "");
    }

    public Result run(Function<Env, Tool> tool, List<String> arguments, String in) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Env env =
                new Env(
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        directory,
                        Map.of("SILK_CONFIG_FILE", "silk.conf", "SILK_CLOBBER", "1"),
                        "test",
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty());
        int status = Runner.run(tool.apply(env), env, arguments);
        return new Result(
                status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// Writes flows: a Parquet file if the name ends so, otherwise SiLK's format.
    public void write(String name, FlowRecord... flows) throws IOException {
        Path path = directory.resolve(name);
        try (FlowSink sink =
                name.endsWith(".parquet")
                        ? new ParquetSink(
                                Files.newOutputStream(path), ParquetWriter.Codec.UNCOMPRESSED)
                        : new SilkWriter(
                                Files.newOutputStream(path),
                                new SilkWriter.Options(false, false, Compression.NONE, 0),
                                List.of())) {
            for (FlowRecord f : flows) {
                sink.write(f);
            }
        }
    }

    /// A flow of one packet between two IPv4 addresses that lasts no time.
    public static FlowRecord flow(long startMs, int protocol) {
        FlowRecord r = new FlowRecord();
        r.sipLo = Ip.mapped(0x0A00_0001);
        r.dipLo = Ip.mapped(0x0A00_0002);
        r.protocol = protocol;
        r.packets = 1;
        r.bytes = 40;
        r.stime = startMs * 1000;
        r.sensor = 0;
        r.flowtype = 0;
        return r;
    }
}
