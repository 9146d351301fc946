package dev.rearview.dist;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Packets of our own making, as a capture that exporters can meter, and what they add up to.
///
/// Web, DNS, ping and a scan over IPv4, a web session over IPv6, and at the end datagrams to the
/// discard port, which an exporter that forgets its last samples may lose. Always the same packets.
final class Packets {
    /// Start of the first packet: 2024-01-15T10:00:00Z.
    private static final long START_S = 1_705_312_800L;

    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int PSH = 0x08;
    private static final int FIN = 0x01;
    private static final int RST = 0x04;

    private final List<byte[]> frames = new ArrayList<>();
    private final Map<String, long[]> totals = new TreeMap<>();

    /// One end of a conversation; octets of 4 or 16 bytes.
    private record End(byte[] address, int port) {
        boolean v6() {
            return address.length == 16;
        }

        String text() {
            return Packets.text(address);
        }
    }

    Packets() {
        for (int i = 0; i < 20; i++) {
            web(v4(10, 1, 0, 10 + i), v4(198, 51, 100, 1 + i % 3), 40_000 + i, 2 + i % 5);
        }
        for (int i = 0; i < 10; i++) {
            dns(v4(10, 1, 0, 10 + i), v4(192, 0, 2, 53), 50_000 + i);
        }
        for (int i = 0; i < 5; i++) {
            icmp(v4(10, 1, 0, 10), v4(203, 0, 113, 9), 8);
            icmp(v4(203, 0, 113, 9), v4(10, 1, 0, 10), 0);
        }
        web(v6(0x10), v6(0x25), 42_000, 4);
        for (int i = 0; i < 30; i++) {
            End from = new End(v4(203, 0, 113, 66), 61_000);
            End to = new End(v4(10, 1, 0, 1 + i), 22);
            tcp(from, to, SYN, 0);
            tcp(to, from, RST | ACK, 0);
        }
        for (int i = 0; i < 10; i++) {
            udp(new End(v4(10, 1, 0, 99), 9), new End(v4(192, 0, 2, 99), 9), 64);
        }
    }

    private static byte[] v4(int a, int b, int c, int d) {
        return new byte[] {(byte) a, (byte) b, (byte) c, (byte) d};
    }

    private static byte[] v6(int last) {
        byte[] out = new byte[16];
        ByteBuffer.wrap(out).putInt(0x20010db8).putInt(0).putInt(0).putInt(last);
        return out;
    }

    private static String text(byte[] a) {
        return a.length == 16
                ? "2001:db8::" + Integer.toHexString(a[15] & 0xFF)
                : (a[0] & 0xFF) + "." + (a[1] & 0xFF) + "." + (a[2] & 0xFF) + "." + (a[3] & 0xFF);
    }

    private void web(byte[] client, byte[] server, int port, int answers) {
        End from = new End(client, port);
        End to = new End(server, 80);
        tcp(from, to, SYN, 0);
        tcp(to, from, SYN | ACK, 0);
        tcp(from, to, ACK, 0);
        tcp(from, to, PSH | ACK, 200);
        for (int i = 0; i < answers; i++) {
            tcp(to, from, ACK, 1200);
            tcp(from, to, ACK, 0);
        }
        tcp(to, from, FIN | ACK, 0);
        tcp(from, to, FIN | ACK, 0);
        tcp(to, from, ACK, 0);
    }

    private void dns(byte[] client, byte[] server, int port) {
        udp(new End(client, port), new End(server, 53), 32);
        udp(new End(server, 53), new End(client, port), 120);
    }

    private void tcp(End from, End to, int flags, int payload) {
        ByteBuffer b = ByteBuffer.allocate(20 + payload);
        b.putShort((short) from.port).putShort((short) to.port).putInt(1).putInt(1);
        b.put((byte) 0x50).put((byte) flags).putShort((short) 8192).putInt(0);
        packet(from, to, 6, b.array(), from.port, to.port);
    }

    private void udp(End from, End to, int payload) {
        ByteBuffer b = ByteBuffer.allocate(8 + payload);
        b.putShort((short) from.port).putShort((short) to.port);
        b.putShort((short) (8 + payload)).putShort((short) 0);
        packet(from, to, 17, b.array(), from.port, to.port);
    }

    private void icmp(byte[] from, byte[] to, int type) {
        ByteBuffer b = ByteBuffer.allocate(64);
        b.put((byte) type).put((byte) 0);
        packet(new End(from, 0), new End(to, 0), 1, b.array(), 0, type << 8);
    }

    private void packet(End from, End to, int protocol, byte[] payload, int sport, int dport) {
        int header = from.v6() ? 40 : 20;
        ByteBuffer b = ByteBuffer.allocate(14 + header + payload.length);
        b.putLong(0x0200_0000_0001_0200L).putInt(2).putShort((short) (from.v6() ? 0x86DD : 0x0800));
        if (from.v6()) {
            b.putInt(0x6000_0000).putShort((short) payload.length);
            b.put((byte) protocol).put((byte) 64);
        } else {
            b.putShort((short) 0x4500).putShort((short) (header + payload.length));
            b.putInt(0).put((byte) 64).put((byte) protocol).putShort((short) 0);
        }
        b.put(from.address).put(to.address).put(payload);
        frames.add(b.array());
        String key = from.text() + "," + to.text() + "," + sport + "," + dport + "," + protocol;
        long[] sum = totals.computeIfAbsent(key, k -> new long[2]);
        sum[0]++;
        sum[1] += header + payload.length;
    }

    /// The packets as a capture file, a hundredth of a second apart.
    byte[] capture() {
        int size = 24;
        for (byte[] f : frames) {
            size += 16 + f.length;
        }
        ByteBuffer b = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
        b.putLong(0).putInt(65_535).putInt(1);
        for (int i = 0; i < frames.size(); i++) {
            byte[] f = frames.get(i);
            b.putInt((int) (START_S + i / 100)).putInt(i % 100 * 10_000);
            b.putInt(f.length).putInt(f.length).put(f);
        }
        return b.array();
    }

    /// Lines of `sip,dip,sport,dport,protocol,packets,bytes`, sorted; ICMP's type and code stand in
    /// dport.
    List<String> totals() {
        List<String> out = new ArrayList<>();
        totals.forEach((key, sum) -> out.add(key + "," + sum[0] + "," + sum[1]));
        return out;
    }
}
