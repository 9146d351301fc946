package dev.rearview.engine.run;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.Repository;
import dev.rearview.engine.scan.RowConsumer;
import java.io.IOException;
import java.util.List;

/// Opens what a plan names on behalf of whoever runs it, and is told of what happens on the way.
public interface Attendant {
    /// Opens an input of flows, which has no other effect.
    FlowFile open(String name) throws IOException;

    /// Whether a name stands for an input that can be read once, such as standard input.
    boolean isStream(String name);

    /// The repository whose hours are meant.
    Repository repository(FlowPlan.Hours hours);

    /// The flows of the command before, in the same process.
    FlowStream upstream();

    /// What comes of an input that can be read once, where it comes alone: its flows, or those of
    /// whoever writes them in this process.
    ///
    /// @param name of the input
    /// @param read its flows, as they are read
    default FlowStream alone(String name, FlowStream read) {
        return read;
    }

    /// Sets, maps and tuples.
    References references();

    /// The run that this is part of.
    Context context();

    /// What an operator may hold in memory.
    ///
    /// @param shares operators among which the memory is divided, 1 or more
    Room room(int shares);

    /// Opens an input whose flows are asked for one by one.
    FlowFile pull(String name) throws IOException;

    /// Put before a consumer of flows that are copied on their way; wants all flows.
    RowConsumer copying(FlowPlan.Copy copy, RowConsumer consumer);

    /// Told that all flows have been copied, or that no more come.
    void copied() throws IOException;

    /// Told of the names of all inputs before the first is opened. They are found by `names`, which
    /// may take long.
    void expect(NameList names);

    /// Finds the names of inputs.
    @FunctionalInterface
    interface NameList {
        List<String> find() throws IOException;
    }

    /// Told of an input that is about to be opened because it was named.
    void named(String name);

    /// Told of each input whose flows come next.
    void opened(FlowFile file);

    /// Told of an hour of a repository without files.
    void missing(Repository.HourFile hour);

    /// Told of an input that cannot be read.
    ///
    /// @return whether the next one is read
    boolean goesOn(IOException e) throws IOException;

    /// Put around each consumer, to see the flows go by.
    RowConsumer watched(RowConsumer consumer);

    /// Told that all inputs have been read.
    void allRead();
}
