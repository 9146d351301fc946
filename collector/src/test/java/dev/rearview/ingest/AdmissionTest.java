package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is changed of a flow before it is stored.
class AdmissionTest {
    private static final long RECEIVED = 1_767_225_600_000_000L;

    @TempDir Path directory;
    private final Counters counters = new Counters();
    private final List<FlowRecord> admitted = new ArrayList<>();
    private final Log log =
            Log.to("test", Log.Level.INFO, new PrintStream(OutputStream.nullOutputStream()));
    private final Admission admission =
            new Admission(
                    new LossCauses(new LossLedger(), log, Ticks::ms),
                    (r, c) -> {
                        FlowRecord copy = new FlowRecord();
                        copy.copyFrom(r);
                        admitted.add(copy);
                    });

    @BeforeEach
    void begin() throws IOException {
        Configuration configuration =
                TestConfiguration.of(
                        directory,
                        """
                        probe P0 ipfix
                            listen-on-port 2055
                            protocol udp
                        end probe
                        sensor S0
                            ipfix-probes P0
                            internal-ipblocks 192.0.2.0/24
                            external-ipblocks remainder
                        end sensor
                        """);
        Probe probe = configuration.sensors().probes().getFirst();
        Classifier classifier =
                new Classifier(
                        configuration.site(),
                        configuration.logic(),
                        configuration.sensors(),
                        probe);
        admission.begin(
                new Admission.Source(configuration, probe, classifier, TimeWindow.DEFAULT), null);
    }

    private FlowRecord take(long packets, long bytes) {
        FlowRecord r = new FlowRecord();
        r.setSipV4(0xC633_6407);
        r.setDipV4(0xC000_0201);
        r.stime = RECEIVED;
        r.packets = packets;
        r.bytes = bytes;
        admission.take(r, counters, RECEIVED);
        return admitted.getLast();
    }

    @Test
    void whatTheStoreCannotKeepIsTheMostItCan() {
        FlowRecord octets = take(3, Long.MIN_VALUE);
        assertThat(octets.packets).isEqualTo(3);
        assertThat(octets.bytes).isEqualTo(Long.MAX_VALUE);
        FlowRecord packets = take(-1, 40);
        assertThat(packets.packets).isEqualTo(Long.MAX_VALUE);
        assertThat(packets.bytes).isEqualTo(40);
        assertThat(counters.total(Total.VOLUMES_CLIPPED)).isEqualTo(2);
        assertThat(counters.total(Total.TIMES_REPLACED)).isZero();
    }

    @Test
    void theMostThatItCanKeepIsNotCounted() {
        FlowRecord r = take(Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(r.packets).isEqualTo(Long.MAX_VALUE);
        assertThat(r.bytes).isEqualTo(Long.MAX_VALUE);
        assertThat(counters.total(Total.VOLUMES_CLIPPED)).isZero();
    }
}
