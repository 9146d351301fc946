package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.netflow9.NetFlow9;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetFlow9Test {
    private static final String HEADER =
            "0009 0001 000186a0 65920080 %08x 00000001"; // count is advisory
    private static final String TEMPLATE =
            """
            0000 0028 0100 0008
            0008 0004  000c 0004  0004 0001  0002 0004  0001 0004
            0016 0004  0015 0004  0030 0001    # first, last, sampler
            """;
    private static final String DATA =
            """
            0100 0020
            c0000201 c6336407 11 0000000a 00000400 00015f90 00017318 07
            0000
            """;

    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final NetFlow9 decoder = new NetFlow9(ProbeOptions.DEFAULT);
    private final Exporter exporter = new Exporter(new StateBudget(16 << 20));

    private void decode(int sequence, String sets) {
        Cursor in = Bytes.of(HEADER.formatted(sequence) + sets);
        decoder.decode(in, exporter, new Arrival(2055, 0, 0), counters, out);
    }

    @Test
    void timesAreUptimeSpans() {
        decode(0, TEMPLATE + DATA);
        FlowRecord r = out.flows.getFirst();
        assertThat(r.stimeMs()).isEqualTo(0x65920080L * 1000 - 10_000);
        assertThat(r.durationMs()).isEqualTo(5_000);
        assertThat(r.packets).isEqualTo(10);
    }

    @Test
    void theSamplerTableGivesTheRate() {
        String options =
                """
                0001 0018 0101 0004 0008    # scope of 4 octets, options of 8
                0001 0002                   # scope: system, 2 octets
                0030 0001  0032 0004        # sampler, random interval
                0000
                0101 000c
                0001 07 00000064            # sampler 7: one in 100
                00
                """;
        decode(0, options);
        decode(1, TEMPLATE + DATA);
        assertThat(counters.total(Counters.Total.OPTION_RECORDS)).isEqualTo(1);
        assertThat(out.flows.getFirst().sampling).isEqualTo(100);
    }

    @Test
    void aRedefinedTemplateReplacesTheOldOne() {
        decode(0, TEMPLATE);
        decode(
                1,
                """
                0000 0018 0100 0004
                0008 0004  000c 0004  0002 0004  0001 0004
                0100 0014
                c0000201 c6336407 00000001 00000028
                """);
        assertThat(out.flows).hasSize(1);
        assertThat(out.flows.getFirst().bytes).isEqualTo(40);
    }

    @Test
    void aFlowSetOfLengthZeroEndsTheDatagram() {
        decode(0, TEMPLATE + DATA + "0100 0000 0000");
        assertThat(out.flows).hasSize(1);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
    }

    /// Each of these breaks the protocol once; the flow before it stays, and that of the next
    /// datagram comes.
    @ParameterizedTest
    @CsvSource({
        "a template without fields, 0000 0008 0103 0000",
        "a set of one octet, 0103 0001",
        "a set of three octets, 0103 0003",
        "options without scope and option, 0001 000a 0103 0000 0000",
        "a template behind its set's end, 0000 0008 0103 0002",
    })
    void whatBreaksTheProtocolIsCountedOnce(String what, String set) {
        decode(0, TEMPLATE + DATA + set);
        assertThat(counters.dropped(Drop.MALFORMED)).as(what).isEqualTo(1);
        assertThat(out.flows).as(what).hasSize(1);
        decode(1, DATA);
        assertThat(counters.dropped(Drop.MALFORMED)).as(what).isEqualTo(1);
        assertThat(out.flows).as(what).hasSize(2);
    }

    @Test
    void aFieldOfNoOctetsIsNoValue() {
        decode(
                0,
                """
                0000 001c 0104 0005
                0008 0004  000c 0004  0002 0004  0001 0004  0004 0000
                0104 0014
                c0000201 c6336407 00000001 00000028
                """);
        assertThat(counters.dropped(Drop.MALFORMED)).isZero();
        assertThat(out.flows).hasSize(1);
        assertThat(out.flows.getFirst().bytes).isEqualTo(40);
        assertThat(out.flows.getFirst().protocol).isZero();
    }

    /// PAN-OS marks all flows as events of a firewall: "created" and "updated" ones with counts are
    /// traffic, while those of an ASA without counts are not.
    @Test
    void firewallEventsWithCountsAreFlows() {
        decode(
                0,
                """
                0000 001c 0102 0005
                0008 0004  000c 0004  0002 0004  0001 0004  00e9 0001
                0102 0048
                c0000201 c6336407 00000001 00000046 01
                c0000201 c6336408 00000001 0000006f 05
                c0000201 c6336409 00000000 00000000 01
                c0000201 c633640a 00000000 00000000 02
                """);
        assertThat(out.flows).extracting(f -> f.bytes).containsExactly(70L, 111L, 1L);
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(1);
    }

    private FlowRecord relative(String uptime, String first, String last) {
        decoder.decode(
                Bytes.of(
                        "0009 0001 "
                                + uptime
                                + " 65920080 00000000 00000001"
                                + TEMPLATE
                                + DATA.replace("00015f90 00017318", first + last)),
                exporter,
                new Arrival(2055, 0, 0),
                counters,
                out);
        return out.flows.getLast();
    }

    /// 1,000 ms after the uptime wrapped, a flow that began at 2,048,568,296 ms began 26 days ago,
    /// not in 24 days, which is nearer.
    @Test
    void aFlowThatBeganBeforeTheUptimeWrappedIsInThePast() {
        long exportMs = 0x65920080L * 1000;
        FlowRecord whole = relative("000003e8", "7a1aabe8", "000003e8");
        long ageMs = (1L << 32) - 0x7a1aabe8L + 1000;
        assertThat(ageMs).isEqualTo(2_246_400_000L);
        assertThat(whole.stimeMs()).isEqualTo(exportMs - ageMs);
        assertThat(whole.durationMs()).isEqualTo(ageMs);
        FlowRecord early = relative("000003e8", "7a1aabe8", "7a1aafd0");
        assertThat(early.stimeMs()).isEqualTo(exportMs - ageMs);
        assertThat(early.durationMs()).isEqualTo(1_000);
    }

    /// A minute after the export is rounding; what would be later was before the wrap.
    @Test
    void aTimeJustAfterTheExportIsThatTime() {
        long exportMs = 0x65920080L * 1000;
        assertThat(relative("000186a0", "00028488", "00028488").stimeMs())
                .isEqualTo(exportMs + 65_000 - (1L << 32));
        assertThat(relative("000186a0", "00027100", "00027100").stimeMs())
                .isEqualTo(exportMs + 60_000);
    }

    /// An end before its start is a mistake where a wrap would put it after the export.
    @Test
    void anEndBeforeItsStartIsNoFlowOfSevenWeeks() {
        FlowRecord r = relative("000186a0", "00017318", "00015f90");
        assertThat(r.stimeMs()).isEqualTo(0x65920080L * 1000 - 5_000);
        assertThat(r.durationMs()).isZero();
    }

    private boolean isDatagram(String hex) {
        return decoder.decode(Bytes.of(hex), exporter, new Arrival(2055, 0, 0), counters, out);
    }

    @Test
    void aDatagramIsOneByItsHeader() {
        assertThat(isDatagram("0009 0001 000186a0 65920080 00000000 000000")).isFalse();
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
        assertThat(isDatagram("000a 0001 000186a0 65920080 00000000 00000001")).isFalse();
        assertThat(counters.dropped(Drop.VERSION)).isEqualTo(1);
        assertThat(isDatagram("0009 0000 000186a0 65920080 00000000 00000001")).isTrue();
        decode(1, TEMPLATE);
        assertThat(exporter.isProven()).isFalse();
        decode(2, DATA);
        assertThat(exporter.isProven()).isTrue();
    }

    @Test
    void theUptimeMayBeOfSeconds() {
        ProbeOptions seconds = ProbeOptions.of(false, Set.of("nf9-sysuptime-seconds"));
        new NetFlow9(seconds)
                .decode(
                        Bytes.of("0009 0001 00000064 65920080 00000000 00000001" + TEMPLATE + DATA),
                        exporter,
                        new Arrival(2055, 0, 0),
                        counters,
                        out);
        assertThat(out.flows.getFirst().stimeMs()).isEqualTo(0x65920080L * 1000 - 10_000);
    }

    /// Why a firewall denied a connection stays with its flow; other events say nothing.
    @ParameterizedTest
    @CsvSource({
        "03 03e9, 1001",
        "03 03ec, 1004",
        "03 03e8, 3",
        "03 03ed, 3",
        "03 0000, 3",
        "02 03e9, 0",
        "00 03e9, 0"
    })
    void aDenialKeepsItsReason(String event, int memo) {
        decode(
                0,
                """
                0000 0020 0103 0006
                0008 0004  000c 0004  0002 0004  0001 0004  9c45 0001  80ea 0002
                0103 0017
                c0000201 c6336407 00000001 00000046
                """
                        + event);
        assertThat(out.flows).hasSize(1);
        assertThat(out.flows.getFirst().memo).isEqualTo(memo);
    }
}
