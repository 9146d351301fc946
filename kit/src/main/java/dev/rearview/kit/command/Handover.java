package dev.rearview.kit.command;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.run.PassingFlows;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// The flows that one command hands to the next inside one process, without a stream of records in
/// between.
///
/// @param plan what the command does
/// @param flows to be read once
/// @param conclusion what the command does when its flows have been read
/// @param status its exit status then; where it is not 0 a message has told what is missing
/// @param header of the stream of records that this is in place of; complete once the flows are
///   read
public record Handover(
        FlowPlan plan,
        FlowStream flows,
        Supplier<SilkHeader> header,
        Conclusion conclusion,
        IntSupplier status) {
    /// Prints what a command prints besides its flows.
    @FunctionalInterface
    public interface Conclusion {
        /// Nothing.
        Conclusion NONE = () -> {};

        void conclude() throws IOException;
    }

    /// The flows, after which the command concludes. What could not be read its status tells.
    public FlowStream stream() {
        return new Concluded(flows, conclusion);
    }

    private record Concluded(FlowStream of, Conclusion conclusion)
            implements PassingFlows.Unchanged {
        @Override
        public boolean read(Reading reading) throws IOException {
            boolean succeeded = reading.of(of);
            conclusion.conclude();
            return succeeded;
        }
    }
}
