package dev.rearview.kit.flows;

import dev.rearview.kit.command.Handover;
import dev.rearview.kit.command.Tool;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A command that writes flows.
public interface FlowProducer extends Tool {
    /// The flows that [#run] would write to standard output, to be read in this process; empty
    /// where it would do anything else besides. Nothing is read before the flows are.
    ///
    /// @param operands the arguments that are not switches
    Optional<Handover> handover(List<String> operands) throws IOException;
}
