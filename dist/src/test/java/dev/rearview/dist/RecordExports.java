package dev.rearview.dist;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes the recordings in `testdata/exports`: runs every installed exporter over [Packets] and
/// keeps its datagrams as a capture. Run by `scripts/record-exports`.
final class RecordExports {
    private static final int QUIET_MS = 1_500;
    private static final int MAX_DATAGRAMS = 10_000;

    private RecordExports() {}

    public static void main(String[] args) throws Exception {
        Path work = Files.createTempDirectory("record");
        Path capture = work.resolve("packets.pcap");
        Files.write(capture, new Packets().capture());
        for (Exporter e : Exporter.all()) {
            if (e.tcp() || !e.isInstalled()) {
                System.out.println(e.name() + ": skipped");
                continue;
            }
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                socket.setReceiveBufferSize(1 << 22);
                e.runner()
                        .run(
                                capture,
                                Files.createDirectory(work.resolve(e.name())),
                                socket.getLocalPort());
                List<byte[]> datagrams = receive(socket);
                Files.write(e.recording(), pcap(datagrams));
                System.out.println(e.name() + ": " + datagrams.size() + " datagrams");
            }
        }
    }

    private static List<byte[]> receive(DatagramSocket socket) throws IOException {
        List<byte[]> out = new ArrayList<>();
        socket.setSoTimeout(QUIET_MS);
        byte[] buffer = new byte[65_536];
        while (out.size() < MAX_DATAGRAMS) {
            DatagramPacket p = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(p);
            } catch (SocketTimeoutException e) {
                return out;
            }
            out.add(java.util.Arrays.copyOf(buffer, p.getLength()));
        }
        return out;
    }

    /// Raw IPv4 packets from 127.0.0.1:40000 to port 9995, a second after each other.
    private static byte[] pcap(List<byte[]> datagrams) {
        int size = 24;
        for (byte[] d : datagrams) {
            size += 16 + 28 + d.length;
        }
        ByteBuffer b = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
        b.putLong(0).putInt(65_535).putInt(101);
        int at = 0;
        for (byte[] d : datagrams) {
            int length = 28 + d.length;
            b.order(ByteOrder.LITTLE_ENDIAN);
            b.putInt(1_705_312_900 + at++).putInt(0).putInt(length).putInt(length);
            b.order(ByteOrder.BIG_ENDIAN);
            b.putShort((short) 0x4500).putShort((short) length).putInt(0);
            b.put((byte) 64).put((byte) 17).putShort((short) 0);
            b.putInt(0x7F00_0001).putInt(0x7F00_0001);
            b.putShort((short) 40_000).putShort((short) 9_995);
            b.putShort((short) (8 + d.length)).putShort((short) 0).put(d);
        }
        return b.array();
    }
}
