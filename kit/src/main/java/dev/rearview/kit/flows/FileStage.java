package dev.rearview.kit.flows;

import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.kit.command.FlowStage;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/// The flows of files, with progress on the terminal.
public final class FileStage implements FlowStage {
    private final FlowScan scan;
    private final FlowInputs inputs;

    FileStage(FlowScan scan, FlowInputs inputs) {
        this.scan = scan;
        this.inputs = inputs;
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        boolean succeeded = scan.inOrder(inputs.watched(consumer));
        inputs.allRead();
        return succeeded;
    }

    @Override
    public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        boolean succeeded = scan.inAnyOrder(() -> inputs.watched(consumers.get()));
        inputs.allRead();
        return succeeded;
    }

    @Override
    public List<SilkHeader.Entry> history() {
        return inputs.history();
    }

    @Override
    public List<String> explain() {
        return counts().explain();
    }

    /// What has been read and left out.
    public ScanCounts counts() {
        return scan.counts();
    }
}
