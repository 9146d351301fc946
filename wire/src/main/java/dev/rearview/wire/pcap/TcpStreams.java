package dev.rearview.wire.pcap;

import dev.rearview.model.AddressPair;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.TcpFlags;
import dev.rearview.wire.ipfix.Ipfix;
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
/// counted, once, whatever of the stream it takes with it. Reading goes on at the next message: at
/// a segment that starts like one, or at a header within the octets that leads to another one by
/// its length, or to the end of what there is. Octets that are no message are passed over likewise.
final class TcpStreams {
    /// Directions followed at a time; the one longest silent is dropped for a new one.
    static final int MAX_STREAMS = 1024;

    /// Octets that one direction may keep waiting behind a gap, with what keeping them costs.
    static final int MAX_WAITING = 1 << 20;

    /// The same for all directions, with unfinished messages.
    static final long MAX_TOTAL = 16 << 20;

    /// Connections that ended, which are remembered for their repeated segments.
    static final int MAX_ENDED = 1024;

    /// What keeping one segment costs besides its octets.
    private static final int OVERHEAD = 96;

    private record Key(AddressPair addresses, int sport, int dport) {}

    private static final class Stream {
        final FlowRecord tuple = new FlowRecord();
        final TreeMap<Long, byte[]> waiting = new TreeMap<>();
        long waitingOctets;

        /// The start of a message that is not whole yet.
        byte[] partial = new byte[0];

        int partialSize;

        /// The next octet wanted; counts on where sequence numbers roll over.
        long next;

        /// After a gap, or octets that were no message: the next that starts like one is sought.
        boolean isLost;

        /// Sequence number of the first octet.
        int first;

        /// Whether a message started it; before that it may be anybody's.
        boolean isProven;

        boolean isForeign;
        long lastUs;
    }

    private final CaptureReport report;
    private final PayloadConsumer out;

    /// The octet behind the last one of connections that ended.
    private final Map<Key, Integer> ended = new LinkedHashMap<>();

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
    /// @param flags as [TcpFlags] has them
    void segment(ByteBuffer payload, int sequence, int flags, FlowRecord tuple, long us) {
        Key key = new Key(AddressPair.of(tuple), tuple.sport, tuple.dport);
        int first = (flags & TcpFlags.SYN) != 0 ? sequence + 1 : sequence;
        Stream s = streams.get(key);
        if (s != null && (flags & TcpFlags.SYN) != 0 && s.first != first) {
            // The ports are used again.
            end(key, s);
            s = null;
        }
        if (s == null) {
            boolean isMessage = startsLikeMessage(payload, payload.position());
            if ((flags & TcpFlags.SYN) == 0 && isRepeated(key, first + payload.remaining())) {
                return;
            }
            if (!isMessage && (flags & TcpFlags.SYN) == 0) {
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
        if (s.isForeign || (flags & (TcpFlags.FIN | TcpFlags.RST)) != 0 && s.waiting.isEmpty()) {
            end(key, s);
        }
    }

    /// Whether octets up to a sequence number belong to the connection that these ports ended.
    private boolean isRepeated(Key key, int end) {
        Integer last = ended.get(key);
        return last != null && last - end >= 0 && last - end <= MAX_WAITING;
    }

    private Stream begin(Key key, int first, FlowRecord tuple) {
        ended.remove(key);
        if (streams.size() >= MAX_STREAMS) {
            dropSilent();
        }
        Stream s = new Stream();
        s.tuple.copyFrom(tuple);
        s.first = first;
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
        int segment = known == 0 ? s.partialSize : -1;
        hold(s, ByteBuffer.wrap(bytes, known, bytes.length - known));
        read(s, segment, false);
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

    /// Reads what is held and keeps what is left.
    ///
    /// @param segment where in it the last segment starts, -1 if that is not known
    /// @param isEnd whether nothing follows it
    private void read(Stream s, int segment, boolean isEnd) {
        ByteBuffer all = ByteBuffer.wrap(s.partial, 0, s.partialSize);
        while (!s.isLost || seek(s, all, segment, isEnd)) {
            if (cut(s, all)) {
                break;
            }
        }
        if (all.position() > 0) {
            byte[] rest = new byte[all.remaining()];
            all.get(rest);
            octets += rest.length - s.partial.length;
            s.partial = rest;
            s.partialSize = rest.length;
        }
    }

    /// Hands out the messages that are whole; false if a stream of messages goes on with octets
    /// that are none.
    private boolean cut(Stream s, ByteBuffer all) {
        while (all.remaining() >= 4) {
            if (!startsLikeMessage(all, all.position())) {
                report.skip(s.isProven ? Reason.STREAM_GAP : Reason.OTHER, 1);
                s.isLost = true;
                s.isForeign = !s.isProven;
                all.position(s.isForeign ? all.limit() : all.position());
                return s.isForeign;
            }
            s.isProven = true;
            int length = length(all, all.position());
            if (all.remaining() < length) {
                break;
            }
            report.payload();
            out.payload(all.slice(all.position(), length), s.tuple, s.lastUs);
            all.position(all.position() + length);
        }
        return true;
    }

    /// Goes on to the next message, or to what may be one when more has come.
    ///
    /// @return whether a message begins there
    private static boolean seek(Stream s, ByteBuffer all, int segment, boolean isEnd) {
        int undecided = -1;
        for (int at = all.position(); at + 4 <= all.limit(); at++) {
            if (!startsLikeMessage(all, at)) {
                continue;
            }
            int next = at + length(all, at);
            boolean isOpen = next + 4 > all.limit() && !isEnd;
            if (isOpen ? at == segment : leadsOn(all, next)) {
                all.position(at);
                s.isLost = false;
                return true;
            }
            if (isOpen && undecided < 0) {
                undecided = at;
                if (at > segment) {
                    break;
                }
                at = segment - 1;
            }
        }
        int tail = Math.max(all.position(), all.limit() - 3);
        all.position(undecided < 0 ? tail : undecided);
        return false;
    }

    /// Whether a message begins at a place, as far as there are octets, or there are none.
    private static boolean leadsOn(ByteBuffer all, int at) {
        return switch (all.limit() - at) {
            case 0 -> true;
            case 1 -> all.get(at) == 0;
            case 2, 3 -> all.getShort(at) == Ipfix.VERSION;
            default -> at < all.limit() && startsLikeMessage(all, at);
        };
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
        readLost(s);
        report.skip(Reason.STREAM_GAP, 1);
        resize(s, 0);
        s.isLost = true;
        s.next = s.waiting.firstKey();
        drain(s);
    }

    /// Reads what was held back while a message was sought, now that nothing follows it.
    private void readLost(Stream s) {
        if (s.isLost) {
            read(s, -1, true);
        }
    }

    private static boolean startsLikeMessage(ByteBuffer b, int at) {
        return b.limit() - at >= 4
                && b.getShort(at) == Ipfix.VERSION
                && length(b, at) >= Ipfix.HEADER;
    }

    /// The length that a message says it has.
    private static int length(ByteBuffer b, int at) {
        return b.getShort(at + 2) & 0xFFFF;
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
        if (s.isProven) {
            ended.put(key, (int) s.next);
            if (ended.size() > MAX_ENDED) {
                ended.remove(ended.keySet().iterator().next());
            }
        }
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
        readLost(s);
        if (s.partialSize > 0 && !s.isLost) {
            report.skip(Reason.STREAM_GAP, 1);
        }
        resize(s, 0);
    }

    /// Ends all streams.
    void finish() {
        streams.values().forEach(this::close);
        streams.clear();
        ended.clear();
    }
}
