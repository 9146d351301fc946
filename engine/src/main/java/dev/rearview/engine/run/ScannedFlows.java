package dev.rearview.engine.run;

import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The flows of files.
public final class ScannedFlows implements FlowStream {
    private final FlowScan scan;
    private final Attendant attendant;
    private final Supplier<Optional<FlowScan>> again;

    /// @param again the same scan, unnoticed by the attendant; empty where inputs can be read once
    ScannedFlows(FlowScan scan, Attendant attendant, Supplier<Optional<FlowScan>> again) {
        this.scan = scan;
        this.attendant = attendant;
        this.again = again;
    }

    @Override
    public Optional<ScanCounts> estimate() throws IOException {
        Optional<FlowScan> unnoticed = again.get();
        return unnoticed.isEmpty() ? Optional.empty() : Optional.of(unnoticed.get().estimate());
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        boolean succeeded = scan.inOrder(attendant.watched(consumer));
        attendant.allRead();
        return succeeded;
    }

    @Override
    public <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
        boolean succeeded = scan.inOrder(consumer.behind(attendant::watched));
        attendant.allRead();
        return succeeded;
    }

    @Override
    public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        boolean succeeded = scan.inAnyOrder(() -> attendant.watched(consumers.get()));
        attendant.allRead();
        return succeeded;
    }

    @Override
    public Optional<ScanCounts> scanned() {
        return Optional.of(scan.counts());
    }

    @Override
    public List<String> explain() {
        return scan.counts().explain();
    }
}
