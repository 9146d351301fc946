package dev.rearview.wire.pcap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Makes captures of frames, between two hosts.
final class Frames {
    static final long START_S = 0x65920080L;

    private final int link;
    private final List<byte[]> frames = new ArrayList<>();
    private final List<Long> timesUs = new ArrayList<>();

    Frames(int link) {
        this.link = link;
    }

    /// Adds a packet as it stands behind the link's header.
    Frames add(byte[] packet) {
        return add(packet, timesUs.size() * 1000L);
    }

    Frames add(byte[] packet, long afterUs) {
        frames.add(packet);
        timesUs.add(START_S * 1_000_000 + afterUs);
        return this;
    }

    /// The file.
    byte[] pcap() {
        int size = 24 + frames.stream().mapToInt(f -> 16 + f.length).sum();
        ByteBuffer b = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putLong(0);
        b.putInt(262_144).putInt(link);
        for (int i = 0; i < frames.size(); i++) {
            long us = timesUs.get(i);
            b.putInt((int) (us / 1_000_000)).putInt((int) (us % 1_000_000));
            b.putInt(frames.get(i).length).putInt(frames.get(i).length).put(frames.get(i));
        }
        return b.array();
    }

    /// A packet of IPv4 from 192.0.2.1 to 198.51.100.7.
    ///
    /// @param fragment flags and offset in eights
    static byte[] ipv4(int protocol, int id, int fragment, byte[] data) {
        ByteBuffer b = ByteBuffer.allocate(20 + data.length);
        b.put((byte) 0x45).put((byte) 0).putShort((short) (20 + data.length));
        b.putShort((short) id).putShort((short) fragment).put((byte) 64).put((byte) protocol);
        b.putShort((short) 0).putInt(0xC0000201).putInt(0xC6336407).put(data);
        return b.array();
    }

    /// The same of IPv6, with a fragment header.
    ///
    /// @param fragment offset in octets, and 1 if others follow
    static byte[] ipv6(int protocol, int id, int fragment, byte[] data) {
        ByteBuffer b = ByteBuffer.allocate(48 + data.length);
        b.putInt(0x60000000).putShort((short) (8 + data.length)).put((byte) 44).put((byte) 64);
        b.putLong(0x20010db8_00000000L).putLong(1).putLong(0x20010db8_00000000L).putLong(2);
        b.put((byte) protocol).put((byte) 0).putShort((short) fragment).putInt(id).put(data);
        return b.array();
    }

    static byte[] udp(byte[] payload) {
        ByteBuffer b = ByteBuffer.allocate(8 + payload.length);
        b.putShort((short) 40_000).putShort((short) 2055);
        b.putShort((short) (8 + payload.length)).putShort((short) 0).put(payload);
        return b.array();
    }

    static byte[] tcp(int sport, int sequence, int flags, byte[] payload) {
        ByteBuffer b = ByteBuffer.allocate(20 + payload.length);
        b.putShort((short) sport).putShort((short) 4739).putInt(sequence).putInt(1);
        b.put((byte) 0x50).put((byte) flags).putShort((short) 0xFFFF).putInt(0).put(payload);
        return b.array();
    }

    /// A segment as a packet.
    static byte[] segment(int sport, int sequence, int flags, byte[] payload) {
        return ipv4(6, 0, 0, tcp(sport, sequence, flags, payload));
    }

    static byte[] part(byte[] of, int from, int to) {
        return java.util.Arrays.copyOfRange(of, from, Math.min(to, of.length));
    }
}
