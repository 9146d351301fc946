package dev.rearview.wire.netflow9;

import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Domain;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.FlowMapper;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.SequenceTracker;
import dev.rearview.wire.SetDecoder;

/// Decodes NetFlow version 9 datagrams (RFC 3954). Holds no state of exporters and serves all of
/// them, on one thread.
public final class NetFlow9 {
    public static final int VERSION = 9;
    private static final int HEADER = 20;

    private final ProbeOptions options;
    private final SetDecoder sets;

    public NetFlow9(ProbeOptions options) {
        this(options, SetDecoder.Log.NONE);
    }

    /// @param log is told of templates and of what becomes of records
    public NetFlow9(ProbeOptions options, SetDecoder.Log log) {
        this.options = options;
        this.sets = new SetDecoder(options, true, log);
    }

    /// One that reads templates alone.
    ///
    /// @param announcements takes them
    public NetFlow9(SetDecoder.Announcements announcements) {
        this.options = ProbeOptions.DEFAULT;
        this.sets = new SetDecoder(true, announcements);
    }

    /// Decodes one datagram. Its header tells no length: what the datagram holds is the message.
    ///
    /// @param from who sent it
    /// @param arrival how it came
    /// @return whether its header is that of a datagram
    public boolean decode(
            Cursor in, Exporter from, Arrival arrival, Counters counters, FlowConsumer out) {
        if (!in.has(HEADER)) {
            counters.drop(Drop.MALFORMED, 1);
            return false;
        }
        if (in.u16() != VERSION) {
            counters.drop(Drop.VERSION, 1);
            return false;
        }
        in.skip(2);
        long uptime = in.u32();
        long seconds = in.u32();
        long sequence = in.u32();
        Domain domain = from.domain(VERSION, in.u32(), arrival.nowMs(), counters);
        if (domain == null) {
            return true;
        }
        long uptimeUs = uptime * (options.sysUptimeSeconds() ? 1_000_000 : 1000);
        long exportUs = seconds * 1_000_000;
        long boot = exportUs - uptimeUs;
        SequenceTracker tracker = domain.sequence(arrival, sequence, counters);
        if (tracker != null) {
            tracker.accept(sequence, 1, 0, arrival.nowMs(), counters);
        }
        FlowMapper.Context context =
                new FlowMapper.Context(from, arrival.receivedUs(), exportUs, boot, 0, true);
        long records = counters.total(Total.RECORDS);
        sets.sets(
                in,
                in.remaining(),
                new SetDecoder.Message(domain, arrival, context, counters, out));
        if (counters.total(Total.RECORDS) > records) {
            from.prove();
        }
        return true;
    }
}
