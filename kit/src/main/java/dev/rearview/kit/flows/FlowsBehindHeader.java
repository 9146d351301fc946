package dev.rearview.kit.flows;

import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.PassingFlows;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// Flows behind a header that is there already: who reads them sees a whole file, though an input
/// fails.
final class FlowsBehindHeader implements PassingFlows {
    private final FlowStream of;
    private volatile boolean failed;

    FlowsBehindHeader(FlowStream of) {
        this.of = of;
    }

    @Override
    public FlowStream of() {
        return of;
    }

    /// Whether an input could not be read.
    boolean haveFailed() {
        return failed;
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        failed = !of.inOrder(consumer);
        return true;
    }

    @Override
    public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        failed = !of.inAnyOrder(consumers);
        return true;
    }

    @Override
    public void limit(long rows) {
        of.limit(rows);
    }

    @Override
    public Optional<ScanCounts> scanned() {
        return of.scanned();
    }
}
