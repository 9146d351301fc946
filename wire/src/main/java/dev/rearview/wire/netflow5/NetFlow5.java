package dev.rearview.wire.netflow5;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.MessageFlows;
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
import org.jspecify.annotations.Nullable;

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

    // Where the fields of a record are.
    private static final int SOURCE = 0;
    private static final int DESTINATION = 4;
    private static final int NEXT_HOP = 8;
    private static final int INPUT = 12;
    private static final int OUTPUT = 14;
    private static final int PACKETS = 16;
    private static final int OCTETS = 20;
    private static final int FIRST = 24;
    private static final int LAST = 28;
    private static final int SOURCE_PORT = 32;
    private static final int DESTINATION_PORT = 34;
    private static final int FLAGS = 37;
    private static final int PROTOCOL = 38;

    private static final long MAX_U32 = 0xFFFF_FFFFL;

    // The flows of a datagram, and their columns; those of which most datagrams have one value are
    // told so where that is the case.
    private final MessageFlows flows = new MessageFlows();
    private final long[] sip = flows.vary(FieldNumbers.SIP);
    private final long[] dip = flows.vary(FieldNumbers.DIP);
    private final long[] nhip = flows.vary(FieldNumbers.NHIP);
    private final long[] input = flows.vary(FieldNumbers.INPUT);
    private final long[] output = flows.vary(FieldNumbers.OUTPUT);
    private final long[] packets = flows.vary(FieldNumbers.PACKETS);
    private final long[] octets = flows.vary(FieldNumbers.BYTES);
    private final long[] stime = flows.vary(FieldNumbers.STIME);
    private final long[] duration = flows.vary(FieldNumbers.DURATION);
    private final long[] sport = flows.vary(FieldNumbers.SPORT);
    private final long[] dport = flows.vary(FieldNumbers.DPORT);
    private final long[] flags = flows.vary(FieldNumbers.FLAGS);
    private final long[] protocol = flows.vary(FieldNumbers.PROTOCOL);

    private final FlowRecord record = new FlowRecord();
    private final Log log;
    private final boolean isLogged;

    public NetFlow5() {
        this(Log.NONE);
    }

    /// @param log is told what becomes of datagrams and records
    public NetFlow5(Log log) {
        this.log = log;
        this.isLogged = log != Log.NONE;
    }

    /// What a datagram's header says.
    ///
    /// @param bootMs when the exporter started, milliseconds since 1970
    /// @param count records
    /// @param sequence flows before the first record
    /// @param engine type and number
    public record Header(
            long uptimeMs, long bootMs, int count, long sequence, int engine, int sampling) {
        /// When the datagram was exported, milliseconds since 1970.
        public long exportMs() {
            return bootMs + uptimeMs;
        }
    }

    /// Is told what is made of what is read, for whoever writes that down.
    public interface Log {
        /// For whoever wants to know nothing of it.
        Log NONE = new Log() {};

        /// Why a record makes no flow.
        enum Bad {
            NO_COUNTS,
            MORE_PACKETS_THAN_OCTETS,
            TOO_LONG
        }

        /// A datagram whose version or number of records is not one that there is.
        default void rejected(int version, int count) {}

        /// A datagram comes.
        ///
        /// @param missing flows that its sequence number says are missing; below 0 such as are not
        ///   missing any more
        default void datagram(Header header, long missing) {}

        default void bad(Bad why) {}

        /// A record that makes a flow, and the times that it gives.
        default void record(Header header, long first, long last, FlowRecord flow) {}
    }

    /// What came, as SiLK words it in logs.
    ///
    /// @param valid datagrams that are some, of `datagrams`
    public static String summary(long valid, long datagrams, long flows, long missing, long bad) {
        return "Pkts %d/%d, Recs %d, MissRecs %d, BadRecs %d"
                .formatted(valid, datagrams, flows, missing, bad);
    }

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
            log.rejected(version, count);
            return false;
        }
        Header header = header(in, count);
        if (!in.has(count * RECORD)) {
            counters.drop(Drop.MALFORMED, 1);
            return false;
        }
        follow(header, from, arrival, counters);
        from.prove();
        records(in, header, counters, out);
        return true;
    }

    /// Reads a header behind its number of records.
    private static Header header(Cursor in, int count) {
        long uptime = in.u32();
        long seconds = in.u32();
        long nanos = in.u32();
        long sequence = in.u32();
        int engine = in.u16();
        int sampling = in.u16() & SAMPLING_MASK;
        long boot = seconds * 1000 + nanos / 1_000_000 - uptime;
        return new Header(uptime, boot, count, sequence, engine, sampling);
    }

    /// Counts what the sequence number says is missing.
    private void follow(Header h, Exporter from, Arrival arrival, Counters counters) {
        long before = counters.dropped(Drop.SEQUENCE_GAP);
        Domain domain = from.domain(VERSION, h.engine, arrival.nowMs(), counters);
        SequenceTracker tracker =
                domain == null ? null : domain.sequence(arrival, h.sequence, counters);
        if (tracker != null) {
            tracker.accept(h.sequence, h.count, h.bootMs, arrival.nowMs(), counters);
        }
        log.datagram(h, counters.dropped(Drop.SEQUENCE_GAP) - before);
    }

    /// Reads the records; those that make no sense are left out.
    private void records(Cursor in, Header header, Counters counters, FlowConsumer out) {
        counters.add(Total.RECORDS, header.count);
        flows.setSame(FieldNumbers.SAMPLING, Math.max(1, header.sampling));
        int n = 0;
        for (int end = in.position() + header.count * RECORD;
                in.position() < end;
                in.skip(RECORD)) {
            read(in, n);
            long first = in.i32At(FIRST) & MAX_U32;
            long last = in.i32At(LAST) & MAX_U32;
            Log.Bad bad = nonsense(packets[n], octets[n], last - first);
            if (bad != null) {
                log.bad(bad);
                continue;
            }
            long until = first > last ? last + WRAP : last;
            long start = FlowTimes.uptimeMs(header.uptimeMs, first, FlowTimes.AHEAD_MS);
            stime[n] = (header.bootMs + start) * 1000;
            duration[n] = (until - first) * 1000;
            if (isLogged) {
                flows.get(n, record);
                log.record(header, first, last, record);
            }
            n++;
        }
        counters.drop(Drop.BAD_RECORD, header.count - n);
        if (n > 0) {
            handOn(n, counters, out);
        }
    }

    private void handOn(int count, Counters counters, FlowConsumer out) {
        flows.setCount(count);
        flows.settle(FieldNumbers.NHIP);
        flows.settle(FieldNumbers.INPUT);
        flows.settle(FieldNumbers.OUTPUT);
        out.accept(flows, counters);
        // As they are for the next datagram.
        flows.setSame(FieldNumbers.SENSOR, FlowRecord.NO_SENSOR);
        flows.setSame(FieldNumbers.FLOWTYPE, FlowRecord.NO_FLOWTYPE);
        flows.vary(FieldNumbers.NHIP);
        flows.vary(FieldNumbers.INPUT);
        flows.vary(FieldNumbers.OUTPUT);
        counters.add(Total.FLOWS, count);
    }

    /// Reads all of a record but its times.
    ///
    /// @param row where its flow goes
    private void read(Cursor in, int row) {
        sip[row] = Ip.mapped(in.i32At(SOURCE));
        dip[row] = Ip.mapped(in.i32At(DESTINATION));
        nhip[row] = Ip.mapped(in.i32At(NEXT_HOP));
        input[row] = in.u16At(INPUT);
        output[row] = in.u16At(OUTPUT);
        packets[row] = in.i32At(PACKETS) & MAX_U32;
        octets[row] = in.i32At(OCTETS) & MAX_U32;
        flags[row] = in.u8At(FLAGS);
        int source = in.u16At(SOURCE_PORT);
        int destination = in.u16At(DESTINATION_PORT);
        int its = in.u8At(PROTOCOL);
        protocol[row] = its;
        // Some exporters put type and code of ICMP into the wrong port, the wrong way round.
        boolean isSwapped = its == Protocols.ICMP && destination == 0;
        sport[row] = isSwapped ? 0 : source;
        dport[row] = isSwapped ? (source & 0xFF) << 8 | source >>> 8 : destination;
    }

    /// Why a record makes no sense, null if it does.
    ///
    /// @param length what its times differ by, as they stand
    private static Log.@Nullable Bad nonsense(long packets, long octets, long length) {
        if (packets == 0 || octets == 0) {
            return Log.Bad.NO_COUNTS;
        }
        if (packets > octets) {
            return Log.Bad.MORE_PACKETS_THAN_OCTETS;
        }
        boolean tooLong = length > DAYS_45_MS || (length < 0 && length > -DAYS_45_MS);
        return tooLong ? Log.Bad.TOO_LONG : null;
    }
}
