package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.wire.netflow5.NetFlow5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetFlow5Test {
    private static final String HEADER =
            """
            0005 0001           # version, count
            000186a0            # uptime 100,000 ms
            65920080 00000000   # 2024-01-01T00:00:00Z
            """;
    private static final String RECORD =
            """
            c0000201 c6336407 00000000   # 192.0.2.1 to 198.51.100.7
            0003 0004                    # interfaces
            0000000a 00000400            # 10 packets, 1024 octets
            %s                           # first and last switched
            d431 0050                    # ports 54321, 80
            00 1b 06 00                  # flags, TCP
            0000 0000 00 00 0000
            """;

    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final NetFlow5 decoder = new NetFlow5();
    private final Exporter exporter = new Exporter(new StateBudget(16 << 20));

    private void decode(String hex) {
        decoder.decode(Bytes.of(hex), exporter, new Arrival(2055, 0, 0), counters, out);
    }

    @Test
    void decodesEveryFieldOfARecord() {
        decode(HEADER + "00000000 00 00 0000" + RECORD.formatted("00015f90 00017318"));
        FlowRecord r = out.flows.getFirst();
        assertThat((int) r.sipLo).isEqualTo(0xC0000201);
        assertThat((int) r.dipLo).isEqualTo(0xC6336407);
        assertThat(r.sport).isEqualTo(54321);
        assertThat(r.dport).isEqualTo(80);
        assertThat(r.protocol).isEqualTo(6);
        assertThat(r.flags).isEqualTo(0x1b);
        assertThat(r.packets).isEqualTo(10);
        assertThat(r.bytes).isEqualTo(1024);
        assertThat(r.input).isEqualTo(3);
        assertThat(r.output).isEqualTo(4);
        // 90,000 ms of 100,000 ms uptime: ten seconds before the header's time.
        assertThat(r.stimeMs()).isEqualTo(0x65920080L * 1000 - 10_000);
        assertThat(r.durationMs()).isEqualTo(5_000);
    }

    /// Whoever takes flows gives them a sensor, which the next datagram's do not have.
    @Test
    void aDatagramKeepsNothingOfTheOneBefore() {
        String datagram = HEADER + "00000000 00 00 0000" + RECORD.formatted("00015f90 00017318");
        FlowConsumer classifier =
                new FlowConsumer() {
                    @Override
                    public void accept(FlowRecord r, Counters c) {
                        throw new AssertionError("taken alone");
                    }

                    @Override
                    public void accept(MessageFlows flows, Counters c) {
                        flows.setSame(FieldNumbers.SENSOR, 7);
                        flows.vary(FieldNumbers.FLOWTYPE)[0] = 2;
                    }
                };
        Arrival arrival = new Arrival(2055, 0, 0);
        decoder.decode(Bytes.of(datagram), exporter, arrival, counters, classifier);
        decode(datagram);
        assertThat(out.flows.getFirst().sensor).isEqualTo(FlowRecord.NO_SENSOR);
        assertThat(out.flows.getFirst().flowtype).isEqualTo(FlowRecord.NO_FLOWTYPE);
    }

    @Test
    void uptimeMayWrapBetweenTheFlowAndTheExport() {
        String header =
                """
                0005 0001
                00000064            # uptime has wrapped to 100 ms
                65920080 00000000
                00000000 00 00 0000
                """;
        decode(header + RECORD.formatted("ffffff9c 00000032"));
        FlowRecord r = out.flows.getFirst();
        assertThat(r.stimeMs()).isEqualTo(0x65920080L * 1000 - 200);
        assertThat(r.durationMs()).isEqualTo(150);
    }

    @Test
    void aGapInTheSequenceIsCounted() {
        String record = RECORD.formatted("00015f90 00017318");
        decode(HEADER + "00000000 00 00 0000" + record);
        decode(HEADER + "00000005 00 00 0000" + record);
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(4);
        assertThat(out.flows).hasSize(2);
    }

    @Test
    void aDatagramThatIsTooShortForItsCountIsMalformedAsAWhole() {
        String two = HEADER.replace("0005 0001", "0005 0002") + "00000000 00 00 0000";
        decode(two + RECORD.formatted("00015f90 00017318") + "c0000201");
        assertThat(out.flows).isEmpty();
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
        assertThat(counters.total(Counters.Total.RECORDS)).isZero();
    }

    @Test
    void otherVersionsAreCountedNotDecoded() {
        decode(HEADER.replace("0005 0001", "0007 0001") + "00000000 00 00 0000");
        assertThat(out.flows).isEmpty();
        assertThat(counters.dropped(Drop.VERSION)).isEqualTo(1);
    }

    /// A second that began and ended 26 days before the export, 1,000 ms after the uptime wrapped:
    /// not 24 days in the future, which is nearer.
    @Test
    void aFlowFromBeforeTheWrapIsInThePast() {
        decode(
                """
                0005 0001
                000003e8
                65920080 00000000
                00000000 00 00 0000
                """
                        + RECORD.formatted("7a1aabe8 7a1aafd0"));
        FlowRecord r = out.flows.getFirst();
        assertThat(r.stimeMs()).isEqualTo(0x65920080L * 1000 - 2_246_400_000L);
        assertThat(r.durationMs()).isEqualTo(1_000);
    }

    /// SiLK takes an age above 45 days for a time ahead; it is an age.
    @Test
    void aFlowOf46DaysAgoIsInThePast() {
        // Uptime 46 days = 3,974,400,000 ms, first and last 1,000 ms.
        decode(
                """
                0005 0001
                ece48800
                65920080 00000000
                00000000 00 00 0000
                """
                        + RECORD.formatted("000003e8 000003e8"));
        assertThat(out.flows.getFirst().stimeMs())
                .isEqualTo(0x65920080L * 1000 - 3_974_400_000L + 1_000);
        assertThat(out.flows.getFirst().duration).isZero();
    }

    private static final String END_OF_HEADER = "00000000 00 00 0000";
    private static final String TIMES = "00015f90 00017318";

    /// No packets, no octets, more packets than octets, longer than 45 days, ends before it starts.
    @ParameterizedTest
    @CsvSource({
        "0000000a 00000400, 00015f90 00017318, 1",
        "00000000 00000400, 00015f90 00017318, 0",
        "0000000a 00000000, 00015f90 00017318, 0",
        "0000000a 0000000a, 00015f90 00017318, 1",
        "0000000b 0000000a, 00015f90 00017318, 0",
        "0000000a 00000400, 00000000 e7be2c00, 1",
        "0000000a 00000400, 00000000 e7be2c01, 0",
        "0000000a 00000400, 00017318 00015f90, 0",
        "0000000a 00000400, e7be2bff 00000000, 0",
        "0000000a 00000400, e7be2c00 00000000, 1"
    })
    void recordsThatMakeNoSenseAreCountedNotKept(String counts, String times, int flows) {
        String record = RECORD.replace("0000000a 00000400", counts).formatted(times);
        decode(HEADER + END_OF_HEADER + record);
        assertThat(out.flows).hasSize(flows);
        assertThat(counters.total(Counters.Total.RECORDS)).isEqualTo(1);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(flows);
        assertThat(counters.dropped(Drop.BAD_RECORD)).isEqualTo(1 - flows);
    }

    @Test
    void theHeaderTellsTheRateAndPartsOfItsSecond() {
        String record = RECORD.formatted(TIMES).replace("c6336407 00000000", "c6336407 c0000263");
        decode(
                HEADER.replace("65920080 00000000", "65920080 1dcd6500")
                        + "00000000 00 00 4064"
                        + record);
        FlowRecord r = out.flows.getFirst();
        assertThat(r.sampling).isEqualTo(100);
        assertThat(r.stimeMs()).isEqualTo(0x65920080L * 1000 + 500 - 10_000);
        assertThat((int) r.nhipLo).isEqualTo(0xC0000263);
        decode(HEADER + END_OF_HEADER + record);
        assertThat(out.flows.getLast().sampling).isEqualTo(1);
    }

    /// Some exporters give type and code as source port, the wrong way round.
    @ParameterizedTest
    @CsvSource({"01, 0308 0000, 0, 2051", "01, 0308 0301, 776, 769", "06, 0308 0000, 776, 0"})
    void typeAndCodeOfIcmpMayStandInTheSourcePort(
            String protocol, String ports, int sport, int dport) {
        decode(
                HEADER
                        + END_OF_HEADER
                        + RECORD.formatted(TIMES)
                                .replace("d431 0050", ports)
                                .replace("00 1b 06", "00 1b " + protocol));
        assertThat(out.flows.getFirst().sport).isEqualTo(sport);
        assertThat(out.flows.getFirst().dport).isEqualTo(dport);
    }

    private boolean isDatagram(int count, String records) {
        String header = HEADER.replace("0005 0001", "0005 00%02x".formatted(count));
        return decoder.decode(
                Bytes.of(header + END_OF_HEADER + records),
                exporter,
                new Arrival(2055, 0, 0),
                counters,
                out);
    }

    @Test
    void aDatagramHasOneRecordToThirty() {
        String record = RECORD.formatted(TIMES);
        assertThat(isDatagram(0, record)).isFalse();
        assertThat(isDatagram(31, record.repeat(31))).isFalse();
        assertThat(isDatagram(2, record)).isFalse();
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(3);
        assertThat(exporter.isProven()).isFalse();
        assertThat(isDatagram(1, record)).isTrue();
        assertThat(exporter.isProven()).isTrue();
        assertThat(isDatagram(30, record.repeat(30))).isTrue();
        assertThat(out.flows).hasSize(31);
    }

    /// Its uptime says that the exporter has started anew: its numbers begin anew, too.
    @Test
    void aRestartIsNoGap() {
        String record = RECORD.formatted("00000001 00000002");
        decode(HEADER + "00000000 00 00 0000" + record);
        decode(HEADER.replace("000186a0", "00000064") + "00001000 00 00 0000" + record);
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isZero();
        decode(HEADER.replace("000186a0", "00000064") + "00001003 00 00 0000" + record);
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(2);
    }
}
