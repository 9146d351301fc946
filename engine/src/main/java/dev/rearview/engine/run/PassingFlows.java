package dev.rearview.engine.run;

import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Flows with which something is done on their way: what is told of their reading is told of those
/// that they are made of.
public interface PassingFlows extends FlowStream {
    FlowStream of();

    @Override
    default Optional<ScanCounts> estimate() throws IOException {
        return of().estimate();
    }

    @Override
    default List<String> explain() {
        return of().explain();
    }
}
