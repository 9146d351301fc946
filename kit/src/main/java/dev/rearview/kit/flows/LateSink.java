package dev.rearview.kit.flows;

import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An output that is opened once it is needed: when the first flows come, or all have been read.
abstract class LateSink implements Closeable {
    private @Nullable FlowSink sink;
    private FlowSink.@Nullable Encoding encoding;

    /// Opens the output.
    abstract FlowSink open() throws IOException;

    /// Writes all flows of a stream in their order.
    ///
    /// @return whether no input failed
    boolean writeAll(FlowStream flows) throws IOException {
        boolean good = flows.inOrder(new Writing());
        if (good) {
            sink();
        }
        return good;
    }

    /// Flows on their way to the output.
    ///
    /// @param encoded what is written of them, null if that is made when they are written
    private record Coming(FlowBatch batch, Selection rows, FlowSink.@Nullable Encoded encoded) {}

    private final class Writing implements PreparedConsumer<Coming> {
        @Override
        public Preparer<Coming> preparer() {
            return new Encoding();
        }

        @Override
        public boolean accept(Coming flows) throws IOException {
            if (flows.encoded == null) {
                sink().write(flows.batch, flows.rows);
            } else {
                Objects.requireNonNull(encoding).write(flows.encoded);
            }
            return true;
        }
    }

    private final class Encoding implements PreparedConsumer.Preparer<Coming> {
        private boolean isOpen;
        private FlowSink.@Nullable Encoder encoder;

        @Override
        public Coming prepare(FlowBatch batch, Selection rows) throws IOException {
            if (!isOpen) {
                isOpen = true;
                encoder = encoder();
            }
            return new Coming(batch, rows, encoder == null ? null : encoder.encode(batch, rows));
        }
    }

    private synchronized FlowSink sink() throws IOException {
        FlowSink known = sink;
        if (known == null) {
            known = open();
            sink = known;
            encoding = known.encoding().orElse(null);
        }
        return known;
    }

    private synchronized FlowSink.@Nullable Encoder encoder() throws IOException {
        sink();
        return encoding == null ? null : encoding.encoder();
    }

    @Override
    public void close() throws IOException {
        if (sink != null) {
            sink.close();
        }
    }
}
