package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.ipfix.Ipfix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a decoder's own error costs.
class DecoderTest {
    /// One record: 10 packets of 1,024 octets.
    private static final String NETFLOW5 =
            """
            0005 0001 000186a0 65920080 00000000 00000000 00 00 0000
            c6336407 c0000201 00000000 0003 0004 0000000a 00000400 00015f90 00017318
            d431 0050 00 1b 06 00 0000 0000 00 00 0000
            """;

    private static final Probe PROBE = ExportersTest.probe(Probe.Type.NETFLOW_V5);

    private final Counters counters = new Counters();
    private final StateBudget budget = new StateBudget(1 << 20);
    private final Exporter exporter = new Exporter(budget);

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    private boolean decode(Decoder decoder, FlowConsumer out) {
        return decoder.decode(bytes(NETFLOW5), exporter, new Arrival(1, 0, 0), counters, out);
    }

    @Test
    void aMessageIsLostAndEachRecordCounted() {
        Decoder decoder = FailingDecoder.of(PROBE);
        List<Long> octets = new ArrayList<>();
        assertThat(decode(decoder, (r, c) -> octets.add(r.bytes))).isFalse();
        assertThat(octets).containsExactly(1024L);
        assertThat(decoder.failure().orElseThrow())
                .startsWith("java.lang.IllegalStateException: of the test at ")
                .contains("FailingDecoder.java");
        assertThat(counters.total(Total.DATAGRAMS)).isEqualTo(1);
        assertThat(counters.total(Total.RECORDS)).isEqualTo(2);
        assertThat(counters.total(Total.FLOWS)).isEqualTo(1);
        assertThat(counters.dropped(Drop.BAD_RECORD)).isEqualTo(1);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
        // The next one is another.
        assertThat(
                        decoder.decode(
                                bytes("0009"), exporter, new Arrival(1, 0, 0), counters, nobody()))
                .isFalse();
        assertThat(decoder.failure()).isEmpty();
    }

    private static FlowConsumer nobody() {
        return (r, c) -> {};
    }

    @Test
    void whatFailsBehindItIsNotItsOwn() {
        Decoder decoder = new Decoder(PROBE);
        assertThatThrownBy(() ->
                        decode(
                                decoder,
                                (r, c) -> {
                                    throw new IllegalStateException("of the intake");
                                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("of the intake");
        assertThat(counters.dropped(Drop.MALFORMED)).isZero();
        assertThat(decode(decoder, (r, c) -> {})).isTrue();
    }

    /// The template of a message that failed is not that of whoever sends next.
    @Test
    void whatAFailedMessageAnnouncedIsForgotten() {
        Ipfix good = new Ipfix(ProbeOptions.DEFAULT);
        boolean[] fails = {true};
        Decoder decoder =
                new Decoder(
                        ExportersTest.probe(Probe.Type.IPFIX),
                        Map.of(
                                ExportFormat.IPFIX,
                                (in, from, arrival, c, out) -> {
                                    boolean valid = good.decode(in, from, arrival, c, out);
                                    if (fails[0]) {
                                        throw new IllegalStateException("of the test");
                                    }
                                    return valid;
                                }));
        try (Exporters<String> exporters = new Exporters<>(budget, k -> counters)) {
            Arrival arrival = new Arrival(1, 0, 0);
            ByteBuffer template =
                    bytes(
                            "000a 0020 00000001 00000001 00000001 0002 0010 0100 0002 0008 0004 000c 0004");
            assertThat(exporters.decode("one", decoder, template, arrival, nobody())).isFalse();
            assertThat(exporters.size()).isZero();
            assertThat(budget.used()).isZero();
            fails[0] = false;
            ByteBuffer data =
                    bytes("000a 001c 00000001 00000002 00000001 0100 000c c0000201 c6336407");
            assertThat(exporters.decode("two", decoder, data, arrival, nobody())).isTrue();
            assertThat(counters.total(Total.AWAITED_SETS)).isEqualTo(1);
            assertThat(counters.total(Total.RECORDS)).isZero();
        }
    }
}
