package dev.rearview.kit.flows;

import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.tables.KeyText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A command that asks something of flows: its switches make a query, which runs, and of which it
/// prints what came out.
public interface FlowTool extends Tool {
    /// What is asked; empty where the switches ask for text that needs no flows. Nothing that is
    /// named in it is opened.
    ///
    /// @param operands the arguments that are not switches
    Optional<Query> query(List<String> operands) throws IOException;

    /// The inputs of its queries.
    FlowInputs inputs();

    /// Runs what [#query] has made, and prints.
    ///
    /// @return exit status
    int run(Query query) throws IOException;

    /// Whether [#handover] gives anything; nothing is opened to tell.
    default boolean handsOver(Query query) {
        return false;
    }

    /// The flows that [#run(Query)] would write to standard output, to be read in this process;
    /// empty where it would do anything else besides. Nothing is read before the flows are.
    default Optional<Handover> handover(Query query) throws IOException {
        return Optional.empty();
    }

    /// How the keys of the groups that its query makes are shown; empty where the query says
    /// enough. Called once the query has been made.
    default Optional<KeyText> keyText() {
        return Optional.empty();
    }

    /// Prints the text that needs no flows: by commands whose [#query] may be empty.
    ///
    /// @return exit status
    default int print() throws IOException {
        throw new IllegalStateException(name() + " asks nothing and prints nothing");
    }

    @Override
    default int run(List<String> operands) throws IOException {
        Optional<Query> query = query(operands);
        return query.isPresent() ? Fusing.run(this, query.get()) : print();
    }
}
