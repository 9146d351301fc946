package dev.rearview.tools.kit;

import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkWriter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The one flow file that a command writes: path, notes and compression.
public final class FlowOutput {
    private final Env env;
    private final NoteOptions notes;
    private final CompressionOption compression;
    private Optional<String> path = Optional.empty();

    public FlowOutput(Env env) {
        this.env = env;
        this.notes = new NoteOptions(env);
        this.compression = new CompressionOption(env);
    }

    public void declare(Options options) {
        options.value(
                "output-path",
                "PATH",
                "Write the flows to PATH instead of standard output",
                value -> {
                    if (path.isPresent()) {
                        throw new ToolException("--output-path is given twice");
                    }
                    if (value.isEmpty()) {
                        throw new IllegalArgumentException("empty path");
                    }
                    path = Optional.of(value);
                });
        declareFormat(options);
    }

    /// The switches of an output whose path is an operand.
    public void declareFormat(Options options) {
        notes.declare(options);
        compression.declare(options);
    }

    public String path() {
        return path.orElse("-");
    }

    public boolean isStdout() {
        return OutputFiles.isStdout(path());
    }

    public NoteOptions notes() {
        return notes;
    }

    /// Opens an output whose path is an operand.
    public SilkWriter openAt(String operand, List<SilkHeader.Entry> history) throws IOException {
        path = Optional.of(operand);
        return open(history);
    }

    /// Opens the output in native byte order with both families.
    public SilkWriter open(List<SilkHeader.Entry> history) throws IOException {
        return open(history, false, ByteOrder.nativeOrder());
    }

    /// Opens the output and writes its header.
    ///
    /// @param history entries to carry over; the own command line and notes follow
    public SilkWriter open(List<SilkHeader.Entry> history, boolean ipv4Only, ByteOrder order)
            throws IOException {
        List<SilkHeader.Entry> entries = new ArrayList<>(history);
        entries.add(SilkHeader.invocation(env.command()));
        entries.addAll(notes.entries());
        if (OutputFiles.isStdout(path()) && env.outIsTerminal()) {
            throw new ToolException("will not write binary data to a terminal");
        }
        return new SilkWriter(
                OutputFiles.open(env, path(), true),
                new SilkWriter.Options(
                        ipv4Only,
                        order == ByteOrder.BIG_ENDIAN,
                        compression.of(path()),
                        env.silkVersion()),
                entries);
    }
}
