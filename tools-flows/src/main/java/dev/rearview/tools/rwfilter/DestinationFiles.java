package dev.rearview.tools.rwfilter;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.run.Outlets;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.model.FlowSink;
import dev.rearview.silk.SilkHeader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The files of the destinations; they are opened when the first flows come, so that the header can
/// carry the history of the first input.
final class DestinationFiles implements Outlets, Closeable {
    private final Env env;
    private final CompressionOption compression;
    private final Supplier<List<SilkHeader.Entry>> header;
    private final List<FlowSink> sinks = new ArrayList<>();

    /// @param header entries of the files' headers, asked for when they are opened
    DestinationFiles(
            Env env,
            Destinations paths,
            CompressionOption compression,
            Supplier<List<SilkHeader.Entry>> header) {
        this.env = env;
        this.compression = compression;
        this.header = header;
        for (String p : paths.all()) {
            OutputFiles.checkNew(env, p);
            OutputFiles.checkNoTerminal(env, p);
        }
    }

    @Override
    public FlowSink part(Product.Output output) throws IOException {
        FlowSink sink = FlowOutput.sink(env, output.path(), compression, header.get());
        sinks.add(sink);
        return sink;
    }

    @Override
    public void close() throws IOException {
        for (FlowSink sink : sinks) {
            sink.close();
        }
    }
}
