package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.Counters;
import java.io.Closeable;
import java.io.IOException;

/// Takes classified flows: into a repository, or wherever else flows go.
///
/// One thread calls it, the one that decodes, and it never keeps that waiting: what takes long it
/// does on threads of its own. What it cannot take is counted as [dev.rearview.wire.Drop#DISK_FULL]
/// or [dev.rearview.wire.Drop#BAD_RECORD].
public interface Intake extends Closeable {
    /// Names sensors and types by another configuration from now on.
    void use(Configuration next);

    /// Takes up what an earlier run left.
    void start();

    /// Takes a flow, which is not kept after the call; what is not taken is counted.
    ///
    /// @param counters of whoever sent it
    void append(FlowRecord record, Counters counters);

    /// Whether flows can be taken and be safe at once.
    boolean isFree();

    /// Commits where so many flows wait that it is worth its while.
    void commitMany();

    /// Makes what was taken safe, as far as possible: a process that is killed loses none of it.
    ///
    /// @return whether all is safe
    boolean commit();

    /// Sees to it that a power cut loses nothing that was committed; called every second.
    void sync();

    /// Makes what was committed visible; called every few seconds.
    void flush();

    /// Counts what became of flows that were taken earlier, since the last call.
    void count();

    /// Tells people what was taken since the last call.
    void tell();

    /// Makes the last flows safe; what cannot be is counted.
    ///
    /// @param notLost flows among those that wait that are safe elsewhere
    /// @return whether all are safe
    boolean finish(int notLost);

    /// Makes what was committed visible for a while; the rest is left for the next run.
    ///
    /// @param writeUntilMs after which nothing more is begun, by [Ticks]
    /// @param untilMs after which it is not waited for what is in hand
    void end(long writeUntilMs, long untilMs);

    @Override
    void close() throws IOException;
}
