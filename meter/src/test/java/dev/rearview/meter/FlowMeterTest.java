package dev.rearview.meter;

import static dev.rearview.meter.Frames.ACK;
import static dev.rearview.meter.Frames.FIN;
import static dev.rearview.meter.Frames.PSH;
import static dev.rearview.meter.Frames.RST;
import static dev.rearview.meter.Frames.SYN;
import static dev.rearview.meter.Frames.back;
import static dev.rearview.meter.Frames.datagram;
import static dev.rearview.meter.Frames.there;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.wire.PacketHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowMeterTest {
    private static final long START = 1_700_000_000_000_000L;
    private static final long SECOND = 1_000_000;

    /// What came out: the reason, then each record.
    private final List<String> flows = new ArrayList<>();

    private final List<FlowRecord> records = new ArrayList<>();
    private FlowMeter meter = meter(new MeterOptions());

    private FlowMeter meter(MeterOptions options) {
        return new FlowMeter(
                options.labels(false),
                f -> {
                    keep(f.forward());
                    f.backward().ifPresent(this::keep);
                    String back =
                            f.backward().map(r -> " <" + r.packets + "/" + r.bytes).orElse("");
                    FlowRecord r = f.forward();
                    flows.add(f.reason() + " " + r.packets + "/" + r.bytes + back);
                });
    }

    private void keep(FlowRecord r) {
        FlowRecord copy = new FlowRecord();
        copy.copyFrom(r);
        records.add(copy);
    }

    private void see(String frame, double seconds) throws IOException {
        see(frame, PacketHeader.LINK_ETHERNET, seconds);
    }

    private void see(String frame, int link, double seconds) throws IOException {
        meter.packet(Frames.octets(frame), link, START + Math.round(seconds * SECOND));
    }

    private String attributes(int record) {
        int a = records.get(record).attributes;
        return ((a & Attributes.TIMED_OUT) != 0 ? "T" : "")
                + ((a & Attributes.CONTINUED) != 0 ? "C" : "")
                + ((a & Attributes.FIN_FOLLOWED) != 0 ? "F" : "")
                + ((a & Attributes.UNIFORM) != 0 ? "S" : "");
    }

    @Test
    void aConnectionIsAFlowOfTwoRecordsUntilItIsClosed() throws IOException {
        see(there(SYN, ""), 0);
        see(back(SYN | ACK, ""), 0.5);
        see(there(ACK, ""), 0.6);
        see(there(PSH | ACK, "474554"), 0.7);
        see(back(FIN | ACK, "48545450"), 1);
        see(there(FIN | ACK, ""), 1.1);
        assertThat(flows).isEmpty();
        see(back(ACK, ""), 1.25);
        assertThat(flows).containsExactly("END 4/163 <3/124");
        FlowRecord r = records.get(0);
        assertThat(r.sipLo).isEqualTo(0xFFFF_C000_0201L);
        assertThat(r.dipLo).isEqualTo(0xFFFF_C633_6402L);
        assertThat(r.sport).isEqualTo(40_000);
        assertThat(r.dport).isEqualTo(443);
        assertThat(r.protocol).isEqualTo(6);
        assertThat(r.stime).isEqualTo(START);
        assertThat(r.duration).isEqualTo(1_250_000);
        assertThat(r.initialFlags).isEqualTo(SYN);
        assertThat(r.sessionFlags).isEqualTo(FIN | PSH | ACK);
        assertThat(r.flags).isEqualTo(SYN | FIN | PSH | ACK);
        assertThat(r.attributes).isEqualTo(Attributes.EXPANDED);
        FlowRecord b = records.get(1);
        assertThat(b.sport).isEqualTo(443);
        assertThat(b.sipLo).isEqualTo(r.dipLo);
        assertThat(b.stime).isEqualTo(START + 500_000);
        assertThat(b.stime + b.duration).as("both end together").isEqualTo(r.stime + r.duration);
        assertThat(b.initialFlags).isEqualTo(SYN | ACK);
        assertThat(b.sessionFlags).isEqualTo(FIN | ACK);
        assertThat(meter.flows()).isZero();
    }

    @Test
    void aResetEndsAFlowAndWhatFollowsIsAnother() throws IOException {
        see(there(SYN, ""), 0);
        see(back(RST | ACK, ""), 0.1);
        see(back(RST | ACK, ""), 0.2);
        meter.end();
        assertThat(flows).containsExactly("END 1/40 <1/40", "END 1/40");
        assertThat(records.get(2).sport).as("it goes the other way").isEqualTo(443);
    }

    @Test
    void endsMayBePassedOver() throws IOException {
        meter = meter(new MeterOptions().seesEnds(false));
        see(there(SYN, ""), 0);
        see(back(RST | ACK, ""), 0.1);
        see(there(SYN, ""), 0.2);
        meter.end();
        assertThat(flows).containsExactly("FORCED 2/80 <1/40");
    }

    @Test
    void silenceEndsAFlow() throws IOException {
        see(datagram(1, 2, ""), 0);
        see(datagram(1, 2, ""), 300);
        see(datagram(3, 4, ""), 600.000_001);
        assertThat(flows).containsExactly("IDLE 2/56");
        assertThat(records.get(0).duration).isEqualTo(300 * SECOND);
        meter.end();
        assertThat(flows).hasSize(2).last().isEqualTo("FORCED 1/28");
    }

    @Test
    void aLongFlowIsCutAndGoesOn() throws IOException {
        meter = meter(new MeterOptions().activeUs(60 * SECOND));
        for (int s = 0; s <= 150; s += 30) {
            see(datagram(1, 2, ""), s);
        }
        meter.end();
        assertThat(flows).containsExactly("ACTIVE 3/84", "FORCED 3/84");
        assertThat(attributes(0)).isEqualTo("T");
        assertThat(attributes(1)).isEqualTo("C");
        flows.clear();
        records.clear();
        for (int s = 0; s <= 150; s += 25) {
            see(datagram(1, 2, ""), 10_000 + s);
        }
        meter.end();
        assertThat(attributes(1)).as("cut again").isEqualTo("TC");
    }

    @Test
    void withoutPatienceEachPacketIsAFlow() throws IOException {
        meter = meter(new MeterOptions().idleUs(0));
        see(there(SYN, ""), 0);
        see(there(ACK, ""), 0);
        assertThat(flows).containsExactly("IDLE 1/40", "IDLE 1/40");
    }

    @ParameterizedTest
    @CsvSource({
        // Payloads of 2 and 2; of 2 and 3; one alone; none.
        "0102,0304,S",
        "0102,030405,''",
        "0102,'',''",
        "'','',''"
    })
    void payloadsOfOneSizeAreUniform(String first, String second, String expected)
            throws IOException {
        see(there(SYN, ""), 0);
        see(there(ACK | PSH, first), 0);
        see(there(ACK, second), 0);
        meter.end();
        assertThat(attributes(0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "17,01,F", // ACK and FIN once more, with data
        "16,01,F", // data
        "2,'',F", // SYN
        "16,'',''",
        "17,'',''",
        "4,'',''"
    })
    void dataBehindAnEndIsTold(int flags, String payload, String expected) throws IOException {
        see(there(FIN | ACK, ""), 0);
        see(there(flags, payload), 1);
        see(back(ACK, "01"), 2);
        meter.end();
        assertThat(attributes(0)).isEqualTo(expected);
    }

    @Test
    void icmpHasTypesAndNoWayBack() throws IOException {
        see(Frames.IPV4 + Frames.ipv4(1, Frames.A, Frames.B, 0, "0800000000010001"), 0);
        see(Frames.IPV4 + Frames.ipv4(1, Frames.B, Frames.A, 0, "0000000000010001"), 0.1);
        see(Frames.IPV4 + Frames.ipv4(1, Frames.A, Frames.B, 0, "0800000000010002"), 0.2);
        see(Frames.ETHERNET + "86dd" + Frames.ipv6(58, "8000000000010001"), 0.3);
        meter.end();
        assertThat(flows).containsExactly("FORCED 1/28", "FORCED 2/56", "FORCED 1/48");
        assertThat(records).extracting(r -> r.dport).containsExactly(0, 0x800, 0x8000);
        assertThat(records.get(2).isIpv6()).isTrue();
        assertThat(records.get(2).sipHi).isEqualTo(0x2001_0db8_0000_0000L);
        assertThat(records.get(2).nhipLo).isZero();
    }

    @Test
    void directionsMayBeFlowsOfTheirOwn() throws IOException {
        meter = meter(new MeterOptions().biflow(false));
        see(there(SYN, ""), 0);
        see(back(SYN | ACK, ""), 0.1);
        meter.end();
        assertThat(flows).containsExactly("FORCED 1/40", "FORCED 1/40");
    }

    private static String part(int offset, boolean more, String data) {
        return Frames.IPV4
                + Frames.ipv4(17, Frames.A, Frames.B, (more ? 0x2000 : 0) | offset, data);
    }

    private static final String FIRST = Frames.udp(1000, 53, "0102030405060708");
    private static final String REST = "1111111122222222";

    @Test
    void fragmentsBelongToTheFlowOfTheirDatagram() throws IOException {
        see(part(0, true, FIRST), 0);
        see(part(2, true, REST), 0.1);
        see(part(3, false, "33"), 0.2);
        meter.end();
        assertThat(flows).containsExactly("FORCED 3/85");
        assertThat(records.get(0).sport).isEqualTo(1000);
        assertThat(meter.counts().fragments()).isEqualTo(3);
        assertThat(meter.counts().strayFragments()).isZero();
    }

    @Test
    void fragmentsThatComeFirstWait() throws IOException {
        see(part(3, false, "33"), 0);
        see(part(2, true, REST), 0.1);
        assertThat(meter.flows()).isZero();
        assertThat(meter.waitingFragments()).isEqualTo(2);
        see(part(0, true, FIRST), 0.2);
        assertThat(meter.waitingFragments()).isZero();
        meter.end();
        assertThat(flows).containsExactly("FORCED 3/85");
        assertThat(records.get(0).stime).isEqualTo(START);
        assertThat(records.get(0).duration).isEqualTo(200_000);
    }

    @Test
    void fragmentsWithoutAFirstHaveNoPorts() throws IOException {
        see(part(3, false, "33"), 0);
        see(part(0, true, FIRST), 31);
        meter.end();
        assertThat(flows).containsExactlyInAnyOrder("FORCED 1/36", "FORCED 1/21");
        assertThat(meter.counts().strayFragments()).isEqualTo(1);
        assertThat(meter.counts().losses()).isEqualTo("1 fragments whose ports are not known");
    }

    @Test
    void fragmentsOfIpv6AreToldByTheirHeader() throws IOException {
        String later = Frames.ipv6(44, "1100 0010 00000007 33");
        String first = Frames.ipv6(44, "1100 0001 00000007" + FIRST);
        see(Frames.ETHERNET + "86dd" + later, 0);
        see(Frames.ETHERNET + "86dd" + first, 0.1);
        meter.end();
        assertThat(flows).containsExactly("FORCED 2/113");
        assertThat(records.get(0).dport).isEqualTo(53);
    }

    @Test
    void fragmentsMayBeLeftOut() throws IOException {
        meter = meter(new MeterOptions().fragmented(MeterOptions.Fragmented.LEFT_OUT));
        see(part(0, true, FIRST), 0);
        see(part(2, false, REST), 0);
        meter.end();
        assertThat(flows).isEmpty();
        assertThat(meter.counts().fragmentsLeftOut()).isEqualTo(2);
    }

    @Test
    void vlansTellFlowsApart() throws IOException {
        String packet = "0800" + Frames.ipv4(17, Frames.A, Frames.B, 0, Frames.udp(1, 2, ""));
        String five = Frames.ETHERNET + "81000005" + packet;
        String six = Frames.ETHERNET + "81000006" + packet;
        see(five, 0);
        see(six, 0);
        meter.end();
        assertThat(flows).hasSize(2);
        flows.clear();
        meter = meter(new MeterOptions().keysVlan(false));
        see(five, 0);
        see(six, 0);
        meter.end();
        assertThat(flows).containsExactly("FORCED 2/56");
    }

    @Test
    void familiesMayBeLeftOut() throws IOException {
        meter = meter(new MeterOptions().families(MeterOptions.Families.IPV4));
        see(Frames.ETHERNET + "86dd" + Frames.ipv6(17, Frames.udp(1, 2, "")), 0);
        see(datagram(1, 2, ""), 0);
        meter.end();
        assertThat(flows).containsExactly("FORCED 1/28");
        assertThat(meter.counts().otherFamily()).isEqualTo(1);
    }

    @Test
    void whatIsNoIpIsCounted() throws IOException {
        see(Frames.ETHERNET + "0806 0001080006040001", 0);
        see("00", 0);
        see("00", 127, 0);
        assertThat(meter.counts().notIp()).isEqualTo(2);
        assertThat(meter.counts().unknownLinks()).isEqualTo(1);
        assertThat(meter.counts().losses()).isEqualTo("1 packets of link types that are not read");
    }

    @Test
    void aLengthThatIsNotThereIsThatOfTheCapture() throws IOException {
        String cutByCard = "4500 0000 0007 0000 40 11 0000" + Frames.A + Frames.B;
        see(Frames.IPV4 + cutByCard + Frames.udp(1, 2, "0102"), 0);
        meter.end();
        assertThat(flows).containsExactly("FORCED 1/30");
    }

    @Test
    void timesThatCannotBeAreThoseOfThePacketBefore() throws IOException {
        see(datagram(1, 2, ""), 0);
        meter.packet(Frames.octets(datagram(1, 2, "")), 1, -1);
        meter.packet(Frames.octets(datagram(1, 2, "")), 1, Long.MAX_VALUE);
        meter.end();
        assertThat(flows).containsExactly("FORCED 3/84");
        assertThat(records.get(0).duration).isZero();
        assertThat(meter.counts().impossibleTimes()).isEqualTo(2);
    }

    @Test
    void packetsOutOfOrderMoveTheStart() throws IOException {
        see(datagram(1, 2, ""), 1);
        see(datagram(1, 2, ""), 0.5);
        see(datagram(1, 2, ""), 0.75);
        meter.end();
        assertThat(records.get(0).stime).isEqualTo(START + 500_000);
        assertThat(records.get(0).duration).isEqualTo(500_000);
    }

    @Test
    void aFloodPushesOutTheLongestSilent() throws IOException {
        meter = meter(new MeterOptions().memory(100L * Flow.OCTETS));
        see(datagram(9, 9, ""), 0);
        int flood = 5000;
        for (int i = 0; i < flood; i++) {
            see(datagram(1000 + i % 60_000, 80, ""), i * 0.001);
            if (i % 50 == 0) {
                see(datagram(9, 9, ""), i * 0.001);
            }
            assertThat(meter.flows()).isLessThanOrEqualTo(100);
        }
        assertThat(meter.counts().pushedOut()).isEqualTo(flood + 1 - 100);
        assertThat(flows).allMatch(f -> f.equals("RESOURCES 1/28"));
        meter.end();
        assertThat(flows).as("who is not silent stays").contains("FORCED 101/2828");
        assertThat(meter.counts().flows()).isEqualTo(flood + 1);
        assertThat(meter.counts().losses()).contains("4901 flows ended early for want of memory");
    }

    @Test
    void aFloodOfFragmentsIsBounded() throws IOException {
        int flood = 3 * FragmentPorts.MAX_WAITING;
        for (int i = 0; i < flood; i++) {
            String from = String.format("0a%06x", i);
            see(Frames.IPV4 + Frames.ipv4(17, from, Frames.B, 2, REST), 0);
            assertThat(meter.waitingFragments()).isLessThanOrEqualTo(FragmentPorts.MAX_WAITING);
        }
        meter.end();
        assertThat(meter.counts().metered()).as("none is lost").isEqualTo(flood);
        assertThat(meter.counts().strayFragments()).isEqualTo(flood);
    }

    @Test
    void aTableGrows() throws IOException {
        meter = meter(new MeterOptions());
        for (int i = 0; i < 5000; i++) {
            see(datagram(i, 80, ""), 0);
        }
        for (int i = 0; i < 5000; i++) {
            see(Frames.IPV4 + Frames.ipv4(17, Frames.B, Frames.A, 0, Frames.udp(80, i, "")), 1);
        }
        assertThat(meter.flows()).isEqualTo(5000);
        meter.end();
        assertThat(flows).hasSize(5000).allMatch(f -> f.equals("FORCED 1/28 <1/28"));
    }
}
