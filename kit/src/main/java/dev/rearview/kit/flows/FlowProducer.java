package dev.rearview.kit.flows;

import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Handover;
import java.io.IOException;
import java.util.Optional;

/// A command that writes flows.
public interface FlowProducer extends FlowTool {
    /// The flows that [#run(Query)] would write to standard output, to be read in this process;
    /// empty where it would do anything else besides. Nothing is read before the flows are.
    Optional<Handover> handover(Query query) throws IOException;
}
