package dev.rearview.kit.flows;

import dev.rearview.engine.run.FlowStream;
import dev.rearview.model.FlowSink;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An output that is opened once it is needed: when the first flows come, or all have been read.
abstract class LateSink implements Closeable {
    private @Nullable FlowSink sink;

    /// Opens the output.
    abstract FlowSink open() throws IOException;

    /// Writes all flows of a stream in their order.
    ///
    /// @return whether no input failed
    boolean writeAll(FlowStream flows) throws IOException {
        boolean good =
                flows.inOrder((batch, rows) -> {
                    sink().write(batch, rows);
                    return true;
                });
        if (good) {
            sink();
        }
        return good;
    }

    private FlowSink sink() throws IOException {
        FlowSink known = sink;
        if (known == null) {
            known = open();
            sink = known;
        }
        return known;
    }

    @Override
    public void close() throws IOException {
        if (sink != null) {
            sink.close();
        }
    }
}
