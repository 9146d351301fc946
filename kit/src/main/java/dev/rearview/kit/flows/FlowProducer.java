package dev.rearview.kit.flows;

import dev.rearview.kit.command.FlowStage;
import dev.rearview.kit.command.Tool;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A command that writes flows.
public interface FlowProducer extends Tool {
    /// The flows that [#run] would write to standard output, to be read in this process; empty
    /// where it would do anything else besides.
    ///
    /// @param operands the arguments that are not switches
    Optional<FlowStage> stage(List<String> operands) throws IOException;
}
