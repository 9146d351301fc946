package dev.rearview.meter;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The flows of a capture, added up by connection.
final class Captured {
    static final Path ROOT = Path.of(System.getProperty("rearview.root", ".."));

    /// Captures, with what others made of them, that stand beside the repository where they are
    /// available.
    static final Path BESIDE = ROOT.resolve("../shared/captures/pcaps").normalize();

    /// All VLANs together.
    static final int ALL = -1;

    /// One direction.
    record Way(Ip from, int sport, Ip to, int dport, int protocol, int vlan) {
        Way inAllVlans() {
            return new Way(from, sport, to, dport, protocol, ALL);
        }

        Way back() {
            return new Way(to, dport, from, sport, protocol, vlan);
        }
    }

    /// Packets and octets.
    record Sum(long packets, long bytes) {
        static final Sum NOTHING = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(packets + other.packets, bytes + other.bytes);
        }
    }

    final Map<Way, Sum> ways = new HashMap<>();
    final List<FlowRecord> records = new ArrayList<>();
    final MeterCounts counts;
    boolean isEthernet;

    /// Where the capture broke; what came before it counts, for others as for us.
    Optional<MalformedInputException> damage = Optional.empty();

    private Captured(Path capture, MeterOptions options, boolean onlyWhole) throws IOException {
        FlowMeter meter = new FlowMeter(options, this::take);
        counts = meter.counts();
        PacketHeader header = new PacketHeader();
        try (CaptureReader in =
                CaptureReader.open(Files.newInputStream(capture), capture.toString())) {
            isEthernet = in.firstLink() == PacketHeader.LINK_ETHERNET;
            while (in.next()) {
                ByteBuffer frame = in.bytes().order(ByteOrder.BIG_ENDIAN);
                boolean isCut =
                        header.read(new Cursor(frame), in.link(), new FlowRecord())
                                && header.end() > frame.limit();
                if (!onlyWhole || !isCut) {
                    meter.packet(frame, in.link(), in.timeUs());
                }
            }
        } catch (MalformedInputException e) {
            damage = Optional.of(e);
        }
        meter.end();
    }

    /// An address in text.
    static Ip ip(String text) {
        byte[] b = InetAddress.ofLiteral(text).getAddress();
        ByteBuffer octets = ByteBuffer.wrap(b);
        return b.length == 4 ? Ip.v4(octets.getInt()) : Ip.v6(octets.getLong(), octets.getLong());
    }

    static void assumeBeside() {
        assumeTrue(Files.isDirectory(BESIDE), BESIDE + " is not there");
    }

    /// Flows as they are by default.
    static Captured flows(Path capture) throws IOException {
        return new Captured(capture, new MeterOptions(), false);
    }

    /// All packets of a connection together, however long it lasts.
    ///
    /// @param onlyWhole whether packets are left out of which the capture has a part only
    static Captured connections(Path capture, boolean entersTunnels, boolean onlyWhole)
            throws IOException {
        MeterOptions options =
                new MeterOptions()
                        .idleUs(Long.MAX_VALUE / 2)
                        .activeUs(Long.MAX_VALUE / 2)
                        .seesEnds(false)
                        .entersTunnels(entersTunnels);
        return new Captured(capture, options, onlyWhole);
    }

    private void take(MeteredFlow flow) {
        add(flow.forward(), flow.vlan());
        flow.backward().ifPresent(r -> add(r, flow.vlan()));
    }

    private void add(FlowRecord r, int vlan) {
        FlowRecord copy = new FlowRecord();
        copy.copyFrom(r);
        records.add(copy);
        Ip from = new Ip(r.sipHi, r.sipLo, r.isIpv6());
        Ip to = new Ip(r.dipHi, r.dipLo, r.isIpv6());
        Sum sum = new Sum(r.packets, r.bytes);
        ways.merge(new Way(from, r.sport, to, r.dport, r.protocol, vlan), sum, Sum::plus);
        ways.merge(new Way(from, r.sport, to, r.dport, r.protocol, ALL), sum, Sum::plus);
    }

    Sum of(Way way) {
        return ways.getOrDefault(way, Sum.NOTHING);
    }
}
