package dev.rearview.wire.pcap;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.packet.PacketHeader;
import java.io.IOException;
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
    private static final int UDP = 17;
    private static final int TCP = 6;

    private Captures() {}

    /// Takes packets.
    @FunctionalInterface
    public interface PacketConsumer {
        /// @param link link type of the capture
        void packet(ByteBuffer bytes, int link, long timeUs);
    }

    /// Takes payloads of UDP or TCP.
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

    /// Hands out the packets of a whole file.
    ///
    /// @param name for messages
    public static void packets(byte[] file, String name, PacketConsumer out) throws IOException {
        if (!isCapture(file)) {
            throw new MalformedInputException(name, 0, "", "neither pcap nor pcapng");
        }
        if (ByteBuffer.wrap(file).getInt() == PCAPNG) {
            ng(file, name, out);
        } else {
            classic(file, name, out);
        }
    }

    private static void classic(byte[] file, String name, PacketConsumer out) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(file);
        int magic = b.getInt(0);
        if (!isPcap(magic)) {
            b.order(ByteOrder.LITTLE_ENDIAN);
            magic = b.getInt(0);
        }
        boolean nanos = magic == PCAP_NS;
        if (b.capacity() < 24) {
            throw new MalformedInputException(name, 0, "header", "ends too early");
        }
        int link = b.getInt(20) & 0xFFFF;
        int at = 24;
        while (at + 16 <= b.capacity()) {
            long seconds = b.getInt(at) & 0xFFFF_FFFFL;
            long fraction = b.getInt(at + 4) & 0xFFFF_FFFFL;
            int length = b.getInt(at + 8);
            if (length < 0 || length > MAX_PACKET || length > b.capacity() - at - 16) {
                throw new MalformedInputException(
                        name, at, "packet length", length + " does not fit the file");
            }
            long us = seconds * 1_000_000 + (nanos ? fraction / 1000 : fraction);
            out.packet(b.slice(at + 16, length), link, us);
            at += 16 + length;
        }
    }

    private static void ng(byte[] file, String name, PacketConsumer out) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(file);
        Map<Integer, int[]> interfaces = new HashMap<>();
        int at = 0;
        while (at + 12 <= b.capacity()) {
            int type = b.getInt(at);
            if (type == PCAPNG) {
                b.order(
                        b.order(ByteOrder.BIG_ENDIAN).getInt(at + 8) == BYTE_ORDER_MAGIC
                                ? ByteOrder.BIG_ENDIAN
                                : ByteOrder.LITTLE_ENDIAN);
                interfaces.clear();
            }
            int length = b.getInt(at + 4);
            if (length < 12 || length % 4 != 0 || length > b.capacity() - at) {
                throw new MalformedInputException(
                        name, at, "block length", length + " does not fit the file");
            }
            switch (b.getInt(at)) {
                case 1 -> interfaces.put(interfaces.size(), interfaceOf(b, at, length));
                case 6 -> enhanced(b, at, length, interfaces, out);
                case 3 -> {
                    int size = Math.min(b.getInt(at + 8), length - 16);
                    int link = interfaces.getOrDefault(0, new int[] {1, 6})[0];
                    if (size >= 0) {
                        out.packet(b.slice(at + 12, size), link, 0);
                    }
                }
                default -> {}
            }
            at += length;
        }
    }

    /// Link type and decimal digits of the time stamps.
    private static int[] interfaceOf(ByteBuffer b, int at, int length) {
        int link = b.getShort(at + 8) & 0xFFFF;
        int digits = 6;
        int option = at + 16;
        while (option + 4 <= at + length - 4) {
            int code = b.getShort(option) & 0xFFFF;
            int size = b.getShort(option + 2) & 0xFFFF;
            if (code == 0) {
                break;
            }
            if (code == 9 && size == 1 && option + 4 < at + length) {
                digits = b.get(option + 4) & 0x7F;
            }
            option += 4 + (size + 3) / 4 * 4;
        }
        return new int[] {link, digits};
    }

    private static void enhanced(
            ByteBuffer b, int at, int length, Map<Integer, int[]> interfaces, PacketConsumer out) {
        if (length < 32) {
            return;
        }
        int[] known = interfaces.getOrDefault(b.getInt(at + 8), new int[] {1, 6});
        long stamp = (b.getInt(at + 12) & 0xFFFF_FFFFL) << 32 | b.getInt(at + 16) & 0xFFFF_FFFFL;
        int captured = b.getInt(at + 20);
        if (captured < 0 || captured > length - 32) {
            return;
        }
        double us = stamp * Math.pow(10, 6 - known[1]);
        out.packet(b.slice(at + 28, captured), known[0], (long) us);
    }

    /// Hands out the payloads of the UDP datagrams and TCP segments in a capture.
    public static void payloads(byte[] file, String name, PayloadConsumer out) throws IOException {
        PacketHeader header = new PacketHeader();
        FlowRecord r = new FlowRecord();
        packets(
                file,
                name,
                (bytes, link, us) -> {
                    ByteBuffer frame = bytes;
                    int kind = PacketHeader.LINK_ETHERNET;
                    switch (link) {
                        case 1 -> {}
                        case 101, 12, 14, 228, 229 -> kind = PacketHeader.LINK_RAW_IP;
                        case 0, 108 -> {
                            kind = PacketHeader.LINK_RAW_IP;
                            frame =
                                    bytes.slice(
                                            Math.min(4, bytes.limit()),
                                            Math.max(0, bytes.limit() - 4));
                        }
                        case 113 -> {
                            kind = PacketHeader.LINK_RAW_IP;
                            frame =
                                    bytes.slice(
                                            Math.min(16, bytes.limit()),
                                            Math.max(0, bytes.limit() - 16));
                        }
                        default -> {
                            return;
                        }
                    }
                    r.clear();
                    if (!header.read(new Cursor(frame), kind, r) || header.transportOffset() < 0) {
                        return;
                    }
                    int at = header.transportOffset();
                    int skip =
                            r.protocol == UDP ? 8 : r.protocol == TCP ? tcpHeader(frame, at) : -1;
                    if (skip < 0 || at + skip > frame.limit()) {
                        return;
                    }
                    int size = frame.limit() - at - skip;
                    if (r.protocol == UDP) {
                        // Ethernet pads short frames: UDP's own length counts.
                        int length =
                                (frame.order(ByteOrder.BIG_ENDIAN).getShort(at + 4) & 0xFFFF) - 8;
                        size = length >= 0 ? Math.min(size, length) : size;
                    }
                    out.payload(frame.slice(at + skip, size), r, us);
                });
    }

    private static int tcpHeader(ByteBuffer frame, int at) {
        return at + 13 <= frame.limit() ? (frame.get(at + 12) >>> 4 & 0xF) * 4 : -1;
    }
}
