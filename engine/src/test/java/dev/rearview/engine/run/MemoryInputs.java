package dev.rearview.engine.run;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.Repository;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Inputs that are lists of flows. Their batches have ten rows.
final class MemoryInputs implements Attendant {
    static final int BATCH = 10;

    private final Context context;
    private final Map<String, List<FlowRecord>> files = new HashMap<>();

    /// Inputs that fail when all their flows have been read.
    private final List<String> cutOff = new ArrayList<>();

    /// Octets that operators may hold.
    long memory = 64 << 20;

    /// Batches handed out.
    int batches;

    /// Flows that went by a copy.
    int copied;

    MemoryInputs(Path directory) {
        this.context = new Context(Machine.ofProcess(), directory, Map.of());
    }

    MemoryInputs file(String name, List<FlowRecord> flows) {
        files.put(name, flows);
        return this;
    }

    MemoryInputs cutOff(String name) {
        cutOff.add(name);
        return this;
    }

    @Override
    public FlowFile open(String name) throws IOException {
        List<FlowRecord> flows = files.get(name);
        if (flows == null) {
            throw new NoSuchFileException(name);
        }
        return new FlowFile(name, source(name, flows), List.of());
    }

    private FlowSource source(String name, List<FlowRecord> flows) {
        return new FlowSource() {
            private int at;

            @Override
            public @Nullable FlowBatch next() throws IOException {
                if (at >= flows.size()) {
                    if (cutOff.contains(name)) {
                        throw new IOException(name + ": cut off");
                    }
                    return null;
                }
                FlowBatch batch = FlowBatch.allocate(BATCH);
                for (; at < flows.size() && !batch.isFull(); at++) {
                    batch.add(flows.get(at));
                }
                batches++;
                return batch;
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }

    @Override
    public FlowFile pull(String name) throws IOException {
        return open(name);
    }

    @Override
    public RowConsumer copying(FlowPlan.Copy copy, RowConsumer consumer) {
        boolean[] wanted = {true};
        return (batch, rows) -> {
            copied += rows.count();
            wanted[0] = wanted[0] && consumer.accept(batch, rows);
            return true;
        };
    }

    @Override
    public void copied() {
        // Holds nothing.
    }

    @Override
    public boolean isStream(String name) {
        return false;
    }

    @Override
    public Repository repository(FlowPlan.Hours hours) {
        throw new IllegalStateException("no repository");
    }

    @Override
    public FlowStream upstream() {
        throw new IllegalStateException("no command before");
    }

    @Override
    public References references() {
        return References.NONE;
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public Room room(int shares) {
        return context.room(memory / shares, context.directory());
    }

    @Override
    public void expect(NameList names) {
        // Shows no progress.
    }

    @Override
    public void named(String name) {
        // Prints nothing.
    }

    @Override
    public void opened(FlowFile file) {
        // Keeps no history.
    }

    @Override
    public void missing(Repository.HourFile hour) {
        // There are no hours.
    }

    @Override
    public boolean goesOn(IOException e) throws IOException {
        throw e;
    }

    @Override
    public RowConsumer watched(RowConsumer consumer) {
        return consumer;
    }

    @Override
    public void allRead() {
        // Shows no progress.
    }
}
