package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.ipfix.Ipfix;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class IpfixTest {
    /// sIP, dIP, ports, protocol, packets in 4 octets, octets in 8, start and end in milliseconds.
    private static final String TEMPLATE =
            """
            0002 0030 0100 000a
            0008 0004  000c 0004  0007 0002  000b 0002  0004 0001
            0002 0004  0001 0008  0098 0008  0099 0008
            00d2 0003                        # three octets of padding
            """;

    private static final String DATA =
            """
            0100 0030
            c0000201 c6336407 c001 0035 11
            00000002 0000000000000080
            0000018cc251f400 0000018cc251f7e8
            000000
            """;

    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final Ipfix decoder = new Ipfix(ProbeOptions.DEFAULT);
    private final StateBudget budget = new StateBudget(16 << 20);
    private final Exporter exporter = new Exporter(budget);

    private static String message(int sequence, int domain, String sets) {
        int length = Ipfix.HEADER + Bytes.array(sets).length;
        HexFormat f = HexFormat.of();
        return "000a"
                + f.toHexDigits((short) length)
                + "65920080"
                + f.toHexDigits(sequence)
                + f.toHexDigits(domain)
                + sets;
    }

    private void decode(String hex) {
        decoder.decode(Bytes.of(hex), exporter, new Arrival(2055, 0, 0), counters, out);
    }

    @Test
    void decodesReducedSizeCountersAndAbsoluteTimes() {
        decode(message(0, 1, TEMPLATE + DATA));
        FlowRecord r = out.flows.getFirst();
        assertThat(r.sipLo).isEqualTo(Ip.mapped(0xC0000201));
        assertThat(r.sport).isEqualTo(49153);
        assertThat(r.dport).isEqualTo(53);
        assertThat(r.protocol).isEqualTo(17);
        assertThat(r.packets).isEqualTo(2);
        assertThat(r.bytes).isEqualTo(128);
        assertThat(r.stimeMs()).isEqualTo(0x18cc251f400L);
        assertThat(r.durationMs()).isEqualTo(1000);
    }

    @Test
    void dataThatComesBeforeItsTemplateWaits() {
        decode(message(0, 1, DATA));
        assertThat(out.flows).isEmpty();
        assertThat(exporter.waitingCount()).isEqualTo(1);
        decode(message(1, 1, TEMPLATE));
        assertThat(out.flows).hasSize(1);
        assertThat(counters.dropped(Drop.UNKNOWN_TEMPLATE)).isZero();
    }

    @Test
    void aTemplateBelongsToItsDomain() {
        decode(message(0, 1, TEMPLATE));
        decode(message(0, 2, DATA));
        assertThat(out.flows).isEmpty();
        exporter.expire(Long.MAX_VALUE, 1, counters);
        assertThat(counters.dropped(Drop.UNKNOWN_TEMPLATE) + exporter.waitingCount()).isPositive();
    }

    @Test
    void aWithdrawnTemplateIsForgotten() {
        decode(message(0, 1, TEMPLATE));
        decode(message(0, 1, "0002 0008 0100 0000"));
        decode(message(0, 1, DATA));
        assertThat(out.flows).isEmpty();
        decode(message(1, 1, TEMPLATE));
        assertThat(out.flows).hasSize(1);
    }

    @Test
    void variableLengthAndEnterpriseElementsAreSkippedByTheirLength() {
        String template =
                """
                0002 002c 0101 0008
                0008 0004  000c 0004
                0060 ffff                   # applicationName, variable
                8001 0004 00000009          # some vendor's element 1
                0002 0004  0001 0004  0096 0004  0097 0004
                """;
        String data =
                """
                0101 002c
                c0000201 c6336407
                ff 0003 646e73              # three octets in the long form of the length
                deadbeef
                00000007 00000700 65920000 65920001
                0000000000000000
                """;
        decode(
                message(
                        0,
                        1,
                        template
                                + data.replace("002c", "0028")
                                        .replace("0000000000000000", "0000")));
        assertThat(out.flows).hasSize(1);
        assertThat(out.flows.getFirst().packets).isEqualTo(7);
        assertThat(out.flows.getFirst().durationMs()).isEqualTo(1000);
    }

    @Test
    void aBiflowBecomesTwoFlows() {
        String template =
                """
                0002 003c 0102 000b
                0008 0004  000c 0004  0007 0002  000b 0002  0004 0001
                0002 0004  0001 0004
                8002 0004 00007279          # reverse packets and octets, RFC 5103
                8001 0004 00007279
                0096 0004  0097 0004
                """;
        String data =
                """
                0102 0029
                c0000201 c6336407 c001 0050 06
                00000005 00000500 00000003 00000300 65920000 65920001
                """;
        decode(message(0, 1, template + data));
        assertThat(out.flows).hasSize(2);
        FlowRecord back = out.flows.get(1);
        assertThat(back.sipLo).isEqualTo(Ip.mapped(0xC6336407));
        assertThat(back.dport).isEqualTo(49153);
        assertThat(back.packets).isEqualTo(3);
        assertThat(back.bytes).isEqualTo(0x300);
        assertThat(counters.total(Counters.Total.REVERSE_FLOWS)).isEqualTo(1);
    }

    @Test
    void aSetThatRunsPastTheMessageIsMalformedAndWhatCameBeforeItStays() {
        decode(message(0, 1, TEMPLATE + DATA + "0100 00ff 0000"));
        assertThat(out.flows).hasSize(1);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
    }

    /// softflowd's biflows may have packets of the second direction only: its TCP flags count.
    @Test
    void aBiflowOfTheReverseDirectionAloneKeepsItsFlags() {
        String template =
                """
                0002 0040 0102 000b
                0008 0004  000c 0004  0007 0002  000b 0002  0004 0001
                0002 0004  0001 0004  0006 0001
                8002 0004 00007279          # reverse packets, octets and flags
                8001 0004 00007279
                8006 0001 00007279
                """;
        String data =
                """
                0102 0023
                c0000201 c6336407 0050 c001 06
                00000000 00000000 00 00000002 00000062 15
                """;
        decode(message(0, 1, template + data));
        FlowRecord only = out.flows.getFirst();
        assertThat(out.flows).hasSize(1);
        assertThat(only.sipLo).isEqualTo(Ip.mapped(0xC6336407));
        assertThat(only.sport).isEqualTo(49153);
        assertThat(only.packets).isEqualTo(2);
        assertThat(only.flags).isEqualTo(0x15);
    }

    /// Times count from the exporter's start, which an option record tells; the 32 bits of a time
    /// roll over as often as the exporter's age says.
    @Test
    void relativeTimesCountFromTheStartThatOptionsTell() {
        String options =
                """
                0003 0012 0103 0002 0001    # one scope of two fields
                008f 0004  00a0 0008        # metering process, system init time
                0103 0010
                00000001 0000018a00000000
                """;
        String template =
                """
                0002 0020 0104 0006
                0008 0004  000c 0004  0002 0004  0001 0004  0016 0004  0015 0004
                """;
        // Exported 0x65920080 s after 1970: 0x2 c251 f400 ms after the exporter's start.
        long exportMs = 0x65920080L * 1000;
        long age = exportMs - 0x18a00000000L;
        int first = (int) (age - 60_000);
        HexFormat f = HexFormat.of();
        String data =
                "0104 001c c0000201 c6336407 00000001 00000028"
                        + f.toHexDigits(first)
                        + f.toHexDigits(first + 1500);
        decode(message(0, 1, options + template + data));
        assertThat(age).isGreaterThan(1L << 33);
        assertThat(out.flows.getFirst().stimeMs()).isEqualTo(exportMs - 60_000);
        assertThat(out.flows.getFirst().durationMs()).isEqualTo(1500);
    }

    /// Without the probe's `firewall-event` the event means nothing: a record without counts is no
    /// flow.
    @Test
    void anEventWithoutCountsIsNoFlow() {
        decode(
                message(
                        0,
                        1,
                        """
                        0002 001c 0105 0005
                        0008 0004  000c 0004  0002 0004  0001 0004  00e9 0001
                        0105 0015
                        c0000201 c6336407 00000000 00000000 01
                        """));
        assertThat(out.flows).isEmpty();
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(1);
    }

    @Test
    void sequenceNumbersCountRecordsSentBefore() {
        decode(message(0, 1, TEMPLATE + DATA));
        decode(message(1, 1, DATA + DATA));
        decode(message(3, 1, DATA));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isZero();
        decode(message(9, 1, DATA));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(5);
    }

    /// softflowd counts the records of a message in its own sequence number.
    @Test
    void sequenceNumbersThatCountTheirOwnMessageAreUnderstood() {
        decode(message(1, 1, TEMPLATE + DATA));
        decode(message(3, 1, DATA + DATA));
        decode(message(4, 1, DATA));
        decode(message(7, 1, DATA + DATA + DATA));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isZero();
        decode(message(18, 1, DATA));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(10);
    }

    private static final String PLAIN = "0008 0004  000c 0004  0002 0004  0001 0004 ";
    private static final String VALUES = "c0000201 c6336407 00000001 00000028 ";

    /// The flow of a record with these elements and values besides addresses and counts.
    private FlowRecord timed(String elements, String values) {
        String template = PLAIN + elements;
        byte[] fields = Bytes.array(template);
        int count = 0;
        for (int at = 0; at < fields.length; at += fields[at] < 0 ? 8 : 4) {
            count++;
        }
        HexFormat f = HexFormat.of();
        int length = Bytes.array(VALUES + values).length + 4;
        decode(
                message(
                        0,
                        1,
                        "0002"
                                + f.toHexDigits((short) (8 + fields.length))
                                + "0106"
                                + f.toHexDigits((short) count)
                                + template
                                + "0106"
                                + f.toHexDigits((short) length)
                                + VALUES
                                + values));
        return out.flows.getLast();
    }

    private static final String MOST = "ffffffffffffffff";
    private static final String YEAR_6181 = "0000 7900 0000 0000";

    /// Times and durations of eight octets never wrap, whatever they are, and a start that makes no
    /// sense stays far from any that does.
    @Test
    void timesOfEightOctetsSaturate() {
        long longest = FlowTimes.MAX_DURATION_US;
        String[][] all = {
            {"00a1 0008", MOST}, // flowDurationMilliseconds
            {"00a1 0008", YEAR_6181}, // it gave the year -2210
            {"00a1 0008", "7fffffffffffffff"},
            {"00a2 0008", MOST}, // flowDurationMicroseconds
            {"0099 0008 00a1 0008", "0000018cc251f400" + MOST}, // end and duration
            {"0098 0008 0099 0008", "0000000000000001" + MOST}, // start and end
            {"0098 0008 00a1 0008", MOST + MOST},
            {"0096 0008 0097 0008", "0000000065920080" + MOST}, // seconds in eight octets
            {"0096 0008", MOST},
            {"009e 0008 009f 0008", MOST + "00000000" + "00000000"}, // deltas
            {"009a 0008 009b 0008", MOST + MOST}, // NTP
            {"009c 0008", "0000000100000000"},
            {"0142 0008", MOST}, // observationTimeSeconds
            {"0102 0008", MOST}, // collectionTimeMilliseconds
            {"00a0 0008 0016 0004 0015 0004", MOST + "00000001 00000000"}, // init time
            {"00a0 0008 0016 0004 0015 0004", "7fffffffffffffff ffffffff 00000000"},
        };
        for (String[] each : all) {
            FlowRecord r = timed(each[0], each[1]);
            assertThat(r.stime).as(each[0]).isBetween(-FlowTimes.LIMIT_US, FlowTimes.LIMIT_US);
            assertThat(r.duration).as(each[0]).isBetween(0L, longest);
        }
        assertThat(out.flows).hasSameSizeAs(all);
        long exportUs = 0x65920080L * 1_000_000;
        // Durations without a start count back from the export, before they are cut to what is
        // kept.
        assertThat(out.flows.getFirst().stime).isEqualTo(exportUs - FlowTimes.LIMIT_US);
        assertThat(out.flows.getFirst().duration).isEqualTo(longest);
        assertThat(out.flows.get(1).stime).isEqualTo(exportUs - 0x7900_0000_0000L * 1000);
        assertThat(out.flows.get(1).stime).isNegative();
        assertThat(out.flows.get(5).stime).isEqualTo(1000);
        assertThat(out.flows.get(5).duration).isEqualTo(longest);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(all.length);
    }

    /// The reverse flow starts later by a number that is the exporter's too.
    @Test
    void aReverseFlowsDelayOfEightOctetsSaturates() {
        FlowRecord back =
                timed(
                        "8002 0004 00007279 8001 0004 00007279 8015 0008 00001ad7 0098 0008",
                        "00000001 00000028 " + MOST + "0000018cc251f400");
        assertThat(out.flows).hasSize(2);
        assertThat(back.stime).isEqualTo(FlowTimes.LIMIT_US);
        assertThat(back.duration).isZero();
    }
}
