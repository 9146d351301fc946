package dev.rearview.kit.command;

import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/// The flows that one command hands to the next inside one process, without a stream of records in
/// between. Read once, by one of the two ways.
public interface FlowStage {
    /// Hands all flows to one consumer in order.
    ///
    /// @return whether the command succeeded; if not, a message has been printed
    boolean inOrder(RowConsumer consumer) throws IOException;

    /// Hands all flows out in any order, to one consumer for each thread.
    ///
    /// @return whether the command succeeded; if not, a message has been printed
    boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException;

    /// Says that no more than the first `rows` flows will be wanted; called before they are read.
    default void limit(long rows) {}

    /// The exit status of the command; complete once the flows have been read. Where it is not 0
    /// although the reading succeeded, a message has told what is missing.
    default int status() {
        return 0;
    }

    /// What a stream's header would tell of its past; complete once the flows have been read.
    List<SilkHeader.Entry> history();

    /// What was planned and done, a line each, for a person; complete once the flows have been
    /// read.
    List<String> explain();
}
