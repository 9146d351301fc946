package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.Counters;
import dev.rearview.wire.FlowConsumer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Takes what the collector receives: messages as they come, which it has decoded, and the
/// classified flows of files; into a repository, or wherever else flows go.
///
/// One thread calls it, the one that receives, and it never keeps that waiting: what takes long it
/// does on threads of its own. What it cannot take is counted as [dev.rearview.wire.Drop#DISK_FULL]
/// or [dev.rearview.wire.Drop#BAD_RECORD].
public interface Intake extends Closeable {
    /// How messages are decoded, all on one thread of the intake's.
    ///
    /// @param reception decodes; its flows go to what [#decoded] gives
    /// @param ledger that it counts in
    /// @param settle called now and then
    /// @param age called when exporters are looked through for what is old
    record Decoding(Reception reception, RecountLedger ledger, Runnable settle, Runnable age) {}

    /// Decodes, and names sensors and types, by another configuration from now on: what was taken
    /// before is decoded by the one before.
    void use(Routing next);

    /// Takes decoded flows, on the thread that decodes.
    FlowConsumer decoded();

    /// Takes up what an earlier run left, and begins to decode.
    void start(Decoding how);

    /// Whether what decodes is alive.
    boolean isRunning();

    /// Takes a message, which is not kept after the call.
    ///
    /// @param probe name of the probe that it came for
    /// @param session number of its session, 0 for datagrams
    /// @param bytes of a session, nothing where it ended
    void message(String probe, InetSocketAddress from, int session, ByteBuffer bytes);

    /// Takes a flow, which is not kept after the call; what is not taken is counted.
    ///
    /// @param counters of whoever sent it
    void append(FlowRecord record, Counters counters);

    /// Whether flows can be taken and be safe at once.
    boolean isFree();

    /// Makes what was taken safe, as far as possible: a process that is killed loses none of it.
    ///
    /// @return whether all flows are safe
    boolean commit();

    /// Has what exporters have announced looked through for what is old.
    void expire();

    /// Sees to it that a power cut loses nothing that was committed; called every second.
    void sync();

    /// Makes what was committed visible; called every few seconds.
    void flush();

    /// Counts what became of flows that were taken earlier, since the last call.
    void count();

    /// Tells people what was taken since the last call.
    void tell();

    /// Makes the last messages and flows safe; what cannot be is counted.
    ///
    /// @param notLost flows among those that wait that are safe elsewhere
    /// @return whether all are safe
    boolean finish(int notLost);

    /// Waits until all messages are decoded, and ends that; the rest is left for the next run.
    ///
    /// @param untilMs after which it is not waited, by [Ticks]
    void endDecoding(long untilMs);

    /// Makes what was committed visible for a while; the rest is left for the next run.
    ///
    /// @param writeUntilMs after which nothing more is begun, by [Ticks]
    /// @param untilMs after which it is not waited for what is in hand
    void end(long writeUntilMs, long untilMs);

    @Override
    void close() throws IOException;
}
