package dev.rearview.kit.flows;

import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.PassingFlows;
import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.Optional;

/// Flows behind a header that is there already: who reads them sees a whole file, though an input
/// fails.
final class FlowsBehindHeader implements PassingFlows.Unchanged {
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
    public boolean read(Reading reading) throws IOException {
        failed = !reading.of(of);
        return true;
    }

    @Override
    public Optional<ScanCounts> scanned() {
        return of.scanned();
    }
}
