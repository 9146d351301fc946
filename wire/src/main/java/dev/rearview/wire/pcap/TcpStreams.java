package dev.rearview.wire.pcap;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.pcap.CaptureReport.Reason;
import dev.rearview.wire.pcap.Captures.PayloadConsumer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Puts the segments of TCP connections in order and cuts IPFIX messages from them.
///
/// A direction of a connection is followed from its SYN, if the first octets are a message's, or
/// from the first segment that starts like a message. Segments ahead of a gap wait for what fills
/// it; when there is no more room for them, or at the end of the capture, the gap is given up and
/// reading goes on at the next segment that starts like a message.
final class TcpStreams {
    /// Directions followed at a time; the one longest silent is dropped for a new one.
    static final int MAX_STREAMS = 1024;

    /// Octets that one direction may keep waiting behind a gap, with what keeping them costs.
    static final int MAX_WAITING = 1 << 20;

    /// The same for all directions, with unfinished messages.
    static final long MAX_TOTAL = 16 << 20;

    /// What keeping one segment costs besides its octets.
    private static final int OVERHEAD = 96;

    private static final int IPFIX = 10;
    private static final int IPFIX_HEADER = 16;

    // Flags of TCP.
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;

    private record Key(long sipHi, long sipLo, long dipHi, long dipLo, int sport, int dport) {}

    private static final class Stream {
        final FlowRecord tuple = new FlowRecord();
        final TreeMap<Long, byte[]> waiting = new TreeMap<>();
        long waitingOctets;

        /// The start of a message that is not whole yet.
        byte[] partial = new byte[0];

        int partialSize;

        /// The next octet wanted; counts on where sequence numbers roll over.
        long next;

        /// After octets that were no message: the next that starts like one is sought.
        boolean isLost;

        /// Whether a message started it; before that it may be anybody's.
        boolean isProven;

        boolean isForeign;
        long lastUs;
    }

    private final CaptureReport report;
    private final PayloadConsumer out;
    private final Map<Key, Stream> streams = new LinkedHashMap<>(16, 0.75f, true);
    private long octets;

    TcpStreams(CaptureReport report, PayloadConsumer out) {
        this.report = report;
        this.out = out;
    }

    /// Octets that wait.
    long octets() {
        return octets;
    }

    int streams() {
        return streams.size();
    }

    /// Takes a segment.
    ///
    /// @param sequence number of its first octet, 32 bits
    /// @param flags TCP's
    void segment(ByteBuffer payload, int sequence, int flags, FlowRecord tuple, long us) {
        Key key =
                new Key(
                        tuple.sipHi,
                        tuple.sipLo,
                        tuple.dipHi,
                        tuple.dipLo,
                        tuple.sport,
                        tuple.dport);
        int first = (flags & SYN) != 0 ? sequence + 1 : sequence;
        Stream s = streams.get(key);
        if (s != null && (flags & SYN) != 0 && (int) s.next != first) {
            // The ports are used again.
            end(key, s);
            s = null;
        }
        if (s == null) {
            boolean isMessage = startsLikeMessage(payload);
            if (!isMessage && (flags & SYN) == 0) {
                report.skip(Reason.OTHER, payload.hasRemaining() ? 1 : 0);
                return;
            }
            s = begin(key, first, tuple);
        }
        s.lastUs = us;
        if (payload.hasRemaining()) {
            take(s, first, payload);
            makeRoom(s);
        }
        if (s.isForeign || (flags & (FIN | RST)) != 0 && s.waiting.isEmpty()) {
            end(key, s);
        }
    }

    private Stream begin(Key key, int first, FlowRecord tuple) {
        if (streams.size() >= MAX_STREAMS) {
            dropSilent();
        }
        Stream s = new Stream();
        s.tuple.copyFrom(tuple);
        // Far enough from 0 that what came before it has a place too.
        s.next = (1L << 40) + (first & 0xFFFF_FFFFL);
        streams.put(key, s);
        return s;
    }

    private void take(Stream s, int sequence, ByteBuffer payload) {
        long at = s.next + (sequence - (int) s.next);
        byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        if (at > s.next) {
            await(s, at, bytes);
            return;
        }
        append(s, at, bytes);
        drain(s);
    }

    private void await(Stream s, long at, byte[] bytes) {
        byte[] old = s.waiting.get(at);
        if (old != null && old.length >= bytes.length) {
            return;
        }
        if (old != null) {
            charge(s, -old.length - OVERHEAD);
        }
        s.waiting.put(at, bytes);
        charge(s, bytes.length + OVERHEAD);
        while (s.waitingOctets > MAX_WAITING) {
            skipGap(s);
        }
    }

    private void charge(Stream s, int change) {
        s.waitingOctets += change;
        octets += change;
    }

    /// Appends octets that start at or before the next one wanted.
    private void append(Stream s, long at, byte[] bytes) {
        int known = (int) Math.min(s.next - at, bytes.length);
        if (known == bytes.length) {
            return;
        }
        s.next = at + bytes.length;
        ByteBuffer fresh = ByteBuffer.wrap(bytes, known, bytes.length - known);
        if (s.isLost) {
            if (!startsLikeMessage(fresh)) {
                return;
            }
            s.isLost = false;
        }
        hold(s, fresh);
        cut(s);
    }

    private void hold(Stream s, ByteBuffer fresh) {
        int size = s.partialSize + fresh.remaining();
        if (size > s.partial.length) {
            resize(s, Math.max(size, 2 * s.partialSize));
        }
        fresh.get(s.partial, s.partialSize, fresh.remaining());
        s.partialSize = size;
    }

    private void resize(Stream s, int capacity) {
        octets += capacity - s.partial.length;
        s.partial = Arrays.copyOf(s.partial, capacity);
        s.partialSize = Math.min(s.partialSize, capacity);
    }

    /// Hands out the messages that are whole and keeps what is left.
    private void cut(Stream s) {
        ByteBuffer all = ByteBuffer.wrap(s.partial, 0, s.partialSize);
        while (all.remaining() >= 4) {
            if (!startsLikeMessage(all)) {
                report.skip(s.isProven ? Reason.STREAM_GAP : Reason.OTHER, 1);
                s.isLost = true;
                s.isForeign = !s.isProven;
                resize(s, 0);
                return;
            }
            s.isProven = true;
            int length = length(all);
            if (all.remaining() < length) {
                break;
            }
            report.payload();
            out.payload(all.slice(all.position(), length), s.tuple, s.lastUs);
            all.position(all.position() + length);
        }
        if (all.position() > 0) {
            byte[] rest = new byte[all.remaining()];
            all.get(rest);
            octets += rest.length - s.partial.length;
            s.partial = rest;
            s.partialSize = rest.length;
        }
    }

    /// Takes what waited for the octets that have come.
    private void drain(Stream s) {
        while (!s.waiting.isEmpty() && s.waiting.firstKey() <= s.next) {
            Map.Entry<Long, byte[]> first = s.waiting.pollFirstEntry();
            charge(s, -first.getValue().length - OVERHEAD);
            append(s, first.getKey(), first.getValue());
        }
    }

    /// Gives up the gap before what waits, and the message that it cut.
    private void skipGap(Stream s) {
        report.skip(Reason.STREAM_GAP, 1);
        resize(s, 0);
        s.isLost = true;
        s.next = s.waiting.firstKey();
        drain(s);
    }

    private static boolean startsLikeMessage(ByteBuffer b) {
        int at = b.position();
        return b.remaining() >= 4 && b.getShort(at) == IPFIX && length(b) >= IPFIX_HEADER;
    }

    /// The length that a message says it has.
    private static int length(ByteBuffer b) {
        return b.getShort(b.position() + 2) & 0xFFFF;
    }

    private void makeRoom(Stream growing) {
        while (octets > MAX_TOTAL && streams.size() > 1) {
            dropSilent();
        }
        while (octets > MAX_TOTAL && !growing.waiting.isEmpty()) {
            skipGap(growing);
        }
    }

    private void dropSilent() {
        Iterator<Map.Entry<Key, Stream>> i = streams.entrySet().iterator();
        Stream s = i.next().getValue();
        i.remove();
        report.skip(Reason.STREAMS, s.isProven ? 1 : 0);
        close(s);
    }

    private void end(Key key, Stream s) {
        streams.remove(key);
        close(s);
    }

    /// Hands out what can still be read of a stream.
    private void close(Stream s) {
        if (s.isForeign) {
            report.skip(Reason.OTHER, s.waiting.size());
            charge(s, (int) -s.waitingOctets);
            s.waiting.clear();
        }
        while (!s.waiting.isEmpty()) {
            skipGap(s);
        }
        if (s.partialSize > 0) {
            report.skip(Reason.STREAM_GAP, 1);
        }
        resize(s, 0);
    }

    /// Ends all streams.
    void finish() {
        streams.values().forEach(this::close);
        streams.clear();
    }
}
