package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.ipfix.Ipfix;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Records that describe two packet headers become flows of one of them, whole.
class TunnelTest {
    private static final String V6_PAIR = "001b 0010  001c 0010 ";
    private static final String V4_PAIR = "0008 0004  000c 0004 ";
    private static final String COUNTS = "0002 0004  0001 0004 ";
    private static final String V6 =
            "20010db8000000000000000000000001 20010db8000000000000000000000002 ";
    private static final String V6_INNER =
            "20010db80001000000000000000000aa 20010db80001000000000000000000bb ";
    private static final String NO_V6 = "00".repeat(32);
    private static final String V4 = "c0000201 c6336407 ";
    private static final String V4_INNER = "0a000001 0a000002 ";
    private static final String SEVEN = "00000007 00000700 ";

    private final Counters counters = new Counters();

    /// The flow of one record, outer or inner.
    private FlowRecord flow(boolean inner, String template, String values) {
        HexFormat f = HexFormat.of();
        byte[] fields = Bytes.array(template);
        int data = Bytes.array(values).length;
        Collected out = new Collected();
        String sets =
                "0002"
                        + f.toHexDigits((short) (8 + fields.length))
                        + "0100"
                        + f.toHexDigits((short) (fields.length / 4))
                        + template
                        + "0100"
                        + f.toHexDigits((short) (4 + data))
                        + values;
        int length = Ipfix.HEADER + Bytes.array(sets).length;
        new Ipfix(ProbeOptions.of(false, inner ? Set.of("inner-header") : Set.of()))
                .decode(
                        Bytes.of(
                                "000a"
                                        + f.toHexDigits((short) length)
                                        + "65920080 00000000 00000001"
                                        + sets),
                        new Exporter(new StateBudget(1 << 20)),
                        new Arrival(0, 0, 0),
                        counters,
                        out);
        assertThat(out.flows).hasSize(1);
        assertThat(out.flows.getFirst().packets).isEqualTo(7);
        assertThat(out.flows.getFirst().bytes).isEqualTo(0x700);
        return out.flows.getFirst();
    }

    private static void assertV4(
            FlowRecord r, int sip, int dip, int protocol, int sport, int dport) {
        assertThat(r.isIpv6()).isFalse();
        assertThat(r.sipLo).isEqualTo(Ip.mapped(sip));
        assertThat(r.dipLo).isEqualTo(Ip.mapped(dip));
        assertTransport(r, protocol, sport, dport);
    }

    private static void assertV6(FlowRecord r, long high, long sip, long dip) {
        assertThat(r.isIpv6()).isTrue();
        assertThat(r.sipHi).isEqualTo(high);
        assertThat(r.sipLo).isEqualTo(sip);
        assertThat(r.dipHi).isEqualTo(high);
        assertThat(r.dipLo).isEqualTo(dip);
    }

    private static void assertTransport(FlowRecord r, int protocol, int sport, int dport) {
        assertThat(r.protocol).isEqualTo(protocol);
        assertThat(r.sport).isEqualTo(sport);
        assertThat(r.dport).isEqualTo(dport);
    }

    /// Every element twice, as RFC 7011 section 8 has it: GRE, and TCP inside.
    @Test
    void repeatedElementsAreOuterThenInner() {
        String header = V4_PAIR + "0004 0001 0007 0002 000b 0002 0006 0001 ";
        String template = header + COUNTS + header;
        String values = V4 + "2f 0000 0000 00" + SEVEN + V4_INNER + "06 d431 0050 1b";
        FlowRecord outer = flow(false, template, values);
        assertV4(outer, 0xC0000201, 0xC6336407, 47, 0, 0);
        assertThat(outer.flags).isZero();
        FlowRecord inner = flow(true, template, values);
        assertV4(inner, 0x0A000001, 0x0A000002, 6, 54321, 80);
        assertThat(inner.flags).isEqualTo(0x1b);
    }

    /// Counters and interfaces are no header's: of them the first counts, either way.
    @Test
    void repeatedCountersKeepTheFirst() {
        String template = V4_PAIR + COUNTS + COUNTS + "000a 0004 000a 0004";
        String values = V4 + SEVEN + "00000063 00006300 00000003 00000009";
        assertThat(flow(false, template, values).input).isEqualTo(3);
        assertThat(flow(true, template, values).input).isEqualTo(3);
    }

    /// IPv4 in IPv6, as routers export SRv6: both families, protocol and ports of the inner header
    /// behind its addresses only. The outer header's payload is then IPv4.
    @Test
    void addressesOfTheOuterHeaderNeverGetTheInnerPorts() {
        String template = V6_PAIR + V4_PAIR + "0004 0001 0007 0002 000b 0002 0006 0001 " + COUNTS;
        String values = V6 + V4 + "06 d431 0050 1b" + SEVEN;
        FlowRecord outer = flow(false, template, values);
        assertV6(outer, 0x20010db8_00000000L, 1, 2);
        assertTransport(outer, 4, 0, 0);
        assertThat(outer.flags).isZero();
        FlowRecord inner = flow(true, template, values);
        assertV4(inner, 0xC0000201, 0xC6336407, 6, 54321, 80);
        assertThat(inner.flags).isEqualTo(0x1b);
    }

    /// Protocol twice, ports once: the outer header has its own protocol, and no ports.
    @Test
    void anElementThatOccursOnceBelongsToTheAddressesBeforeIt() {
        String template =
                V6_PAIR + "0004 0001 " + V4_PAIR + "0004 0001 0007 0002 000b 0002 " + COUNTS;
        String values = V6 + "2b" + V4 + "11 d431 0035" + SEVEN;
        assertTransport(flow(false, template, values), 43, 0, 0);
        assertTransport(flow(true, template, values), 17, 54321, 53);
    }

    /// The other way about: 6in4, whose ports stand between the two pairs. Nothing tells what the
    /// inner header carries, so it makes no flow.
    @Test
    void theFamilyThatComesFirstIsTheOuterOne() {
        String template = V4_PAIR + "0004 0001 0007 0002 000b 0002 " + V6_PAIR + COUNTS;
        String values = V4 + "11 12b5 12b5" + V6 + SEVEN;
        assertV4(flow(false, template, values), 0xC0000201, 0xC6336407, 17, 4789, 4789);
        assertV4(flow(true, template, values), 0xC0000201, 0xC6336407, 17, 4789, 4789);
    }

    /// Ports and protocol before both pairs, or no protocol at all, or of the inner header only its
    /// ports: the outer header's flow, whole, either way.
    @Test
    void anInnerHeaderWithoutProtocolMakesNoFlow() {
        String before = "0007 0002 000b 0002 0004 0001 0006 0001 " + V4_PAIR + V4_PAIR + COUNTS;
        String ports = V4_PAIR + "0004 0001 " + V4_PAIR + "0007 0002 000b 0002 " + COUNTS;
        String none = V6_PAIR + V4_PAIR + COUNTS;
        for (boolean inner : new boolean[] {false, true}) {
            FlowRecord r = flow(inner, before, "04d2 01bb 06 1b" + V4 + V4_INNER + SEVEN);
            assertV4(r, 0xC0000201, 0xC6336407, 6, 1234, 443);
            assertThat(r.flags).isEqualTo(0x1b);
            r = flow(inner, ports, V4 + "2f" + V4_INNER + "d431 0050" + SEVEN);
            assertV4(r, 0xC0000201, 0xC6336407, 47, 0, 0);
            r = flow(inner, none, V6 + V4 + SEVEN);
            assertV6(r, 0x20010db8_00000000L, 1, 2);
            assertTransport(r, 4, 0, 0);
        }
    }

    /// A protocol that both headers say, ports that only the outer one has: the inner flow has
    /// none.
    @Test
    void anInnerHeaderMayHaveNoPorts() {
        String template =
                V4_PAIR + "0004 0001 0007 0002 000b 0002 " + V6_PAIR + "0004 0001 " + COUNTS;
        FlowRecord r = flow(true, template, V4 + "11 12b5 12b5" + V6 + "32" + SEVEN);
        assertV6(r, 0x20010db8_00000000L, 1, 2);
        assertTransport(r, 50, 0, 0);
    }

    /// SRv6 that may carry either family: the pair that is not zero is the inner one.
    @Test
    void aTemplateMayHaveThreePairs() {
        String template =
                V6_PAIR
                        + "0004 0001 "
                        + V6_PAIR
                        + V4_PAIR
                        + "0004 0001 0007 0002 000b 0002 "
                        + COUNTS;
        String six = V6 + "29" + V6_INNER + "00000000 00000000 06 d431 0050" + SEVEN;
        FlowRecord inner = flow(true, template, six);
        assertV6(inner, 0x20010db8_00010000L, 0xaa, 0xbb);
        assertTransport(inner, 6, 54321, 80);
        assertV6(flow(false, template, six), 0x20010db8_00000000L, 1, 2);
        String four = V6 + "04" + NO_V6 + V4 + "06 d431 0050" + SEVEN;
        assertV4(flow(true, template, four), 0xC0000201, 0xC6336407, 6, 54321, 80);
        assertTransport(flow(false, template, four), 4, 0, 0);
    }

    /// A template for both families is no tunnel: one of them is zeros, and everything belongs to
    /// the other, wherever it stands.
    @Test
    void oneFamilyOfZerosIsNoTunnel() {
        String together = V6_PAIR + V4_PAIR + "0004 0001 0007 0002 000b 0002 " + COUNTS;
        String between = V4_PAIR + "0004 0001 0007 0002 000b 0002 " + V6_PAIR + COUNTS;
        String twice =
                V4_PAIR
                        + "0004 0001 0007 0002 000b 0002 "
                        + V6_PAIR
                        + "0004 0001 0007 0002 000b 0002 "
                        + COUNTS;
        String none = "00000000 00000000 ";
        for (boolean inner : new boolean[] {false, true}) {
            String tcp = "06 d431 0050 ";
            assertV4(
                    flow(inner, together, NO_V6 + V4 + tcp + SEVEN),
                    0xC0000201,
                    0xC6336407,
                    6,
                    54321,
                    80);
            for (String[] six :
                    new String[][] {
                        {together, V6 + none + tcp + SEVEN},
                        {between, none + tcp + V6 + SEVEN},
                        {twice, none + "00 0000 0000" + V6 + tcp + SEVEN}
                    }) {
                FlowRecord r = flow(inner, six[0], six[1]);
                assertV6(r, 0x20010db8_00000000L, 1, 2);
                assertTransport(r, 6, 54321, 80);
            }
            String outerOnly = V4 + "2f 0000 0000" + NO_V6 + "06 d431 0050" + SEVEN;
            assertV4(flow(inner, twice, outerOnly), 0xC0000201, 0xC6336407, 47, 0, 0);
        }
        assertThat(counters.total(Counters.Total.FLOWS))
                .isEqualTo(counters.total(Counters.Total.RECORDS));
    }

    /// IPv4 addresses given as IPv6 too are no tunnel.
    @Test
    void theSameHostsTwiceAreNoTunnel() {
        String template = V4_PAIR + V6_PAIR + "0004 0001 0007 0002 000b 0002 " + COUNTS;
        for (String prefix : new String[] {"00000000", "0000ffff"}) {
            String six =
                    "0".repeat(16) + prefix + "c0000201" + "0".repeat(16) + prefix + "c6336407";
            FlowRecord r = flow(false, template, V4 + six + "06 d431 0050" + SEVEN);
            assertV4(r, 0xC0000201, 0xC6336407, 6, 54321, 80);
        }
    }

    /// Protocol and ports twice beside one pair of addresses: they are the outer header's.
    @Test
    void onePairOfAddressesTakesTheFirstOfEverything() {
        String ports = "0004 0001 0007 0002 000b 0002 ";
        FlowRecord r =
                flow(
                        true,
                        V4_PAIR + ports + ports + COUNTS,
                        V4 + "2f 0000 0000 06 d431 0050" + SEVEN);
        assertV4(r, 0xC0000201, 0xC6336407, 47, 0, 0);
    }

    /// A list in a record tells of its payload: YAF's decode of a DNS answer names an address.
    @Test
    void elementsOfNestedRecordsAreNotTheFlows() {
        String template = V4_PAIR + "0004 0001 0007 0002 000b 0002 " + COUNTS + "0125 ffff";
        // The nested template is the record's own here: addresses, ports and counts all differ.
        String nested = V4_INNER + "11 0035 0035 00000001 00000001 00";
        int length = Bytes.array(nested).length;
        String list =
                HexFormat.of().toHexDigits((byte) (length + 5))
                        + "00 0100"
                        + HexFormat.of().toHexDigits((short) (length + 4))
                        + nested;
        FlowRecord r = flow(false, template, V4 + "06 d431 0050" + SEVEN + list);
        assertV4(r, 0xC0000201, 0xC6336407, 6, 54321, 80);
    }
}
