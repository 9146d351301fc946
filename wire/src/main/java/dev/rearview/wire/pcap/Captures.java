package dev.rearview.wire.pcap;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/// Reads pcap and pcapng files and hands out their packets, or the UDP datagrams in them.
public final class Captures {
    private static final int PCAP_US = 0xA1B2C3D4;
    private static final int PCAP_NS = 0xA1B23C4D;
    private static final int PCAPNG = 0x0A0D0D0A;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int MAX_PACKET = 1 << 20;
    private static final int MAX_BLOCK = MAX_PACKET + (1 << 16);
    private static final int MAX_INTERFACES = 1 << 16;
    private static final String ENDS_EARLY = "ends too early";

    private Captures() {}

    /// Takes packets.
    @FunctionalInterface
    public interface PacketConsumer {
        /// @param link link type of the capture
        void packet(ByteBuffer bytes, int link, long timeUs);
    }

    /// Takes payloads of UDP datagrams, and IPFIX messages of TCP.
    @FunctionalInterface
    public interface PayloadConsumer {
        /// @param tuple addresses, ports and protocol
        void payload(ByteBuffer bytes, FlowRecord tuple, long timeUs);
    }

    /// Whether a file starts like a capture.
    public static boolean isCapture(byte[] head) {
        if (head.length < 4) {
            return false;
        }
        int big = ByteBuffer.wrap(head).getInt();
        int little = Integer.reverseBytes(big);
        return big == PCAPNG || isPcap(big) || isPcap(little);
    }

    private static boolean isPcap(int magic) {
        return magic == PCAP_US || magic == PCAP_NS;
    }

    /// Hands out the packets of a capture, one after the other, up to its end.
    ///
    /// @param name for messages
    /// @throws MalformedInputException where it breaks its format; what came before was handed out
    public static void packets(InputStream in, String name, PacketConsumer out) throws IOException {
        byte[] magic = in.readNBytes(4);
        if (!isCapture(magic)) {
            throw new MalformedInputException(name, 0, "", "neither pcap nor pcapng");
        }
        Source source = new Source(in, name, magic.length);
        if (ByteBuffer.wrap(magic).getInt() == PCAPNG) {
            ng(source, out);
        } else {
            classic(source, ByteBuffer.wrap(magic).getInt(), out);
        }
    }

    /// What is left of a capture.
    private static final class Source {
        private final InputStream in;
        private final String name;
        private long offset;

        Source(InputStream in, String name, long offset) {
            this.in = in;
            this.name = name;
            this.offset = offset;
        }

        /// The next octets, fewer at the end.
        ByteBuffer next(int count) throws IOException {
            byte[] bytes = in.readNBytes(count);
            offset += bytes.length;
            return ByteBuffer.wrap(bytes);
        }

        MalformedInputException malformed(String field, String reason) {
            return new MalformedInputException(name, offset, field, reason);
        }
    }

    private static void classic(Source in, int first, PacketConsumer out) throws IOException {
        ByteOrder order = isPcap(first) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        boolean nanos = first == PCAP_NS || Integer.reverseBytes(first) == PCAP_NS;
        ByteBuffer header = in.next(20).order(order);
        if (header.limit() < 20) {
            throw in.malformed("header", ENDS_EARLY);
        }
        int link = header.getInt(16) & 0xFFFF;
        while (true) {
            ByteBuffer h = in.next(16).order(order);
            if (h.limit() < 16) {
                if (h.limit() > 0) {
                    throw in.malformed("packet header", ENDS_EARLY);
                }
                return;
            }
            long seconds = h.getInt(0) & 0xFFFF_FFFFL;
            long fraction = h.getInt(4) & 0xFFFF_FFFFL;
            int length = h.getInt(8);
            if (length < 0 || length > MAX_PACKET) {
                throw in.malformed("packet length", Integer.toUnsignedString(length) + " is wrong");
            }
            ByteBuffer packet = in.next(length);
            if (packet.limit() < length) {
                throw in.malformed("packet", ENDS_EARLY);
            }
            out.packet(packet, link, seconds * 1_000_000 + (nanos ? fraction / 1000 : fraction));
        }
    }

    private static void ng(Source in, PacketConsumer out) throws IOException {
        Map<Integer, int[]> interfaces = new HashMap<>();
        ByteOrder order = ByteOrder.BIG_ENDIAN;
        ByteBuffer type = ByteBuffer.wrap(new byte[4]).putInt(0, PCAPNG);
        while (type.limit() == 4) {
            ByteBuffer head = in.next(4);
            boolean section = type.getInt(0) == PCAPNG;
            ByteBuffer magic = section ? in.next(4) : ByteBuffer.allocate(0);
            if (head.limit() < 4 || section && magic.limit() < 4) {
                throw in.malformed("block", ENDS_EARLY);
            }
            if (section) {
                order =
                        magic.getInt(0) == BYTE_ORDER_MAGIC
                                ? ByteOrder.BIG_ENDIAN
                                : ByteOrder.LITTLE_ENDIAN;
                interfaces.clear();
            }
            int length = head.order(order).getInt(0);
            int read = 8 + magic.limit();
            if (length < read + 4 || length % 4 != 0 || length > MAX_BLOCK) {
                throw in.malformed("block length", Integer.toUnsignedString(length) + " is wrong");
            }
            // Kept as a whole, so that positions are those of the format's figures.
            ByteBuffer rest = in.next(length - read);
            if (rest.limit() < length - read) {
                throw in.malformed("block", ENDS_EARLY);
            }
            ByteBuffer block = ByteBuffer.allocate(length).order(order);
            block.put(read, rest.array(), 0, rest.limit());
            switch (type.order(order).getInt(0)) {
                case 1 -> {
                    if (interfaces.size() < MAX_INTERFACES) {
                        interfaces.put(interfaces.size(), interfaceOf(block, length));
                    }
                }
                case 6 -> enhanced(block, length, interfaces, out);
                case 3 -> simple(block, length, interfaces, out);
                default -> {}
            }
            type = in.next(4);
        }
        if (type.limit() > 0) {
            throw in.malformed("block", ENDS_EARLY);
        }
    }

    private static void simple(
            ByteBuffer b, int length, Map<Integer, int[]> interfaces, PacketConsumer out) {
        if (length < 16) {
            return;
        }
        int size = Math.min(b.getInt(8), length - 16);
        int link = interfaces.getOrDefault(0, new int[] {1, 6})[0];
        if (size >= 0) {
            out.packet(b.slice(12, size), link, 0);
        }
    }

    /// Link type and what the unit of the time stamps is, as pcapng puts it: decimal digits of a
    /// second, or with the highest bit binary ones.
    private static int[] interfaceOf(ByteBuffer b, int length) {
        int resolution = 6;
        if (length < 20) {
            return new int[] {1, resolution};
        }
        int link = b.getShort(8) & 0xFFFF;
        int option = 16;
        while (option + 4 <= length - 4) {
            int code = b.getShort(option) & 0xFFFF;
            int size = b.getShort(option + 2) & 0xFFFF;
            if (code == 0) {
                break;
            }
            if (code == 9 && size == 1 && option + 4 < length - 4) {
                resolution = b.get(option + 4) & 0xFF;
            }
            option += 4 + (size + 3) / 4 * 4;
        }
        return new int[] {link, resolution};
    }

    private static void enhanced(
            ByteBuffer b, int length, Map<Integer, int[]> interfaces, PacketConsumer out) {
        if (length < 32) {
            return;
        }
        int[] known = interfaces.getOrDefault(b.getInt(8), new int[] {1, 6});
        long stamp = (b.getInt(12) & 0xFFFF_FFFFL) << 32 | b.getInt(16) & 0xFFFF_FFFFL;
        int captured = b.getInt(20);
        if (captured < 0 || captured > length - 32) {
            return;
        }
        int digits = known[1] & 0x7F;
        double us =
                known[1] == digits
                        ? stamp * Math.pow(10, 6 - digits)
                        : stamp * 1e6 * Math.pow(2, -digits);
        out.packet(b.slice(28, captured), known[0], (long) us);
    }

    /// Hands out the payloads of the UDP datagrams in a capture and the IPFIX messages in its TCP
    /// streams. IP fragments are put together before; see [Fragments] and [TcpStreams].
    ///
    /// @return what was handed out and what not
    public static CaptureReport payloads(InputStream in, String name, PayloadConsumer out)
            throws IOException {
        CaptureReport report = new CaptureReport();
        payloads(in, name, report, out);
        return report;
    }

    /// Like the other, for captures that may end early: the report is whole even then.
    public static void payloads(
            InputStream in, String name, CaptureReport report, PayloadConsumer out)
            throws IOException {
        Payloads payloads = new Payloads(report, out);
        try {
            packets(in, name, payloads);
        } finally {
            payloads.finish();
        }
    }
}
