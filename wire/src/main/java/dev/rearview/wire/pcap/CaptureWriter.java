package dev.rearview.wire.pcap;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes a pcap file with times in microseconds, in this machine's byte order.
public final class CaptureWriter implements Closeable {
    /// What a file that does not say how much it keeps of a packet is taken to keep.
    private static final int SNAP_LENGTH = 262_144;

    private static final int MAGIC = 0xA1B2C3D4;

    private final OutputStream out;
    private final ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    private long written;

    /// Writes the header.
    ///
    /// @param link link type of all packets
    /// @param snapLength the most octets of a packet, 0 where that is not known
    public CaptureWriter(OutputStream out, int link, int snapLength) throws IOException {
        this.out = new BufferedOutputStream(out, 1 << 16);
        header.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putLong(0);
        header.putInt(snapLength == 0 ? SNAP_LENGTH : snapLength).putInt(link);
        this.out.write(header.array(), 0, 24);
    }

    /// Writes the packet that was read last.
    public void write(CaptureReader from) throws IOException {
        write(from.bytes(), from.timeUs(), from.length());
    }

    /// Writes a packet.
    ///
    /// @param length octets that it had on the wire
    public void write(ByteBuffer packet, long timeUs, long length) throws IOException {
        header.clear();
        header.putInt((int) Math.floorDiv(timeUs, 1_000_000L));
        header.putInt((int) Math.floorMod(timeUs, 1_000_000L));
        header.putInt(packet.remaining()).putInt((int) length);
        out.write(header.array(), 0, 16);
        byte[] octets = new byte[packet.remaining()];
        packet.get(packet.position(), octets);
        out.write(octets);
        written++;
    }

    /// Packets written so far.
    public long written() {
        return written;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
