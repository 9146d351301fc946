package dev.rearview.kit.flows;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.command.Meeting;
import dev.rearview.kit.command.Passage;
import dev.rearview.kit.files.InputFiles;
import java.io.IOException;
import java.util.Optional;

/// Runs a query whose flows would go into a pipe: where a command of this process reads that, they
/// go to it as they are.
final class Fusing {
    private Fusing() {}

    /// @return exit status
    static int run(FlowTool tool, Query query) throws IOException {
        FlowInputs inputs = tool.inputs();
        Optional<Meeting> meeting = inputs.env().meeting().filter(Meeting::writesToPipe);
        if (meeting.isEmpty() || !tool.handsOver(query)) {
            return tool.run(query);
        }
        boolean isBetween = readsStandardInput(query.flows());
        if (isBetween) {
            // Meanwhile the reader comes, which mostly starts after this one.
            meeting.get().awaitInput();
        }
        boolean mayBeginAnew =
                !inputs.names().hasXargs() && !inputs.execution().comesOnce(query.flows());
        Optional<Passage> passage =
                isBetween ? meeting.get().engageSoon() : meeting.get().engage(mayBeginAnew);
        if (passage.isEmpty()) {
            return tool.run(query);
        }
        Optional<Handover> flows = Optional.empty();
        try {
            flows = tool.handover(query);
        } finally {
            if (flows.isEmpty()) {
                passage.get().withdraw();
            }
        }
        return flows.isEmpty()
                ? tool.run(query)
                : passage.get().give(flows.get(), inputs.env().context());
    }

    /// Whether what a plan reads is standard input and nothing else.
    private static boolean readsStandardInput(FlowPlan plan) {
        return switch (plan) {
            case FlowPlan.Files f ->
                    f.names().size() == 1 && InputFiles.isStdin(f.names().getFirst());
            case FlowPlan.OfOne o -> readsStandardInput(o.of());
            default -> false;
        };
    }
}
