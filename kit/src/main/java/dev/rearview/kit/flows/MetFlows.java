package dev.rearview.kit.flows;

import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.PassingFlows;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.kit.command.Meeting;
import dev.rearview.kit.command.Passage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The flows of standard input: those of a command of this process that would write them there, if
/// one comes before the first octet does, and then what else is in the pipe.
final class MetFlows implements FlowStream {
    private final FlowInputs inputs;
    private final Meeting meeting;
    private final String name;
    private final FlowStream read;
    private Optional<FlowStream> met = Optional.empty();
    private long limit;

    /// @param read the flows as they are read of the pipe
    MetFlows(FlowInputs inputs, Meeting meeting, String name, FlowStream read) {
        this.inputs = inputs;
        this.meeting = meeting;
        this.name = name;
        this.read = read;
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        return read(passage -> passage.inOrder(consumer), flows -> flows.inOrder(consumer));
    }

    @Override
    public <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
        return read(passage -> passage.inOrder(consumer), flows -> flows.inOrder(consumer));
    }

    @Override
    public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        return read(passage -> passage.inAnyOrder(consumers), flows -> flows.inAnyOrder(consumers));
    }

    /// How the flows of another command are read.
    @FunctionalInterface
    private interface Meet {
        Passage.End of(Passage passage) throws IOException;
    }

    private boolean read(Meet meet, PassingFlows.Reading reading) throws IOException {
        Optional<Passage> passage = meeting.await();
        if (passage.isPresent()) {
            begin(passage.get());
            if (ended(meet.of(passage.get()))) {
                return true;
            }
        }
        return reading.of(read);
    }

    private void begin(Passage passage) {
        boolean begun = false;
        try {
            inputs.meets(passage.handover(), name);
            FlowStream flows = passage.handover().flows();
            if (limit > 0) {
                flows.limit(limit);
            }
            met = Optional.of(flows);
            begun = true;
        } finally {
            if (!begun) {
                passage.leave();
            }
        }
    }

    /// What comes after the flows, as if they had come through the pipe.
    ///
    /// @return whether nothing does
    private boolean ended(Passage.End end) throws IOException {
        return switch (end) {
            case LEFT -> true;
            case NOTHING -> {
                met = Optional.empty();
                inputs.metNothing();
                yield false;
            }
            case OVER -> {
                boolean atEnd = meeting.isAtEnd();
                if (atEnd) {
                    inputs.allRead();
                } else {
                    inputs.goesOnBehindMet();
                }
                yield atEnd;
            }
        };
    }

    @Override
    public void limit(long rows) {
        limit = rows;
        read.limit(rows);
    }

    @Override
    public Optional<ScanCounts> scanned() {
        return met.isPresent() ? Optional.empty() : read.scanned();
    }

    @Override
    public List<String> explain() {
        return met.orElse(read).explain();
    }
}
