package dev.rearview.engine.run;

import dev.rearview.engine.plan.Product;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.IOException;

/// Where products go that are written while flows are read. Asked for when the first flows have
/// come, or in the end if there are none; whoever gives them closes them.
public interface Outlets {
    /// For queries whose products come out when all flows have been read.
    Outlets NONE = new Outlets() {};

    /// Takes values of flows.
    @FunctionalInterface
    interface RowOutlet {
        /// @param columns of the batch: a word for each row, two for an address
        /// @param rows those that count
        void accept(FlowBatch batch, long[][] columns, Selection rows) throws IOException;
    }

    default RowOutlet rows(Product.Rows product) throws IOException {
        throw new IllegalStateException("no outlet for rows");
    }

    default FlowSink flows(Product.Flows product) throws IOException {
        throw new IllegalStateException("no outlet for flows");
    }

    default FlowSink part(Product.Output output) throws IOException {
        throw new IllegalStateException("no outlet for a part of flows");
    }
}
