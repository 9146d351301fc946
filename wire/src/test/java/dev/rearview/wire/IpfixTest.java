package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.ipfix.Ipfix;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// With it, an end without counts is a flow, and a start is none.
    @Test
    void anEventIsAFlowWhereThatIsWanted() {
        Ipfix events = new Ipfix(ProbeOptions.of(false, Set.of("firewall-event")));
        String sets =
                """
                0002 001c 0105 0005
                0008 0004  000c 0004  0002 0004  0001 0004  00e9 0001
                0105 0026
                c0000201 c6336407 00000000 00000000 01
                c0000201 c6336408 00000000 00000000 02
                """;
        events.decode(Bytes.of(message(0, 1, sets)), exporter, new Arrival(1, 0, 0), counters, out);
        assertThat(out.flows).singleElement().matches(r -> r.packets == 1 && r.bytes == 1);
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

    /// Start and duration, microseconds from the export on, by whichever elements tell them.
    @ParameterizedTest
    @CsvSource({
        "'', '', 0, 0",
        // Seconds, milliseconds; with durations of milliseconds and microseconds.
        "0096 0004 0097 0004, 65920080 65920082, 0, 2000000",
        "0098 0008 0099 0008, 0000018cc251f401 0000018cc251f7e8, 1000, 999000",
        "0096 0004 00a1 0004, 65920080 000005dc, 0, 1500000",
        "0096 0004 00a2 0004, 65920080 000005dc, 0, 1500",
        "0097 0004 00a1 0004, 65920080 000005dc, -1500000, 1500000",
        "0097 0004 00a2 0004, 65920080 000005dc, -1500, 1500",
        "00a1 0004 00a2 0004, 000005dc 00000001, -1500000, 1500000",
        // Time stamps of NTP, whose microseconds have no lower bits.
        "009a 0008 009b 0008, e93c7f00800007ff e93c7f0180000000, 500000, 1000000",
        "009a 0008 009b 0008, e93c7f00000010c7 e93c7f00000018c7, 0, 1",
        "009c 0008 009d 0008, e93c7f00000010c7 e93c7f00800010c7, 1, 500000",
        // How long before the export.
        "009e 0004 009f 0004, 002dc6c0 000f4240, -3000000, 2000000",
        // When it was seen.
        "0142 0004, 65920081, 1000000, 0",
        "0143 0008, 0000018cc251f401, 1000, 0",
        "0102 0008, 0000018cc251f402, 2000, 0",
        "0144 0008, e93c7f01000010c7, 1000000, 0",
        "0145 0008, e93c7f01000010c7, 1000001, 0",
        // Milliseconds of an exporter that did not tell its start: the flow ended now.
        "0016 0004 0015 0004, 00000064 000001f4, -400000, 400000",
        "0016 0004 0015 0004, ffffff9c 00000064, -200000, 200000",
        "0016 0004 0015 0004, 00000064 00000064, 0, 0",
        // Since a start that the record tells.
        "00a0 0008 0016 0004 0015 0004, 0000018cc251f018 000003e8 000005dc, 0, 500000",
        "00a0 0008 0016 0004 0015 0004, 0000018cc251f018 000003e8 000003e8, 0, 0"
    })
    void timesMayBeToldInManyWays(String elements, String values, long afterUs, long duration) {
        FlowRecord r = timed(elements, values);
        assertThat(r.stime - 0x65920080L * 1_000_000).isEqualTo(afterUs);
        assertThat(r.duration).isEqualTo(duration);
    }

    /// What could not be counted, because it waits for its template, is no gap.
    @Test
    void sequenceNumbersBehindDataThatWaitsBeginAnew() {
        decode(message(0, 1, TEMPLATE + DATA));
        decode(message(1, 1, DATA.replace("0100 0030", "0200 0030")));
        decode(message(50, 1, DATA));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isZero();
        decode(message(53, 1, DATA));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(2);
    }

    @Test
    void sequenceNumbersCountOptionRecordsToo() {
        String options = "0003 000e 0103 0001 0001 008f 0004";
        decode(message(0, 1, TEMPLATE + options + "0103 000c 00000001 00000002" + DATA));
        decode(message(3, 1, DATA));
        assertThat(counters.total(Counters.Total.OPTION_RECORDS)).isEqualTo(2);
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isZero();
        decode(message(5, 1, DATA));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(1);
    }

    // Sets ----------------------------------------------------------------------------------------

    /// YAF tells TCP flags in a list within the record.
    @Test
    void aListWithinARecordTellsItsFlags() {
        String flags = "0002 0018 0111 0002 800e 0001 00001ad7 800f 0001 00001ad7";
        String template =
                "0002 0020 0110 0006 0008 0004 000c 0004 0002 0004 0001 0004 0004 0001 0125 ffff";
        String record = VALUES + "06";
        decode(
                message(
                        0,
                        1,
                        flags
                                + template
                                // One list behind a part of a template that nobody knows.
                                + "0110 0025"
                                + record
                                + "0f 03 0300 0008 ffffffff 0111 0006 02 18"));
        assertThat(out.flows).hasSize(1);
        assertThat(out.flows.getFirst().initialFlags).isEqualTo(2);
        assertThat(out.flows.getFirst().sessionFlags).isEqualTo(0x18);
        // A list of no octets, one that is cut and a part that is too short for its template.
        decode(
                message(
                        1,
                        1,
                        "0110 0046"
                                + record
                                + "00"
                                + record
                                + "06 03 0111 0006 02"
                                + record
                                + "06 03 0111 0005 02"));
        assertThat(out.flows).hasSize(4);
        assertThat(out.flows.subList(1, 4)).allMatch(r -> r.flags == 0);
        assertThat(counters.dropped(Drop.MALFORMED)).isZero();
    }

    @Test
    void elementsThatNoFlowNeedsAreNamedAndCounted() {
        String template =
                """
                0002 002c 0112 0008
                0008 0004  000c 0004  0002 0004  0001 0004
                0060 0002  8001 0001 00000009  0060 0001  00d2 0001
                """;
        decode(
                message(
                        0,
                        1,
                        template
                                + "0003 0012 0103 0002 0001 008f 0004 0061 0004"
                                + "0112 002e"
                                + (VALUES + "ffff 01 02 00").repeat(2)));
        assertThat(counters.unknownElements())
                .containsExactly(
                        java.util.Map.entry(new Counters.UnknownElement(0, 0x60), 2L),
                        java.util.Map.entry(new Counters.UnknownElement(9, 1), 1L));
        assertThat(counters.total(Counters.Total.UNKNOWN_ELEMENTS)).isEqualTo(8);
        assertThat(out.flows).hasSize(2);
    }

    /// A field that tells its own length runs past its set: what stands before it stays.
    @ParameterizedTest
    @ValueSource(strings = {"0113 0016 %s 02", "0113 0017 %s ff00", "0113 0018 %s ff0001"})
    void aRecordThatRunsPastItsSetIsMalformed(String set) {
        decode(message(0, 1, "0002 001c 0113 0005" + PLAIN + "0060 ffff"));
        String wide = set.replace("0016", "0027").replace("0017", "0028").replace("0018", "0029");
        decode(message(0, 1, wide.formatted(VALUES + "01 00" + VALUES)));
        assertThat(out.flows).hasSize(1);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
    }

    @Test
    void allTemplatesOfOneKindMayBeWithdrawn() {
        decode(message(0, 1, TEMPLATE + "0003 0008 0003 0000" + DATA));
        assertThat(out.flows).hasSize(1);
        // The set goes on behind a withdrawal.
        decode(message(1, 1, "0002 001c 0002 0000 0114 0004" + PLAIN + DATA));
        assertThat(out.flows).hasSize(1);
        assertThat(exporter.waitingCount()).isEqualTo(1);
        decode(message(1, 1, "0114 0014" + VALUES));
        assertThat(out.flows).hasSize(2);
    }

    /// Templates that are cut, of numbers that no data has, or with more scopes than fields.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0002 000c 00ff 0001 0008 0004",
                "0002 000c 0100 0002 0008 0004",
                "0002 0010 0100 0001 8001 0004 00000009 0001",
                "0003 000e 0103 0001 0002 008f 0004",
                "0003 0008 0103 0001"
            })
    void templatesThatMakeNoSenseAreMalformed(String set) {
        boolean isWhole = set.startsWith("0002 0010");
        decode(message(0, 1, set));
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(isWhole ? 0 : 1);
        assertThat(counters.total(Counters.Total.TEMPLATES)).isEqualTo(isWhole ? 1 : 0);
    }

    // Headers -------------------------------------------------------------------------------------

    private boolean isMessage(String hex) {
        return decoder.decode(Bytes.of(hex), exporter, new Arrival(2055, 0, 0), counters, out);
    }

    @Test
    void aMessageIsOneByItsHeader() {
        String rest = "65920080 00000000 00000001";
        assertThat(isMessage("000a 0010" + rest)).isTrue();
        assertThat(counters.dropped(Drop.MALFORMED) + counters.dropped(Drop.VERSION)).isZero();
        assertThat(isMessage("0009 0010" + rest)).isFalse();
        assertThat(counters.dropped(Drop.VERSION)).isEqualTo(1);
        assertThat(isMessage("000a 000f" + rest)).isFalse();
        assertThat(isMessage("000a 0011" + rest)).isFalse();
        assertThat(isMessage("000a 0010 65920080 00000000 000000")).isFalse();
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(3);
        assertThat(isMessage(message(0, 1, "0200 ffff"))).isTrue();
    }

    @Test
    void anExporterIsProvenByItsFirstRecord() {
        decode(message(0, 1, DATA.replace("0100 0030", "0200 0030")));
        decode(message(0, 1, TEMPLATE));
        assertThat(exporter.isProven()).isFalse();
        decode(message(0, 1, DATA));
        assertThat(exporter.isProven()).isTrue();
        exporter.close(counters);
        assertThat(exporter.isProven()).isFalse();
    }

    /// Of an address of IPv6 with eight octets the others are zeros, whatever the record before
    /// has.
    @Test
    void aShortAddressTakesNothingOfTheOneBefore() {
        ByteBuffer bytes =
                Messages.ipfix(0, 1)
                        .template(2, 256, 27, 16, 28, 16, 1, 4, 2, 4)
                        .template(2, 257, 27, 8, 28, 8, 1, 4, 2, 4)
                        .hex("0100 002c")
                        .hex("20010db8 00000000 00000000 00000001")
                        .hex("20010db8 00000000 00000000 00000002 00000700 00000007")
                        .hex("0101 001c 00000000 00000003 00000000 00000004 00000700 00000007")
                        .bytes();
        Collected out = new Collected();
        new Ipfix(ProbeOptions.DEFAULT)
                .decode(
                        new Cursor(bytes),
                        new Exporter(new StateBudget(1 << 20)),
                        new Arrival(1, 0, 0),
                        new Counters(),
                        out);
        assertThat(out.flows).hasSize(2);
        assertThat(out.flows.getFirst().sipHi).isEqualTo(0x20010db8_00000000L);
        assertThat(out.flows.get(1).sipHi).isZero();
        assertThat(out.flows.get(1).sipLo).isEqualTo(3);
        assertThat(out.flows.get(1).dipHi).isZero();
    }
}
