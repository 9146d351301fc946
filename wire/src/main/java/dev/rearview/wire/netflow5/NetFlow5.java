package dev.rearview.wire.netflow5;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Domain;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.FlowTimes;
import dev.rearview.wire.SequenceTracker;

/// Decodes NetFlow version 5 datagrams. Holds no state of exporters and serves all of them, on one
/// thread.
///
/// ```
/// header (24): version 5, count, SysUptime ms, seconds, nanoseconds, sequence, engine, sampling
/// record (48): source, destination, next hop, input, output, packets, octets, first, last, ports,
///              pad, TCP flags, protocol, TOS, AS numbers, masks, pad
/// ```
public final class NetFlow5 {
    public static final int VERSION = 5;
    public static final int HEADER = 24;
    public static final int RECORD = 48;
    public static final int MAX_RECORDS = 30;

    private static final long DAYS_45_MS = 3_888_000_000L;
    private static final long WRAP = 1L << 32;

    private static final int SAMPLING_MASK = 0x3FFF;

    /// Octets of a record behind its protocol, which no flow needs.
    private static final int TAIL = 9;

    private final FlowRecord record = new FlowRecord();

    /// What a header says of its records' times and sampling.
    ///
    /// @param bootMs when the exporter started, milliseconds since 1970
    private record Header(long uptimeMs, long bootMs, int sampling) {}

    /// Decodes one datagram.
    ///
    /// @param from who sent it
    /// @param arrival how it came
    /// @return whether its header and length are those of a datagram
    public boolean decode(
            Cursor in, Exporter from, Arrival arrival, Counters counters, FlowConsumer out) {
        if (!in.has(HEADER)) {
            counters.drop(Drop.MALFORMED, 1);
            return false;
        }
        int version = in.u16();
        int count = in.u16();
        if (version != VERSION || count == 0 || count > MAX_RECORDS) {
            counters.drop(version != VERSION ? Drop.VERSION : Drop.MALFORMED, 1);
            return false;
        }
        long uptime = in.u32();
        long seconds = in.u32();
        long nanos = in.u32();
        long sequence = in.u32();
        int engine = in.u16();
        int sampling = in.u16() & SAMPLING_MASK;
        if (!in.has(count * RECORD)) {
            counters.drop(Drop.MALFORMED, 1);
            return false;
        }
        long exportMs = seconds * 1000 + nanos / 1_000_000;
        long boot = exportMs - uptime;
        Domain domain = from.domain(VERSION, engine, arrival.nowMs(), counters);
        SequenceTracker tracker =
                domain == null ? null : domain.sequence(arrival, sequence, counters);
        if (tracker != null) {
            tracker.accept(sequence, count, boot, arrival.nowMs(), counters);
        }
        from.prove();
        Header header = new Header(uptime, boot, sampling);
        for (int i = 0; i < count; i++) {
            record(in, header, counters, out);
        }
        return true;
    }

    private void record(Cursor in, Header header, Counters counters, FlowConsumer out) {
        FlowRecord r = record;
        r.clear();
        counters.add(Total.RECORDS, 1);
        r.setSipV4(in.i32());
        r.setDipV4(in.i32());
        r.setNhipV4(in.i32());
        r.input = in.u16();
        r.output = in.u16();
        r.packets = in.u32();
        r.bytes = in.u32();
        long first = in.u32();
        long last = in.u32();
        r.sport = in.u16();
        r.dport = in.u16();
        in.skip(1);
        r.flags = in.u8();
        r.protocol = in.u8();
        in.skip(TAIL);
        long length = last - first;
        boolean nonsense =
                r.packets == 0
                        || r.bytes == 0
                        || r.packets > r.bytes
                        || length > DAYS_45_MS
                        || (length < 0 && length > -DAYS_45_MS);
        if (nonsense) {
            counters.drop(Drop.BAD_RECORD, 1);
            return;
        }
        long end = first > last ? last + WRAP : last;
        r.stime =
                (header.bootMs + FlowTimes.uptimeMs(header.uptimeMs, first, FlowTimes.AHEAD_MS))
                        * 1000;
        r.duration = (end - first) * 1000;
        r.sampling = Math.max(1, header.sampling);
        if (r.protocol == Protocols.ICMP && r.dport == 0) {
            r.dport = (r.sport & 0xFF) << 8 | r.sport >>> 8;
            r.sport = 0;
        }
        out.accept(r, counters);
        counters.add(Total.FLOWS, 1);
    }
}
