package dev.rearview.wire.ipfix;

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

/// Decodes IPFIX messages (RFC 7011). Holds no state of exporters and serves all of them, on one
/// thread.
public final class Ipfix {
    public static final int VERSION = 10;
    public static final int HEADER = 16;

    private final SetDecoder sets;

    public Ipfix(ProbeOptions options) {
        this(options, SetDecoder.Log.NONE);
    }

    /// @param log is told of templates and of what becomes of records
    public Ipfix(ProbeOptions options, SetDecoder.Log log) {
        this.sets = new SetDecoder(options, false, log);
    }

    /// One that reads templates alone.
    ///
    /// @param announcements takes them
    public Ipfix(SetDecoder.Announcements announcements) {
        this.sets = new SetDecoder(false, announcements);
    }

    /// What came, as SiLK words it in logs.
    public static String summary(long forward, long reverse, long ignored) {
        return "forward %d, reverse %d, ignored %d".formatted(forward, reverse, ignored);
    }

    /// Decodes one message.
    ///
    /// @param in the message, and the rest of its datagram if there is any
    /// @param from who sent it
    /// @param arrival how it came
    /// @return whether its header and length are those of a message
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
        int length = in.u16();
        if (length < HEADER || !in.has(length - 4)) {
            counters.drop(Drop.MALFORMED, 1);
            return false;
        }
        long exportUs = in.u32() * 1_000_000;
        long sequence = in.u32();
        Domain domain = from.domain(VERSION, in.u32(), arrival.nowMs(), counters);
        if (domain == null) {
            return true;
        }
        FlowMapper.Context context =
                new FlowMapper.Context(from, arrival.receivedUs(), exportUs, -1, 0, false);
        long records = counters.total(Total.RECORDS);
        long options = counters.total(Total.OPTION_RECORDS);
        SetDecoder.Outcome outcome =
                sets.sets(
                        in,
                        length - HEADER,
                        new SetDecoder.Message(domain, arrival, context, counters, out));
        records = counters.total(Total.RECORDS) - records;
        options = counters.total(Total.OPTION_RECORDS) - options;
        if (records > 0) {
            from.prove();
        }
        if (outcome == SetDecoder.Outcome.BROKEN) {
            return true;
        }
        SequenceTracker tracker = domain.sequence(arrival, sequence, counters);
        if (tracker == null) {
            return true;
        }
        // A message whose records cannot be counted yet says nothing about gaps.
        if (outcome == SetDecoder.Outcome.WAITING) {
            tracker.forget();
        } else {
            tracker.acceptMessage(sequence, records, options, arrival.nowMs(), counters);
        }
        return true;
    }
}
