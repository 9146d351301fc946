package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.TestConfiguration;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.MessageFlows;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flows that are taken together become what they become one by one, whatever the sensors, and are
/// counted alike.
class MessageAdmissionTest {
    private static final long RECEIVED = 1_767_225_600_000_000L;
    private static final int[] PORTS = {80, 443, 8080, 0, 81, 8192 + 80, 65_535};
    private static final int[] ADDRESSES = {
        0xC000_0201, 0xC633_6407, 0x0A01_0203, 0xC000_0301, 0xFFFF_FFFF
    };

    private static final Log LOG =
            Log.to("test", Log.Level.INFO, new PrintStream(OutputStream.nullOutputStream()));
    private static final Causes CAUSES = new LossCauses(new LossLedger(), LOG, Ticks::ms);

    @TempDir Path directory;
    private final Random random = new Random(18);

    /// What came out of one way.
    private static final class Out implements FlowConsumer {
        final List<String> flows = new ArrayList<>();
        final Counters counters = new Counters();
        int together;

        @Override
        public void accept(FlowRecord r, Counters c) {
            long[] words = new long[RecordWords.COUNT];
            RecordWords.pack(r, words, 0);
            flows.add(Arrays.toString(words));
        }

        @Override
        public void accept(MessageFlows message, Counters c) {
            together += message.count();
            FlowConsumer.super.accept(message, c);
        }

        String counts() {
            StringBuilder text = new StringBuilder();
            for (Counters.Total t : Counters.Total.values()) {
                text.append(t).append(' ').append(counters.total(t)).append('\n');
            }
            for (Drop d : Drop.values()) {
                text.append(d).append(' ').append(counters.dropped(d)).append('\n');
            }
            return text.toString();
        }
    }

    private static Admission admission(Configuration configuration, Out out) {
        Probe probe = configuration.sensors().probes().getFirst();
        Classifier classifier = Routing.classifierOf(configuration, probe);
        Admission admission = new Admission(CAUSES, out);
        admission.begin(
                new Admission.Source(configuration, probe, classifier, TimeWindow.DEFAULT), null);
        return admission;
    }

    private Configuration configuration(String sensors) throws IOException {
        return TestConfiguration.of(
                directory,
                """
                probe P0 ipfix
                    listen-on-port 2055
                    protocol udp
                end probe
                """
                        + sensors);
    }

    private static String sensor(String name, String statements) {
        return "sensor " + name + "\n ipfix-probes P0\n " + statements + "\nend sensor\n";
    }

    /// A message whose flows are usual, but for some where that is said.
    private MessageFlows message(boolean isUsual) {
        MessageFlows m = new MessageFlows();
        m.setCount(1 + random.nextInt(MessageFlows.CAPACITY));
        for (int i = 0; i < m.count(); i++) {
            m.vary(FieldNumbers.SIP)[i] = address();
            m.vary(FieldNumbers.DIP)[i] = address();
            m.vary(FieldNumbers.SPORT)[i] = PORTS[random.nextInt(PORTS.length)];
            m.vary(FieldNumbers.DPORT)[i] = PORTS[random.nextInt(PORTS.length)];
            m.vary(FieldNumbers.PROTOCOL)[i] = random.nextBoolean() ? 6 : random.nextInt(256);
            m.vary(FieldNumbers.INPUT)[i] = random.nextInt(4);
            m.vary(FieldNumbers.STIME)[i] = RECEIVED - random.nextInt(1 << 30);
            m.vary(FieldNumbers.PACKETS)[i] = 1L + random.nextInt(9);
        }
        m.setSame(FieldNumbers.BYTES, 40);
        m.setSame(FieldNumbers.OUTPUT, random.nextInt(4));
        m.setSame(FieldNumbers.SAMPLING, random.nextInt(3));
        if (isUsual) {
            return m;
        }
        int row = random.nextInt(m.count());
        switch (random.nextInt(6)) {
            case 0 -> m.vary(FieldNumbers.STIME)[row] = random.nextLong();
            case 1 -> m.setSame(FieldNumbers.DURATION, Long.MAX_VALUE);
            case 2 -> m.vary(FieldNumbers.PACKETS)[row] = -1;
            case 3 -> m.setSame(FieldNumbers.MEMO, 1001L + random.nextInt(3));
            case 4 -> m.setSame(FieldNumbers.UPPER_SIP, 0x2001_0DB8L << 32);
            default -> m.vary(FieldNumbers.STIME)[row] = RECEIVED + (1L << 40);
        }
        return m;
    }

    private long address() {
        return Ip.mapped(ADDRESSES[random.nextInt(ADDRESSES.length)]);
    }

    /// @return how many flows were handed on together
    private int same(Configuration configuration, boolean isUsual) {
        Out together = new Out();
        Out single = new Out();
        Admission ofMessages = admission(configuration, together);
        Admission ofFlows = admission(configuration, single);
        FlowRecord r = new FlowRecord();
        for (int n = 0; n < 200; n++) {
            MessageFlows m = message(isUsual);
            for (int i = 0; i < m.count(); i++) {
                m.get(i, r);
                ofFlows.take(r, single.counters, RECEIVED);
            }
            ofMessages.take(m, together.counters, RECEIVED);
        }
        assertThat(together.flows).isEqualTo(single.flows).isNotEmpty();
        assertThat(together.counts()).isEqualTo(single.counts());
        assertThat(single.together).isZero();
        return together.together;
    }

    @Test
    void oneSensorTakesUsualMessagesTogether() throws IOException {
        for (String networks :
                List.of(
                        "internal-ipblocks 192.0.2.0/24\n external-ipblocks remainder",
                        "internal-ipblocks 192.0.2.0/24\n external-ipblocks 198.51.100.0/24",
                        "internal-interfaces 1\n external-interfaces 2\n null-interfaces 0",
                        "source-network external\n destination-network internal")) {
            Configuration configuration = configuration(sensor("S0", networks));
            assertThat(same(configuration, true)).as(networks).isGreaterThan(5_000);
            same(configuration, false);
        }
    }

    @Test
    void severalSensorsAndFiltersTakeFlowsOneByOne() throws IOException {
        String blocks = "internal-ipblocks 192.0.2.0/24\n external-ipblocks remainder";
        Configuration two = configuration(sensor("S0", blocks) + sensor("S1", blocks));
        assertThat(same(two, true)).isZero();
        same(two, false);
        String filtered = blocks + "\n discard-when source-ipblocks 10.0.0.0/8";
        assertThat(same(configuration(sensor("S0", filtered)), true)).isZero();
    }
}
