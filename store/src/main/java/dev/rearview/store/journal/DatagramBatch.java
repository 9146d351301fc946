package dev.rearview.store.journal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Datagrams as they came, put together to be one write to a [Journal]. For one thread.
///
/// | octets of the body | |
/// |---|---|
/// | 0 | when the first one came, microseconds since 1970 |
/// | 8 | the same by a clock that nobody sets, milliseconds |
/// | 16 | datagrams: [#HEADER] octets and what came |
/// | the envelope's shape | names of probes: 2 octets for the length of each, UTF-8 |
///
/// | octets of a datagram | |
/// |---|---|
/// | 0 | address of the sender, network order; IPv4 as `::ffff:a.b.c.d` |
/// | 16 | number of the TCP session, 0 for datagrams |
/// | 20 | microseconds after the first one |
/// | 24 | port of the sender |
/// | 26 | place of the probe's name, from 0 |
/// | 28 | octets that came |
///
/// What tells of a datagram is in its batch, so that damage of one batch costs no other.
public final class DatagramBatch {
    /// Octets before what came.
    static final int HEADER = 30;

    private static final int FIRST = 2 * Long.BYTES;

    /// Octets of a datagram, or of a message of a session, at most.
    private static final int MAX_DATAGRAM = 65_535;

    /// Octets of all datagrams of a batch.
    static final int MAX_OCTETS = 1 << 20;

    /// Probes of a batch: each has a name in the configuration.
    private static final int MAX_PROBES = 1 << 12;

    private static final int MAX_NAME = 1 << 10;

    /// The name of a configuration's probe has a few octets; that of a batch has room for one such
    /// at least.
    private static final int NAMES = 1 << 16;

    private static final int IPV4 = 12;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(Envelope.OCTETS + FIRST + MAX_OCTETS + NAMES)
                    .order(ByteOrder.LITTLE_ENDIAN);
    private final Map<String, Integer> probes = new LinkedHashMap<>();
    private final byte[] address = new byte[16];
    private final List<byte[]> names = new ArrayList<>();
    private int namesOctets;
    private int count;
    private long firstUs;
    // The sender before: the next one is mostly the same.
    private @Nullable InetAddress last;

    /// A datagram that was read.
    ///
    /// @param session number of the TCP session that it is a message of, 0 if it is none
    /// @param receivedUs when it came, microseconds since 1970
    /// @param nowMs the same by a clock that nobody set while its journal was written
    /// @param bytes what came, valid until the next one is read
    public record Datagram(
            String probe,
            InetSocketAddress from,
            int session,
            long receivedUs,
            long nowMs,
            ByteBuffer bytes) {}

    /// Takes the datagrams of a batch.
    @FunctionalInterface
    public interface DatagramConsumer {
        void accept(Datagram datagram);
    }

    public DatagramBatch() {
        clear();
    }

    /// Datagrams in it.
    public int count() {
        return count;
    }

    /// Octets that they take.
    public int octets() {
        return count == 0 ? 0 : buffer.position() - Envelope.OCTETS;
    }

    /// Takes a datagram.
    ///
    /// @param nowMs by a clock that nobody sets; of the first one, for all
    /// @param bytes what came; its position moves to its limit
    /// @return false if there is no room: the batch is to be appended first
    public boolean add(
            String probe,
            InetSocketAddress from,
            int session,
            long receivedUs,
            long nowMs,
            ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length > MAX_DATAGRAM) {
            throw new IllegalArgumentException("a message of " + length + " octets");
        }
        if (buffer.position() + HEADER + length > Envelope.OCTETS + FIRST + MAX_OCTETS) {
            return false;
        }
        Integer known = probes.get(probe);
        int place = known == null ? place(probe) : known;
        if (place < 0) {
            return false;
        }
        if (count == 0) {
            firstUs = receivedUs;
            buffer.putLong(receivedUs).putLong(nowMs);
        }
        buffer.put(address(from.getAddress()));
        buffer.putInt(session);
        // A clock that was set meanwhile: what came later did not come before.
        buffer.putInt(Math.clamp(receivedUs - firstUs, 0, Integer.MAX_VALUE));
        buffer.putShort((short) from.getPort()).putShort((short) place).putShort((short) length);
        buffer.put(bytes);
        count++;
        return true;
    }

    private int place(String probe) {
        byte[] name = probe.getBytes(StandardCharsets.UTF_8);
        int octets = Short.BYTES + name.length;
        if (name.length > MAX_NAME) {
            throw new IllegalArgumentException("a probe's name of " + name.length + " octets");
        }
        if (names.size() == MAX_PROBES || namesOctets + octets > NAMES) {
            return -1;
        }
        names.add(name);
        namesOctets += octets;
        probes.put(probe, names.size() - 1);
        return names.size() - 1;
    }

    private byte[] address(InetAddress from) {
        if (!from.equals(last)) {
            byte[] octets = from.getAddress();
            Arrays.fill(address, (byte) 0);
            if (octets.length < address.length) {
                address[IPV4 - 1] = -1;
                address[IPV4 - 2] = -1;
            }
            System.arraycopy(octets, 0, address, address.length - octets.length, octets.length);
            last = from;
        }
        return address;
    }

    /// Where the names stand in the body.
    int namesAt() {
        return buffer.position() - Envelope.OCTETS;
    }

    /// The body, with room for an envelope before it. The batch can still be added to.
    ByteBuffer finish() {
        ByteBuffer whole = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        whole.limit(whole.capacity());
        for (byte[] name : names) {
            whole.putShort((short) name.length).put(name);
        }
        return whole.flip();
    }

    /// Forgets what is in it.
    public void clear() {
        buffer.clear().position(Envelope.OCTETS);
        probes.clear();
        names.clear();
        namesOctets = 0;
        count = 0;
    }

    // Reading -------------------------------------------------------------------------------------

    /// Hands out what is in it.
    public void forEach(DatagramConsumer out) {
        if (count > 0) {
            ByteBuffer body = finish().position(Envelope.OCTETS).slice();
            read(body.order(ByteOrder.LITTLE_ENDIAN), count, namesAt(), out);
        }
    }

    /// Hands out the datagrams of a body.
    ///
    /// @param body little-endian, from 0 to its limit
    /// @param count datagrams that it holds
    /// @param namesAt where the names of probes stand
    /// @return false if it is no such body: nothing was handed out
    static boolean read(ByteBuffer body, int count, int namesAt, DatagramConsumer out) {
        List<String> names = names(body, namesAt);
        if (names == null || !isWhole(body, count, namesAt, names.size())) {
            return false;
        }
        long receivedUs = body.getLong(0);
        long nowMs = body.getLong(Long.BYTES);
        byte[] octets = new byte[16];
        byte[] before = new byte[16];
        InetSocketAddress from = null;
        int at = FIRST;
        for (int i = 0; i < count; i++) {
            body.get(at, octets);
            int port = Short.toUnsignedInt(body.getShort(at + 24));
            if (from == null || from.getPort() != port || !Arrays.equals(octets, before)) {
                from = new InetSocketAddress(address(octets), port);
                System.arraycopy(octets, 0, before, 0, octets.length);
            }
            int length = Short.toUnsignedInt(body.getShort(at + 28));
            out.accept(
                    new Datagram(
                            names.get(body.getShort(at + 26)),
                            from,
                            body.getInt(at + 16),
                            receivedUs + body.getInt(at + 20),
                            nowMs,
                            body.slice(at + HEADER, length)));
            at += HEADER + length;
        }
        return true;
    }

    private static @Nullable List<String> names(ByteBuffer body, int namesAt) {
        if (namesAt < FIRST || namesAt > body.limit()) {
            return null;
        }
        List<String> out = new ArrayList<>();
        int at = namesAt;
        while (at < body.limit()) {
            int left = body.limit() - at - Short.BYTES;
            int length = left < 0 ? -1 : Short.toUnsignedInt(body.getShort(at));
            if (length < 0 || length > left || length > MAX_NAME || out.size() == MAX_PROBES) {
                return null;
            }
            byte[] name = new byte[length];
            body.get(at + Short.BYTES, name);
            out.add(new String(name, StandardCharsets.UTF_8));
            at += Short.BYTES + length;
        }
        return out;
    }

    private static boolean isWhole(ByteBuffer body, int count, int end, int probes) {
        int at = FIRST;
        for (int i = 0; i < count; i++) {
            if (at > end - HEADER) {
                return false;
            }
            int probe = body.getShort(at + 26);
            if (probe < 0 || probe >= probes || body.getInt(at + 20) < 0) {
                return false;
            }
            at += HEADER + Short.toUnsignedInt(body.getShort(at + 28));
        }
        return at == end;
    }

    private static InetAddress address(byte[] octets) {
        try {
            // An IPv4 address where it is one in IPv6.
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
