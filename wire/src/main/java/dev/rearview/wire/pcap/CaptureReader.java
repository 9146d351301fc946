package dev.rearview.wire.pcap;

import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.PacketHeader;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Reads the packets of a pcap or pcapng file, one after the other.
public final class CaptureReader implements Closeable {
    private static final int PCAP_US = 0xA1B2C3D4;
    private static final int PCAP_NS = 0xA1B23C4D;
    private static final int PCAPNG = 0x0A0D0D0A;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int MAX_PACKET = 1 << 20;
    private static final int MAX_BLOCK = MAX_PACKET + (1 << 16);
    private static final int MAX_INTERFACES = 1 << 16;
    private static final String ENDS_EARLY = "ends too early";

    // Blocks of pcapng, and options of an interface.
    private static final int INTERFACE_BLOCK = 1;
    private static final int SIMPLE_BLOCK = 3;
    private static final int ENHANCED_BLOCK = 6;
    private static final int TIME_RESOLUTION = 9;
    private static final int TIME_OFFSET = 14;

    /// An interface of pcapng; a pcap file is one.
    ///
    /// @param resolution unit of its times: decimal digits of a second, or with the highest bit
    ///   binary ones
    /// @param offsetS seconds that its times begin at
    private record Interface(int link, int snapLength, int resolution, long offsetS) {}

    /// What is taken for an interface that a file does not describe.
    private static final Interface UNKNOWN = new Interface(PacketHeader.LINK_ETHERNET, 0, 6, 0);

    private final InputStream in;
    private final String name;
    private final boolean isNg;
    private long offset;
    private ByteOrder order;

    /// Interfaces of the current section.
    private final List<Interface> interfaces = new ArrayList<>();

    private Interface first = UNKNOWN;
    private boolean isFirstKnown;

    /// The packet last read; of pcapng it may have been read ahead, before anybody asked.
    private ByteBuffer packet = ByteBuffer.allocate(0);

    private Interface from = UNKNOWN;
    private long timeUs;
    private long length;
    private boolean isAhead;
    private boolean isOver;

    private CaptureReader(InputStream in, String name, int magic) throws IOException {
        this.in = in;
        this.name = name;
        this.offset = 4;
        this.isNg = magic == PCAPNG;
        this.order = isPcap(magic) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        if (isNg) {
            section();
            while (!isFirstKnown && !isAhead && !isOver) {
                block();
            }
        } else {
            boolean nanos = magic == PCAP_NS || Integer.reverseBytes(magic) == PCAP_NS;
            header(nanos ? 9 : 6);
        }
    }

    /// Opens a capture and reads its header.
    ///
    /// @param name for messages
    /// @throws MalformedInputException if it is no capture
    public static CaptureReader open(InputStream in, String name) throws IOException {
        InputStream buffered = in instanceof BufferedInputStream ? in : new BufferedInputStream(in);
        byte[] magic = buffered.readNBytes(4);
        if (!isCapture(magic)) {
            throw new MalformedInputException(name, 0, "", "neither pcap nor pcapng");
        }
        return new CaptureReader(buffered, name, ByteBuffer.wrap(magic).getInt());
    }

    /// Whether a file starts like a capture.
    static boolean isCapture(byte[] head) {
        if (head.length < 4) {
            return false;
        }
        int big = ByteBuffer.wrap(head).getInt();
        return big == PCAPNG || isPcap(big) || isPcap(Integer.reverseBytes(big));
    }

    private static boolean isPcap(int magic) {
        return magic == PCAP_US || magic == PCAP_NS;
    }

    /// Name of the file, for messages.
    public String name() {
        return name;
    }

    /// Link type of the file, or of its first interface.
    public int firstLink() {
        return first.link;
    }

    /// The most octets that it says it keeps of a packet, 0 if it does not say.
    public int snapLength() {
        return first.snapLength;
    }

    /// Goes on to the next packet.
    ///
    /// @return false at the end
    /// @throws MalformedInputException where it breaks its format; what came before was handed out
    public boolean next() throws IOException {
        if (!isNg) {
            return record();
        }
        while (!isAhead && !isOver) {
            block();
        }
        boolean is = isAhead;
        isAhead = false;
        return is;
    }

    /// The octets that the file has of the packet.
    public ByteBuffer bytes() {
        return packet;
    }

    public int link() {
        return from.link;
    }

    /// When the packet was seen, microseconds since 1970.
    public long timeUs() {
        return timeUs;
    }

    /// Octets that the packet had on the wire.
    public long length() {
        return length;
    }

    /// A failure at the present place.
    public MalformedInputException malformed(String field, String reason) {
        return new MalformedInputException(name, offset, field, reason);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /// The next octets, fewer at the end.
    private ByteBuffer read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        offset += bytes.length;
        return ByteBuffer.wrap(bytes).order(order);
    }

    private void header(int resolution) throws IOException {
        ByteBuffer header = read(20);
        if (header.limit() < 20) {
            throw malformed("header", ENDS_EARLY);
        }
        int snapLength = header.getInt(12);
        first = new Interface(header.getInt(16) & 0xFFFF, snapLength, resolution, 0);
        from = first;
    }

    /// Reads a packet of pcap.
    private boolean record() throws IOException {
        ByteBuffer h = read(16);
        if (h.limit() < 16) {
            if (h.limit() > 0) {
                throw malformed("packet header", ENDS_EARLY);
            }
            return false;
        }
        int captured = h.getInt(8);
        if (captured < 0 || captured > MAX_PACKET) {
            throw malformed("packet length", Integer.toUnsignedString(captured) + " is wrong");
        }
        packet = read(captured);
        if (packet.limit() < captured) {
            throw malformed("packet", ENDS_EARLY);
        }
        long fraction = h.getInt(4) & 0xFFFF_FFFFL;
        long us = first.resolution == 9 ? fraction / 1000 : fraction;
        timeUs = (h.getInt(0) & 0xFFFF_FFFFL) * 1_000_000 + us;
        length = h.getInt(12) & 0xFFFF_FFFFL;
        return true;
    }

    /// Reads the head of a section of pcapng behind its type.
    private void section() throws IOException {
        ByteBuffer head = read(4);
        ByteBuffer magic = read(4);
        if (head.limit() < 4 || magic.limit() < 4) {
            throw malformed("block", ENDS_EARLY);
        }
        boolean isBig = magic.order(ByteOrder.BIG_ENDIAN).getInt(0) == BYTE_ORDER_MAGIC;
        order = isBig ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        interfaces.clear();
        body(head.order(order).getInt(0), 12);
    }

    /// Reads a block of pcapng.
    private void block() throws IOException {
        ByteBuffer type = read(4);
        if (type.limit() < 4) {
            if (type.limit() > 0) {
                throw malformed("block", ENDS_EARLY);
            }
            isOver = true;
            return;
        }
        if (type.getInt(0) == PCAPNG) {
            section();
            return;
        }
        ByteBuffer head = read(4);
        if (head.limit() < 4) {
            throw malformed("block", ENDS_EARLY);
        }
        int size = head.getInt(0);
        ByteBuffer block = body(size, 8);
        switch (type.getInt(0)) {
            case INTERFACE_BLOCK -> describe(block, size);
            case ENHANCED_BLOCK -> enhanced(block, size);
            case SIMPLE_BLOCK -> simple(block, size);
            default -> {}
        }
    }

    /// Reads the rest of a block, which is kept as a whole, so that positions are those of the
    /// format's figures.
    private ByteBuffer body(int size, int read) throws IOException {
        if (size < read + 4 || size % 4 != 0 || size > MAX_BLOCK) {
            throw malformed("block length", Integer.toUnsignedString(size) + " is wrong");
        }
        ByteBuffer rest = read(size - read);
        if (rest.limit() < size - read) {
            throw malformed("block", ENDS_EARLY);
        }
        ByteBuffer block = ByteBuffer.allocate(size).order(order);
        return block.put(read, rest.array(), 0, rest.limit());
    }

    private void describe(ByteBuffer b, int size) {
        Interface known = size < 20 ? UNKNOWN : interfaceOf(b, size);
        if (interfaces.size() < MAX_INTERFACES) {
            interfaces.add(known);
        }
        if (!isFirstKnown) {
            first = known;
            isFirstKnown = true;
        }
    }

    private static Interface interfaceOf(ByteBuffer b, int size) {
        int resolution = 6;
        long offsetS = 0;
        int option = 16;
        while (option + 4 <= size - 4) {
            int code = b.getShort(option) & 0xFFFF;
            int octets = b.getShort(option + 2) & 0xFFFF;
            if (code == 0 || option + 4 + octets > size - 4) {
                break;
            }
            if (code == TIME_RESOLUTION && octets == 1) {
                resolution = b.get(option + 4) & 0xFF;
            } else if (code == TIME_OFFSET && octets == 8) {
                offsetS = b.getLong(option + 4);
            }
            option += 4 + (octets + 3) / 4 * 4;
        }
        return new Interface(b.getShort(8) & 0xFFFF, b.getInt(12), resolution, offsetS);
    }

    private void simple(ByteBuffer b, int size) {
        if (size < 16 || b.getInt(8) < 0) {
            return;
        }
        from = interfaces.isEmpty() ? UNKNOWN : interfaces.getFirst();
        length = b.getInt(8);
        int most = size - 16;
        if (from.snapLength > 0) {
            most = Math.min(most, from.snapLength);
        }
        packet = b.slice(12, (int) Math.min(length, most)).order(order);
        timeUs = 0;
        isAhead = true;
    }

    private void enhanced(ByteBuffer b, int size) {
        if (size < 32) {
            return;
        }
        int captured = b.getInt(20);
        if (captured < 0 || captured > size - 32) {
            return;
        }
        int number = b.getInt(8);
        from = number >= 0 && number < interfaces.size() ? interfaces.get(number) : UNKNOWN;
        long stamp = (b.getInt(12) & 0xFFFF_FFFFL) << 32 | b.getInt(16) & 0xFFFF_FFFFL;
        timeUs = microseconds(stamp, from.resolution) + from.offsetS * 1_000_000;
        length = b.getInt(24) & 0xFFFF_FFFFL;
        packet = b.slice(28, captured).order(order);
        isAhead = true;
    }

    /// A count of units as microseconds, truncated.
    private static long microseconds(long stamp, int resolution) {
        int digits = resolution & 0x7F;
        if (resolution != digits) {
            long whole = digits > 63 ? 0 : stamp >>> digits;
            long part = digits > 63 ? stamp : stamp - (whole << digits);
            return whole * 1_000_000 + (long) (part * 1e6 * Math.pow(2, -digits));
        }
        if (digits <= 6) {
            return stamp * power(6 - digits);
        }
        return digits > 24 ? 0 : Long.divideUnsigned(stamp, power(digits - 6));
    }

    private static long power(int digits) {
        long p = 1;
        for (int i = 0; i < digits; i++) {
            p *= 10;
        }
        return p;
    }
}
