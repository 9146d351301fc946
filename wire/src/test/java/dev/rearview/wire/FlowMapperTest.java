package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow9.NetFlow9;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What single elements of a record make of its flows.
class FlowMapperTest {
    private static final String HOSTS = "0008 0004  000c 0004  0007 0002  000b 0002  0004 0001 ";
    private static final String FROM_TO = "c0000201 c6336407 d431 0050";
    private static final String COUNTS = "0002 0004  0001 0004 ";
    private static final String TCP = FROM_TO + "06";
    private static final String UDP = FROM_TO + "11";
    private static final String FIVE = "00000005 00000500 ";

    /// Reverse packets and octets.
    private static final String BACK = "8002 0004 00007279  8001 0004 00007279 ";

    private static final String THREE = "00000003 00000300 ";
    private static final String INITIAL_AND_UNION = "800e 0001 00001ad7  800f 0001 00001ad7 ";

    private static final String HOSTS6 =
            "001b 0010  001c 0010  0007 0002  000b 0002  0004 0001 " + COUNTS;
    private static final String FROM_TO6 =
            "20010db8000000000000000000000001 20010db8000000000000000000000002 d431 0050";

    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final Exporter exporter = new Exporter(new StateBudget(16 << 20));

    private static String sets(int set, String elements, String values) {
        byte[] fields = Bytes.array(elements);
        int count = 0;
        for (int at = 0; at < fields.length; at += set != 0 && fields[at] < 0 ? 8 : 4) {
            count++;
        }
        HexFormat f = HexFormat.of();
        return f.toHexDigits((short) set)
                + f.toHexDigits((short) (8 + fields.length))
                + "0100"
                + f.toHexDigits((short) count)
                + elements
                + "0100"
                + f.toHexDigits((short) (4 + Bytes.array(values).length))
                + values;
    }

    private List<FlowRecord> flows(ProbeOptions options, String elements, String values) {
        String sets = sets(2, elements, values);
        int length = Ipfix.HEADER + Bytes.array(sets).length;
        String header =
                "000a" + HexFormat.of().toHexDigits((short) length) + "65920080 00000000 00000001";
        new Ipfix(options)
                .decode(Bytes.of(header + sets), exporter, new Arrival(1, 0, 0), counters, out);
        return out.flows;
    }

    private List<FlowRecord> netflow9(String quirk, String elements, String values) {
        String header = "0009 0002 000186a0 65920080 00000000 00000001";
        new NetFlow9(ProbeOptions.of(false, Set.of(quirk)))
                .decode(
                        Bytes.of(header + sets(0, elements, values)),
                        exporter,
                        new Arrival(1, 0, 0),
                        counters,
                        out);
        return out.flows;
    }

    private FlowRecord only(String elements, String values) {
        assertThat(flows(ProbeOptions.DEFAULT, elements, values)).hasSize(1);
        return out.flows.getFirst();
    }

    private FlowRecord back(ProbeOptions options, String elements, String values) {
        assertThat(flows(options, elements, values)).hasSize(2);
        return out.flows.get(1);
    }

    // Attributes and flags ------------------------------------------------------------------------

    /// YAF's own state counts alone; without it, what its parts say.
    @ParameterizedTest
    @CsvSource({
        "0088 0001, 01, 0",
        "0088 0001, 02, 0x20",
        "0088 0001, 03, 0",
        "0088 0001, 81, 0x40",
        "0088 0001, 82, 0x60",
        "8028 0002 00001ad7, 0001, 0x10",
        "8028 0002 00001ad7, 0002, 0",
        "8028 0002 00001ad7 0088 0001, 0001 82, 0x70",
        "8020 0001 00001ad7, 28, 0x28",
        "8020 0001 00001ad7, ff, 0x78",
        "8020 0001 00001ad7 0088 0001, 08 82, 0x08",
        "8020 0001 00001ad7 0088 0001, 00 82, 0x60"
    })
    void attributesAreThoseThatTheRecordTells(String elements, String values, String expected) {
        FlowRecord r = only(HOSTS + COUNTS + elements, UDP + FIVE + values);
        assertThat((int) r.attributes).isEqualTo(Integer.decode(expected));
    }

    @Test
    void aFlowThatHasNotEndedIsIgnored() {
        assertThat(
                        flows(
                                ProbeOptions.DEFAULT,
                                HOSTS + COUNTS + "0088 0001",
                                UDP + FIVE + "1f" + UDP + FIVE + "9f"))
                .isEmpty();
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"02 18, 0x02, 0x18", "02 00, 0x02, 0", "00 1b, 0, 0x1b"})
    void initialAndOtherFlagsAreOneSetAndToldApart(String values, String initial, String union) {
        FlowRecord r =
                only(HOSTS + COUNTS + INITIAL_AND_UNION + "0006 0001", TCP + FIVE + values + "3f");
        assertThat(r.initialFlags).isEqualTo(Integer.decode(initial));
        assertThat(r.sessionFlags).isEqualTo(Integer.decode(union));
        assertThat(r.flags).isEqualTo(Integer.decode(initial) | Integer.decode(union));
        assertThat((int) r.attributes).isEqualTo(Attributes.EXPANDED);
    }

    @Test
    void initialFlagsAreOfTcpAndNotOfZeros() {
        String elements = HOSTS + COUNTS + INITIAL_AND_UNION + "0006 0001";
        flows(ProbeOptions.DEFAULT, elements, UDP + FIVE + "02 18 03" + TCP + FIVE + "00 00 1b");
        assertThat(out.flows).extracting(r -> (int) r.flags).containsExactly(3, 0x1b);
        assertThat(out.flows).allMatch(r -> r.attributes == 0 && r.initialFlags == 0);
    }

    // ICMP ----------------------------------------------------------------------------------------

    /// Type and code take the place of the destination port.
    @ParameterizedTest
    @CsvSource({
        "0020 0002, 0301",
        "0020 0004, ffff0301",
        "00b0 0001 00b1 0001, 03 01",
        "0020 0002 00b0 0001 00b1 0001, 0301 08 00",
        "008b 0002 0020 0002, 0800 0301"
    })
    void typeAndCodeOfIcmpAreOnePort(String elements, String values) {
        FlowRecord r = only(HOSTS + COUNTS + elements, FROM_TO + "01" + FIVE + values);
        assertThat(r.dport).isEqualTo(0x0301);
        assertThat(r.sport).isZero();
    }

    @ParameterizedTest
    @CsvSource({"008b 0002, 0104", "00b2 0001 00b3 0001, 01 04"})
    void typeAndCodeOfIcmpv6AreOnePort(String elements, String values) {
        FlowRecord r = only(HOSTS6 + elements, FROM_TO6 + "3a" + FIVE + values);
        assertThat(r.isIpv6()).isTrue();
        assertThat(r.dport).isEqualTo(0x0104);
        assertThat(r.sport).isZero();
    }

    @Test
    void icmpWithoutTypeHasItInItsPortAndOthersKeepTheirs() {
        FlowRecord plain = only(HOSTS + COUNTS, FROM_TO + "01" + FIVE);
        assertThat(plain.dport).isEqualTo(0x50);
        assertThat(plain.sport).isZero();
        out.flows.clear();
        FlowRecord udp = only(HOSTS + COUNTS + "0020 0002", UDP + FIVE + "0301");
        assertThat(udp.dport).isEqualTo(0x50);
        assertThat(udp.sport).isEqualTo(0xd431);
    }

    // Addresses and interfaces --------------------------------------------------------------------

    @Test
    void aNextHopIsOfEitherFamily() {
        FlowRecord four = only(HOSTS + COUNTS + "000f 0004", UDP + FIVE + "c0000263");
        assertThat(four.nhipLo).isEqualTo(Ip.mapped(0xC0000263));
        String hop6 = "20010db8000000000000000000000063";
        out.flows.clear();
        FlowRecord six = only(HOSTS6 + "003e 0010", FROM_TO6 + "11" + FIVE + hop6);
        assertThat(six.nhipHi).isEqualTo(0x20010db8_00000000L);
        assertThat(six.nhipLo).isEqualTo(0x63);
        out.flows.clear();
        FlowRecord mapped = only(HOSTS6 + "000f 0004", FROM_TO6 + "11" + FIVE + "c0000263");
        assertThat(mapped.nhipHi).isZero();
        assertThat(mapped.nhipLo).isEqualTo(Ip.mapped(0xC0000263));
        out.flows.clear();
        FlowRecord both =
                only(HOSTS6 + "003e 0010 000f 0004", FROM_TO6 + "11" + FIVE + hop6 + "c0000263");
        assertThat(both.nhipLo).isEqualTo(0x63);
        out.flows.clear();
        assertThat(only(HOSTS6, FROM_TO6 + "11" + FIVE).nhipLo).isZero();
    }

    @Test
    void recordsOfOneAddressAreFlows() {
        assertThat(only("0008 0004" + COUNTS, "c0000201" + FIVE).isIpv6()).isFalse();
        out.flows.clear();
        assertThat(only("000c 0004" + COUNTS, "c6336407" + FIVE).dipLo)
                .isEqualTo(Ip.mapped(0xC6336407));
        out.flows.clear();
        String address = FROM_TO6.substring(0, 32);
        FlowRecord from = only("001b 0010" + COUNTS, address + FIVE);
        assertThat(from.isIpv6()).isTrue();
        assertThat(from.sipLo).isEqualTo(1);
        out.flows.clear();
        FlowRecord to = only("001c 0010" + COUNTS, address + FIVE);
        assertThat(to.isIpv6()).isTrue();
        assertThat(to.dipLo).isEqualTo(1);
        out.flows.clear();
        FlowRecord zeros = only("001b 0010  001c 0010" + COUNTS, "00".repeat(32) + FIVE);
        assertThat(zeros.isIpv6()).isTrue();
        out.flows.clear();
        String both = "001b 0010  001c 0010  0008 0004  000c 0004" + COUNTS;
        assertThat(only(both, "00".repeat(40) + FIVE).isIpv6()).isFalse();
    }

    @Test
    void recordsWithoutAddressesAreIgnoredUnlessTheyAreWanted() {
        String elements = "0004 0001" + COUNTS;
        assertThat(flows(ProbeOptions.DEFAULT, elements, "11" + FIVE)).isEmpty();
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(1);
        assertThat(flows(ProbeOptions.of(false, Set.of("missing-ips")), elements, "11" + FIVE))
                .singleElement()
                .matches(r -> r.protocol == 17 && r.bytes == 0x500);
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(1);
    }

    private static final String IN_OUT = "000a 0004  000e 0004 ";
    private static final String VLANS = "003a 0004  003b 0004 ";

    @Test
    void interfacesAreIndexesOrVlans() {
        String elements = HOSTS + COUNTS + IN_OUT + VLANS;
        String values = UDP + FIVE + "80000003 80000004 00010064 000100c8";
        FlowRecord r = only(elements, values);
        assertThat(r.input).isEqualTo(0x80000003L);
        assertThat(r.output).isEqualTo(0x80000004L);
        out.flows.clear();
        assertThat(flows(ProbeOptions.of(true, Set.of()), elements, values)).hasSize(1);
        assertThat(out.flows.getFirst().input).isEqualTo(100);
        assertThat(out.flows.getFirst().output).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "803a 0004 00007279 803b 0004 00007279, 0001012c 00010190, 300, 400",
        "803a 0002 00007279, 012c, 300, 0",
        "0088 0001, 01, 200, 100"
    })
    void vlansOfTheReverseFlowAreItsOwnOrTurned(
            String elements, String values, long input, long output) {
        FlowRecord r =
                back(
                        ProbeOptions.of(true, Set.of()),
                        HOSTS + COUNTS + BACK + VLANS + elements,
                        UDP + FIVE + THREE + "00000064 000000c8" + values);
        assertThat(r.input).isEqualTo(input);
        assertThat(r.output).isEqualTo(output);
    }

    @Test
    void aSingleVlanIsThatOfBothDirections() {
        FlowRecord r =
                back(
                        ProbeOptions.of(true, Set.of()),
                        HOSTS + COUNTS + BACK + "003a 0002",
                        UDP + FIVE + THREE + "0064");
        assertThat(r.input).isEqualTo(100);
        assertThat(r.output).isZero();
        out.flows.clear();
        r =
                back(
                        ProbeOptions.DEFAULT,
                        HOSTS + COUNTS + BACK + "003a 0002 000a 0004",
                        UDP + FIVE + THREE + "0064 00000007");
        assertThat(r.input).isZero();
        assertThat(r.output).isEqualTo(7);
    }

    // The reverse direction -----------------------------------------------------------------------

    @Test
    void theReverseFlowIsTheForwardOneTurned() {
        FlowRecord r =
                back(
                        ProbeOptions.DEFAULT,
                        HOSTS + COUNTS + BACK + "0098 0008 0099 0008 8015 0004 00001ad7 0006 0001",
                        TCP + FIVE + THREE + "0000018cc251f400 0000018cc251f7e8 00000064" + "1b");
        assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC6336407));
        assertThat(r.dipLo).isEqualTo(Ip.mapped(0xC0000201));
        assertThat(r.sport).isEqualTo(0x50);
        assertThat(r.dport).isEqualTo(0xd431);
        assertThat(r.protocol).isEqualTo(6);
        assertThat(r.stimeMs()).isEqualTo(0x18cc251f400L + 100);
        assertThat(r.durationMs()).isEqualTo(900);
        assertThat(r.flags).isEqualTo(0x1b);
        assertThat(r.packets).isEqualTo(3);
        assertThat(r.bytes).isEqualTo(0x300);
    }

    @ParameterizedTest
    @CsvSource({
        // Flags of the reverse direction as one, as initial and others, as zeros.
        "8006 0001 00007279, 11, 0x11, 0, 0, 0",
        "c00e 0001 00001ad7 c00f 0001 00001ad7, 02 10, 0x12, 0x02, 0x10, 1",
        "c00e 0001 00001ad7 c00f 0001 00001ad7, 02 00, 0x02, 0x02, 0, 1",
        "c00e 0001 00001ad7 c00f 0001 00001ad7, 00 00, 0, 0, 0, 0",
        "c00e 0001 00001ad7, 00, 0, 0, 0, 0",
        "c00f 0001 00001ad7, 00, 0, 0, 0, 0",
        // None: those of the forward direction.
        "0088 0001, 01, 0x1a, 0x02, 0x18, 1"
    })
    void flagsOfTheReverseFlowAreItsOwn(
            String elements,
            String values,
            String flags,
            String initial,
            String union,
            int attributes) {
        FlowRecord r =
                back(
                        ProbeOptions.DEFAULT,
                        HOSTS + COUNTS + BACK + INITIAL_AND_UNION + elements,
                        TCP + FIVE + THREE + "02 18" + values);
        assertThat(r.flags).isEqualTo(Integer.decode(flags));
        assertThat(r.initialFlags).isEqualTo(Integer.decode(initial));
        assertThat(r.sessionFlags).isEqualTo(Integer.decode(union));
        assertThat((int) r.attributes).isEqualTo(attributes);
        assertThat((int) out.flows.getFirst().attributes).isEqualTo(Attributes.EXPANDED);
    }

    /// Of attributes, the sizes of packets are each direction's own.
    @ParameterizedTest
    @CsvSource({
        "0001 82 0000, 0x70, 0x60",
        "0000 82 0001, 0x60, 0x70",
        "0001 02 0003, 0x30, 0x30",
        "0002 02 0002, 0x20, 0x20"
    })
    void packetsOfOneSizeAreToldOfEachDirection(String values, String forward, String reverse) {
        back(
                ProbeOptions.DEFAULT,
                HOSTS + COUNTS + BACK + "8028 0002 00001ad7 0088 0001 c028 0002 00001ad7",
                UDP + FIVE + THREE + values);
        assertThat(out.flows)
                .extracting(r -> (int) r.attributes)
                .containsExactly(Integer.decode(forward), Integer.decode(reverse));
    }

    @Test
    void attributesAreThoseOfBothDirectionsWhereThereIsButOneElement() {
        back(
                ProbeOptions.DEFAULT,
                HOSTS + COUNTS + BACK + "8028 0002 00001ad7",
                UDP + FIVE + THREE + "0001");
        assertThat(out.flows).allMatch(r -> r.attributes == Attributes.UNIFORM);
    }

    @Test
    void typeAndCodeOfIcmpAreNotTurned() {
        FlowRecord r =
                back(
                        ProbeOptions.DEFAULT,
                        HOSTS + COUNTS + BACK + "0020 0002",
                        FROM_TO + "01" + FIVE + THREE + "0800");
        assertThat(r.dport).isEqualTo(0x0800);
        assertThat(r.sport).isZero();
    }

    // Counts --------------------------------------------------------------------------------------

    /// A direction is a flow if it has packets and octets; the record is one in any case.
    @ParameterizedTest
    @CsvSource({
        "00000005 00000500 00000000 00000300, 1, 0, 0",
        "00000005 00000500 00000003 00000000, 1, 0, 0",
        "00000000 00000500 00000003 00000300, 1, 0, 0",
        "00000005 00000000 00000003 00000300, 1, 0, 0",
        "00000005 00000500 00000003 00000300, 1, 1, 0",
        "00000005 00000000 00000000 00000300, 0, 0, 1"
    })
    void directionsWithoutPacketsOrOctetsAreNoFlows(
            String values, int flows, int reverse, int ignored) {
        flows(ProbeOptions.DEFAULT, HOSTS + COUNTS + BACK, UDP + values);
        assertThat(out.flows).hasSize(flows + reverse);
        assertThat(counters.total(Total.FLOWS)).isEqualTo(flows);
        assertThat(counters.total(Total.REVERSE_FLOWS)).isEqualTo(reverse);
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(ignored);
    }

    /// Elements 23 and 24 count behind the exporter; some exporters mean the reverse direction.
    @Test
    void countsBehindTheExporterAreTheReverseDirectionsWhereThatIsSaid() {
        String elements = HOSTS + COUNTS + "0018 0004 0017 0004";
        assertThat(netflow9("none", elements, UDP + FIVE + THREE)).hasSize(1);
        assertThat(out.flows.getFirst().packets).isEqualTo(5);
        assertThat(netflow9("none", elements, UDP + "00".repeat(8) + THREE)).hasSize(2);
        assertThat(out.flows.get(1).packets).isEqualTo(3);
        assertThat(out.flows.get(1).bytes).isEqualTo(0x300);
        assertThat(out.flows.get(1).sport).isEqualTo(0xd431);
        out.flows.clear();
        String quirk = "nf9-out-is-reverse";
        assertThat(netflow9(quirk, elements, UDP + FIVE + THREE)).hasSize(2);
        assertThat(out.flows.get(1).packets).isEqualTo(3);
        assertThat(out.flows.get(1).bytes).isEqualTo(0x300);
        assertThat(out.flows.get(1).sport).isEqualTo(0x50);
        out.flows.clear();
        assertThat(netflow9(quirk, elements, UDP + "00".repeat(8) + THREE)).hasSize(1);
        assertThat(out.flows.getFirst().sport).isEqualTo(0x50);
        out.flows.clear();
        // It is a quirk of NetFlow v9 alone, and a reverse count of its own comes first.
        assertThat(flows(ProbeOptions.of(false, Set.of(quirk)), elements, UDP + FIVE + THREE))
                .hasSize(1);
        out.flows.clear();
        String responder = "012b 0004 00e8 0004";
        netflow9(quirk, elements + responder, UDP + FIVE + THREE + "00000007 00000700");
        assertThat(out.flows.getLast().packets).isEqualTo(7);
        assertThat(out.flows.getLast().bytes).isEqualTo(0x700);
    }

    @Test
    void recordsWithoutPacketsAreIgnoredUnlessTheyAreWanted() {
        ProbeOptions wanted = ProbeOptions.of(false, Set.of("zero-packets"));
        assertThat(flows(ProbeOptions.DEFAULT, HOSTS + COUNTS, UDP + "00000000 00000500"))
                .isEmpty();
        assertThat(flows(wanted, HOSTS + COUNTS, UDP + "00000000 00000500"))
                .singleElement()
                .matches(r -> r.packets == 1 && r.bytes == 0x500);
        out.flows.clear();
        assertThat(flows(wanted, HOSTS + COUNTS, UDP + "00000000 00000000")).isEmpty();
        assertThat(flows(wanted, HOSTS + COUNTS, UDP + FIVE))
                .singleElement()
                .matches(r -> r.packets == 5);
    }

    /// Cisco's firewalls and NBAR give octets of both sides without packets.
    @Test
    void octetsOfInitiatorsAndRespondersAreOfAPacketAtLeast() {
        String octets = "00e7 0004 00e8 0004";
        assertThat(flows(ProbeOptions.DEFAULT, HOSTS + octets, TCP + "00000500 00000300"))
                .hasSize(2)
                .allMatch(r -> r.packets == 1);
        out.flows.clear();
        assertThat(flows(ProbeOptions.DEFAULT, HOSTS + octets, TCP + "00000000 00000300"))
                .singleElement()
                .matches(r -> r.packets == 1 && r.bytes == 0x300 && r.sport == 0x50);
        out.flows.clear();
        assertThat(flows(ProbeOptions.DEFAULT, HOSTS + octets, TCP + "00000000 00000000"))
                .isEmpty();
        String all = octets + "012a 0004 012b 0004";
        flows(ProbeOptions.DEFAULT, HOSTS + all, TCP + "00000500 00000300 00000005 00000000");
        assertThat(out.flows).singleElement().matches(r -> r.packets == 5 && r.bytes == 0x500);
        out.flows.clear();
        flows(ProbeOptions.DEFAULT, HOSTS + all, TCP + "00000500 00000300 00000005 00000003");
        assertThat(out.flows).extracting(r -> r.packets).containsExactly(5L, 3L);
    }
}
