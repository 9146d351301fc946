package dev.rearview.collector.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the log words probes of each type, at the start and with each flush.
class ProbeLineTest {
    private static Probe probe(String type) {
        Probe.Type wanted = null;
        for (Probe.Type t : Probe.Type.values()) {
            wanted = t.keyword().equals(type) ? t : wanted;
        }
        return new Probe(
                "P0",
                java.util.Objects.requireNonNull(wanted),
                Probe.Source.udp(2055, List.of()),
                false,
                Set.of(),
                Set.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "netflow-v5|PDU|Pkts 3/4, Recs 90, MissRecs 7, BadRecs 0",
                "netflow-v9|NetFlowV9|forward 90, reverse 2, ignored 0, nf9: missing-pkts 7",
                "ipfix|IPFIX|forward 90, reverse 2, ignored 0",
                "sflow|sFlow|forward 90, reverse 2, ignored 0, sflow: missing-pkts 7",
                "netflow|NetFlow|forward 90, reverse 2, ignored 0, missing 7",
                "flow|Flow|forward 90, reverse 2, ignored 0, missing 7"
            })
    void eachTypeHasItsWords(String type, String reader, String counts) {
        LossLedger ledger = new LossLedger(() -> 0);
        Counters counters = ledger.of("P0", "192.0.2.1");
        counters.add(Total.DATAGRAMS, 4);
        counters.add(Total.FLOWS, 90);
        counters.add(Total.REVERSE_FLOWS, 2);
        counters.drop(Drop.VERSION, 1);
        counters.drop(Drop.SEQUENCE_GAP, 7);
        long[] news = ledger.news(LossLedger.Reader.LOG).values().iterator().next();
        assertThat(ProbeLine.begins(probe(type)))
                .isEqualTo("Creating " + reader + " Reader for probe 'P0' on [*]:2055");
        assertThat(ProbeLine.of(probe(type), news)).isEqualTo("'P0': " + counts);
    }
}
