package dev.rearview.kit.flows;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.Outlets;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.NoteOptions;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.model.FlowSink;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkWriter;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// The one flow file that a command writes: path, notes and compression.
public final class FlowOutput {
    private final Env env;
    private final History past;
    private final NoteOptions notes;
    private final CompressionOption compression;
    private Optional<String> path = Optional.empty();

    /// @param past what the output keeps of its inputs' past
    public FlowOutput(Env env, History past) {
        this.env = env;
        this.past = past;
        this.notes = new NoteOptions(env);
        this.compression = new CompressionOption(env);
    }

    public void declare(Options options) {
        declare(
                options,
                "output-path",
                "Write the flows to PATH instead of standard output; Parquet if it ends in .parquet");
    }

    /// Declares the switches of a command that calls the one for the path by another name.
    public void declare(Options options, String name, String help) {
        options.value(name, "PATH", help, value -> path = Optional.of(SwitchValues.path(value)))
                .once();
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

    /// Whether a path was named.
    public boolean isGiven() {
        return path.isPresent();
    }

    public boolean isStdout() {
        return OutputFiles.isStdout(path());
    }

    public NoteOptions notes() {
        return notes;
    }

    /// The query of a command whose answer are the flows of a plan.
    public Query query(FlowPlan flows) {
        return new Query(flows, new Product.Flows(path()));
    }

    /// Opens an output whose path is an operand.
    public FlowSink openAt(String operand) throws IOException {
        path = Optional.of(operand);
        return open(List.of());
    }

    /// Opens the output in native byte order with both families.
    public FlowSink open(List<SilkHeader.Entry> history) throws IOException {
        return open(history, false, ByteOrder.nativeOrder());
    }

    /// Opens the output and writes its header.
    ///
    /// @param history what was kept of the inputs' past
    public FlowSink open(List<SilkHeader.Entry> history, boolean ipv4Only, ByteOrder order)
            throws IOException {
        List<SilkHeader.Entry> entries = entries(history);
        return sink(env, path(), compression, ipv4Only, order, entries);
    }

    /// Opens a sink for flows when they come.
    @FunctionalInterface
    public interface Opener {
        FlowSink open() throws IOException;
    }

    /// Where the flows of a query go.
    public static Outlets outlet(Opener opener) {
        return new Outlets() {
            @Override
            public FlowSink flows(Product.Flows product) throws IOException {
                return opener.open();
            }
        };
    }

    /// Writes the flows of a plan. The output is opened when the first of them come or all have
    /// been read: where no input can be read nothing is written.
    ///
    /// @return exit status
    public int write(FlowInputs inputs, FlowPlan plan) throws IOException {
        return write(inputs, inputs.execution().open(plan));
    }

    /// The same of flows that are ready to be read.
    public int write(FlowInputs inputs, FlowStream flows) throws IOException {
        OutputFiles.checkNew(env, path());
        try (Late out = new Late(inputs)) {
            return out.writeAll(flows) ? 0 : 1;
        }
    }

    /// The output once it is needed.
    private final class Late extends LateSink {
        private final FlowInputs inputs;

        Late(FlowInputs inputs) {
            this.inputs = inputs;
        }

        @Override
        FlowSink open() throws IOException {
            return FlowOutput.this.open(inputs.history());
        }
    }

    /// The flows of a query that would go to standard output, for the next command of this process.
    public Optional<Handover> handover(FlowInputs inputs, Query query) throws IOException {
        if (!isStdout()) {
            return Optional.empty();
        }
        FlowStream flows = opened(inputs, query);
        return Optional.of(
                new Handover(
                        query.flows(),
                        flows,
                        () -> header(inputs.history()),
                        Handover.Conclusion.NONE,
                        () -> 0));
    }

    /// The same for a command that writes its header before it opens its inputs: whatever cannot be
    /// read, what comes is a file of flows, and the exit status tells.
    public Handover handoverBehindHeader(FlowInputs inputs, Query query, ByteOrder order)
            throws IOException {
        FlowsBehindHeader flows = new FlowsBehindHeader(opened(inputs, query));
        return new Handover(
                query.flows(),
                flows,
                () -> header(List.of(), order),
                Handover.Conclusion.NONE,
                () -> flows.haveFailed() ? 1 : 0);
    }

    private FlowStream opened(FlowInputs inputs, Query query) throws IOException {
        // What is wrong with a note ends the command before it reads.
        notes.entries();
        return inputs.execution().open(query.flows());
    }

    /// The header of a stream of the flows.
    ///
    /// @param kept what was kept of the inputs' past
    public SilkHeader header(List<SilkHeader.Entry> kept) {
        return header(kept, ByteOrder.nativeOrder());
    }

    private SilkHeader header(List<SilkHeader.Entry> kept, ByteOrder order) {
        return header(env, compression.of(path()), order, entries(kept));
    }

    /// The header of a stream of flows of both families.
    public static SilkHeader header(
            Env env, Compression compression, ByteOrder order, List<SilkHeader.Entry> entries) {
        return SilkWriter.header(
                order == ByteOrder.BIG_ENDIAN,
                new FileSettings(compression, env.silkVersion(), entries));
    }

    private List<SilkHeader.Entry> entries(List<SilkHeader.Entry> kept) {
        return past.entries(kept, env, notes.entries());
    }

    /// Opens a file of flows in native byte order with both families.
    public static FlowSink sink(
            Env env, String path, CompressionOption compression, List<SilkHeader.Entry> entries)
            throws IOException {
        return sink(env, path, compression, false, ByteOrder.nativeOrder(), entries);
    }

    /// Opens a file of flows: Parquet where its name ends in `.parquet`, otherwise SiLK's format
    /// with a header of `entries`.
    private static FlowSink sink(
            Env env,
            String path,
            CompressionOption compression,
            boolean ipv4Only,
            ByteOrder order,
            List<SilkHeader.Entry> entries)
            throws IOException {
        OutputFiles.checkNoTerminal(env, path);
        Compression method = compression.of(path);
        OutputStream out = OutputFiles.openLarge(env, path);
        if (path.endsWith(".parquet")) {
            return new ParquetSink(
                    out,
                    method == Compression.NONE
                            ? ParquetWriter.Codec.UNCOMPRESSED
                            : ParquetWriter.Codec.ZSTD);
        }
        return new SilkWriter(
                out,
                new SilkWriter.Options(
                        ipv4Only, order == ByteOrder.BIG_ENDIAN, method, env.silkVersion()),
                entries);
    }
}
