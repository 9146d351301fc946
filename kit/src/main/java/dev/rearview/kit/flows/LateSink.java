package dev.rearview.kit.flows;

import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An output that is opened once it is needed: when the first flows come, or all have been read.
abstract class LateSink implements Closeable {
    /// Of fewer rows than one in so many, or of more than so many, whole columns are not encoded
    /// ahead.
    private static final int SPARSE = 8;

    private static final int MOST = 1 << 14;

    private @Nullable FlowSink sink;

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
                sink().write(flows.encoded);
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
                encoder = sink().encoder().orElse(null);
            }
            int n = rows.count();
            boolean ahead = n > batch.size() / SPARSE && n <= MOST;
            return new Coming(
                    batch, rows, encoder != null && ahead ? encoder.encode(batch, rows) : null);
        }
    }

    private synchronized FlowSink sink() throws IOException {
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
