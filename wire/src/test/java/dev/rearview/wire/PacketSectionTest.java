package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.pcap.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// IPFIX records that carry the first octets of a packet instead of a flow's elements.
class PacketSectionTest {
    private static final String IP =
            "4500002c 00010000 40060000 c0000201 c6336407 d431 0050 00000001 00000000 5002";
    private static final String FRAME = "020000000001 020000000002 8100 0064 0800" + IP;

    private final Counters counters = new Counters();
    private final Collected out = new Collected();

    private void decode(ProbeOptions options, String template, String values) {
        HexFormat f = HexFormat.of();
        byte[] fields = Bytes.array(template);
        String sets =
                "0002"
                        + f.toHexDigits((short) (8 + fields.length))
                        + "0100"
                        + f.toHexDigits((short) (fields.length / 4))
                        + template
                        + "0100"
                        + f.toHexDigits((short) (4 + Bytes.array(values).length))
                        + values;
        int length = Ipfix.HEADER + Bytes.array(sets).length;
        String header = "000a" + f.toHexDigits((short) length) + "65920080 00000000 00000001";
        Exporter from = new Exporter(new StateBudget(1 << 20));
        new Ipfix(options)
                .decode(Bytes.of(header + sets), from, new Arrival(0, 0, 0), counters, out);
    }

    private FlowRecord only(ProbeOptions options, String template, String values) {
        decode(options, template, values);
        assertThat(out.flows).hasSize(1);
        FlowRecord r = out.flows.getFirst();
        assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC0000201));
        assertThat(r.dipLo).isEqualTo(Ip.mapped(0xC6336407));
        assertThat(r.sport).isEqualTo(54321);
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.protocol).isEqualTo(6);
        assertThat(r.flags).isEqualTo(2);
        return r;
    }

    private static String variable(String hex) {
        return HexFormat.of().toHexDigits((byte) Bytes.array(hex).length) + hex;
    }

    @Test
    void aFrameSectionIsAPacket() {
        FlowRecord r =
                only(
                        ProbeOptions.DEFAULT,
                        "0143 0008 000a 0004 000e 0004 0138 0002 013b ffff",
                        "0000018cc251f400 00012345 00000004 0040" + variable(FRAME));
        assertThat(r.packets).isEqualTo(1);
        // The IP packet's octets, as IPFIX counts them, not the frame's 64.
        assertThat(r.bytes).isEqualTo(44);
        assertThat(r.stimeMs()).isEqualTo(0x18cc251f400L);
        assertThat(r.duration).isZero();
        // Interfaces are whole.
        assertThat(r.input).isEqualTo(0x12345);
        assertThat(r.output).isEqualTo(4);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(1);
        assertThat(counters.total(Counters.Total.RECORDS)).isEqualTo(1);
    }

    @Test
    void anIpSectionIsAPacket() {
        FlowRecord r = only(ProbeOptions.DEFAULT, "0139 ffff", variable(IP));
        assertThat(r.packets).isEqualTo(1);
        assertThat(r.bytes).isEqualTo(44);
        assertThat(r.stime).isEqualTo(0x65920080L * 1_000_000);
    }

    @Test
    void vlanAndCountsOfTheRecordCount() {
        FlowRecord r =
                only(
                        ProbeOptions.of(true, Set.of()),
                        "0002 0004 0001 0004 0132 0004 0131 0004 013b ffff",
                        "00000003 00000100 00000063 00000001" + variable(FRAME));
        assertThat(r.packets).isEqualTo(3);
        assertThat(r.bytes).isEqualTo(256);
        assertThat(r.input).isEqualTo(100);
        assertThat(r.sampling).isEqualTo(100);
    }

    /// Fields of fixed length are filled up: what counts is the number that is told.
    @Test
    void paddingIsNoHeader() {
        String cut = FRAME.replace(" ", "").substring(0, 2 * 38);
        decode(ProbeOptions.DEFAULT, "019a 0002 013b 0040", "0026" + cut + "ff".repeat(64 - 38));
        assertThat(out.flows).hasSize(1);
        assertThat(out.flows.getFirst().dport).isZero();
    }

    /// A packet whose header has no length has the exporter's, and without one it is no flow.
    @Test
    void aPacketWithoutLengthHasThatOfItsFrameOrIsIgnored() {
        String ip = IP.replace("4500002c", "45000000");
        decode(ProbeOptions.DEFAULT, "0139 ffff", variable(ip));
        assertThat(out.flows).isEmpty();
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(1);
        assertThat(only(ProbeOptions.DEFAULT, "0138 0002 0139 ffff", "0040" + variable(ip)).bytes)
                .isEqualTo(64);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(1);
    }

    /// Frames of another kind, cut ones and what is not IP: each is one record that is ignored.
    @Test
    void whatIsNotReadableIsIgnoredOnce() {
        decode(ProbeOptions.DEFAULT, "0198 0002 013b ffff", "0002" + variable(FRAME));
        decode(ProbeOptions.DEFAULT, "013b ffff", variable(FRAME.replace("0800", "0806")));
        decode(ProbeOptions.DEFAULT, "013b ffff", variable("0200"));
        decode(ProbeOptions.DEFAULT, "013b ffff 0002 0001", "00 01");
        assertThat(out.flows).isEmpty();
        assertThat(counters.total(Counters.Total.RECORDS)).isEqualTo(4);
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(4);
        assertThat(counters.dropped(Drop.MALFORMED)).isZero();
    }

    /// softflowd's packet samples are packets of the capture that it was run over.
    @Test
    void softflowdsSamplesArePacketsOfTheCapture() throws IOException {
        Recordings.assumeThere();
        Recordings ours = new Recordings();
        ours.file(Recordings.EXPORTS.resolve("generated/softflowd-psamp-ftp.pcap"));
        List<String> packets = new ArrayList<>();
        Path capture = Recordings.EXPORTS.resolve("../pcaps/nDPI/ftp.pcap");
        PacketHeader header = new PacketHeader();
        FlowRecord r = new FlowRecord();
        try (InputStream in = Files.newInputStream(capture)) {
            Captures.packets(
                    in,
                    "ftp.pcap",
                    (bytes, link, us) -> {
                        r.clear();
                        if (header.read(new Cursor(bytes), link, r)) {
                            packets.add(text(r) + " " + us / 1_000_000);
                        }
                    });
        }
        assertThat(ours.out.flows).hasSize(21);
        assertThat(ours.counters.total(Counters.Total.RECORDS)).isEqualTo(21);
        assertThat(ours.out.flows)
                .allSatisfy(f -> assertThat(packets).contains(text(f) + " " + f.stime / 1_000_000));
    }

    private static String text(FlowRecord r) {
        return r.sipHi
                + "."
                + r.sipLo
                + ":"
                + r.sport
                + " "
                + r.dipHi
                + "."
                + r.dipLo
                + ":"
                + r.dport
                + " "
                + r.protocol
                + " "
                + r.flags
                + " "
                + r.bytes;
    }
}
