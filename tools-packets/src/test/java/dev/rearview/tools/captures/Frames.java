package dev.rearview.tools.captures;

import dev.rearview.testkit.Workbench;
import dev.rearview.wire.pcap.CaptureWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.HexFormat;

/// Writes captures of frames given in hexadecimal, from one host to another.
public final class Frames {
    public static final long START_S = 1_709_200_800;
    public static final String ETHERNET = "020000000002 020000000001 0800";
    public static final String ARP = "020000000002 020000000001 0806 0001080006040001";

    /// 192.0.2.10 and 198.51.100.20.
    public static final String HOSTS = "c000020a c6336414";

    private final CaptureWriter out;
    private long count;

    private Frames(CaptureWriter out) {
        this.out = out;
    }

    /// Adds frames to a capture.
    public interface Filling {
        void fill(Frames frames) throws IOException;
    }

    /// Writes a file of Ethernet.
    public static void write(Workbench bench, String name, Filling filling) throws IOException {
        write(bench, name, 1, filling);
    }

    public static void write(Workbench bench, String name, int link, Filling filling)
            throws IOException {
        try (CaptureWriter out =
                new CaptureWriter(Files.newOutputStream(bench.path(name)), link, 65_535)) {
            filling.fill(new Frames(out));
        }
    }

    /// Adds a frame a second after the one before.
    public Frames add(String hex) throws IOException {
        return add(hex, count * 1_000_000);
    }

    public Frames add(String hex, long afterUs) throws IOException {
        byte[] b = HexFormat.of().parseHex(hex.replace(" ", ""));
        out.write(ByteBuffer.wrap(b), START_S * 1_000_000 + afterUs, b.length);
        count++;
        return this;
    }

    /// A datagram of UDP with four octets in it.
    ///
    /// @param id of the IP header, and the hops it may still make
    public static String udp(int sport, int dport, int id, int ttl) {
        return ETHERNET
                + String.format("45000020%04x0000%02x110000", id, ttl)
                + HOSTS
                + String.format("%04x%04x000c0000", sport, dport)
                + "74657374";
    }

    /// The first octets of a frame.
    public static String cut(String hex, int octets) {
        return hex.replace(" ", "").substring(0, 2 * octets);
    }

    /// What a frame of Ethernet carries.
    public static String packet(String hex) {
        return hex.replace(" ", "").substring(2 * 14);
    }

    /// A segment of TCP.
    public static String tcp(int sport, int dport, int flags) {
        return ETHERNET
                + "450000280001000040060000"
                + HOSTS
                + String.format("%04x%04x", sport, dport)
                + "0000000100000000"
                + String.format("50%02x", flags)
                + "040000000000";
    }

    /// An echo request.
    public static String echo() {
        return ETHERNET + "4500001c0001000040010000" + HOSTS + "0800000000010001";
    }

    /// A fragment of UDP.
    ///
    /// @param place flags and offset in eights
    public static String fragment(int place, String data) {
        int length = 20 + data.length() / 2;
        return ETHERNET + String.format("4500%04x0009%04x40110000", length, place) + HOSTS + data;
    }
}
