package dev.rearview.wire.ipfix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.RecordWords;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.ipfix.IpfixSink.Names;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Flows written as IPFIX, read again by our decoder.
class IpfixSinkTest {
    private static final Names NAMES =
            new Names() {
                @Override
                public String flowtype(int flowtype) {
                    return "f" + flowtype;
                }

                @Override
                public String className(int flowtype) {
                    return "class";
                }

                @Override
                public String type(int flowtype) {
                    return "type" + flowtype;
                }

                @Override
                public String sensor(int sensor) {
                    return "s".repeat(300);
                }
            };

    private static byte[] written(boolean single, Optional<Names> names, List<FlowRecord> flows)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (IpfixSink sink =
                new IpfixSink(
                        out, single, names, InstantSource.fixed(Instant.ofEpochSecond(86_400)))) {
            for (FlowRecord f : flows) {
                sink.write(f);
            }
            assertThat(sink.written()).isEqualTo(flows.size());
        }
        return out.toByteArray();
    }

    private static List<String> read(byte[] octets) throws IOException {
        List<String> out = new ArrayList<>();
        Counters counters = new Counters();
        Exporter exporter = new Exporter(new StateBudget(1 << 20));
        Ipfix decoder = new Ipfix(ProbeOptions.ofFile(false, true));
        MessageFile messages = new MessageFile(new ByteArrayInputStream(octets), "x");
        for (ByteBuffer m = messages.next(); m != null; m = messages.next()) {
            decoder.decode(
                    new Cursor(m),
                    exporter,
                    new Arrival(0, 0, 0),
                    counters,
                    (r, c) -> out.add(text(r)));
        }
        return out;
    }

    private static String text(FlowRecord r) {
        long[] words = new long[RecordWords.COUNT];
        RecordWords.pack(r, words, 0);
        return Arrays.toString(words);
    }

    private static FlowRecord flow(boolean six, int protocol, Consumer<FlowRecord> more) {
        FlowRecord r = new FlowRecord();
        r.setIpv6(six);
        r.sipHi = six ? 0x2001_0db8_0000_0000L : 0;
        r.sipLo = six ? 0xC0000201L : Ip.mapped(0xC000_0201);
        r.dipHi = six ? 0x2001_0db8_0001_0000L : 0;
        r.dipLo = six ? 7 : Ip.mapped(0xFFFF_FFFF);
        r.nhipHi = six ? 0xFE80_0000_0000_0000L : 0;
        r.nhipLo = six ? 9 : Ip.mapped(0x0A00_0009);
        r.protocol = protocol;
        r.packets = 0xFFFF_FFFFL;
        r.bytes = 0xFFFF_FFFEL;
        r.stime = 1_709_078_400_123_000L;
        r.duration = 4_294_967_295_000L;
        r.input = 65_535;
        r.output = 65_534;
        r.application = 65_533;
        r.sensor = 65_532;
        r.flowtype = 254;
        r.attributes |= Attributes.VISIBLE;
        more.accept(r);
        return r;
    }

    private static void ports(FlowRecord r) {
        r.sport = 65_535;
        r.dport = 1;
    }

    private static void split(FlowRecord r) {
        ports(r);
        r.initialFlags = 0xC2;
        r.sessionFlags = 0x39;
        r.flags = 0xFB;
        r.attributes |= Attributes.EXPANDED;
    }

    private static void together(FlowRecord r) {
        ports(r);
        r.flags = 0xFF;
    }

    private static void icmp(FlowRecord r) {
        r.dport = 0x8001;
    }

    /// One of each template, in the order of their numbers.
    private static List<FlowRecord> kinds() {
        List<FlowRecord> out = new ArrayList<>();
        for (boolean six : new boolean[] {false, true}) {
            out.add(flow(six, 47, r -> {}));
            out.add(flow(six, six ? 58 : 1, IpfixSinkTest::icmp));
            out.add(flow(six, 17, IpfixSinkTest::ports));
            out.add(flow(six, 132, IpfixSinkTest::ports));
            out.add(flow(six, 6, IpfixSinkTest::together));
            out.add(flow(six, 6, IpfixSinkTest::split));
        }
        return out;
    }

    @Test
    void everyKindOfFlowComesBack() throws IOException {
        List<FlowRecord> flows = kinds();
        List<String> texts = flows.stream().map(IpfixSinkTest::text).toList();
        assertThat(read(written(false, Optional.empty(), flows))).isEqualTo(texts);
        assertThat(read(written(false, Optional.of(NAMES), flows))).isEqualTo(texts);
        assertThat(read(written(true, Optional.of(NAMES), flows))).isEqualTo(texts);
    }

    /// What one kind has no field for, the single template has.
    @Test
    void portsAndFlagsOfProtocolsWithoutThemAreLeftOut() throws IOException {
        FlowRecord odd = flow(false, 50, IpfixSinkTest::split);
        FlowRecord bare = flow(false, 50, r -> {});
        assertThat(read(written(false, Optional.empty(), List.of(odd))))
                .containsExactly(text(bare));
        FlowRecord together = flow(false, 50, IpfixSinkTest::ports);
        together.flags = odd.flags;
        assertThat(read(written(true, Optional.empty(), List.of(odd))))
                .containsExactly(text(together));
    }

    @Test
    void whatDoesNotFitIsCapped() throws IOException {
        FlowRecord large = flow(false, 17, IpfixSinkTest::ports);
        large.packets = 1L << 40;
        large.bytes = 1L << 50;
        large.input = 70_000;
        FlowRecord capped = flow(false, 17, IpfixSinkTest::ports);
        capped.bytes = 0xFFFF_FFFFL;
        assertThat(read(written(false, Optional.empty(), List.of(large))))
                .containsExactly(text(capped));
        assertThat(read(written(true, Optional.empty(), List.of(large))))
                .containsExactly(text(large));
    }

    /// The lengths that SiLK's own messages of templates have.
    @Test
    void templatesAreSilks() throws IOException {
        assertThat(written(false, Optional.of(NAMES), List.of())).hasSize(1204);
        assertThat(written(true, Optional.of(NAMES), List.of())).hasSize(140);
        byte[] one = written(true, Optional.empty(), List.of(flow(true, 17, IpfixSinkTest::ports)));
        assertThat(one).hasSize(140 + 16 + 4 + 120);
        ByteBuffer b = ByteBuffer.wrap(one);
        assertThat(b.getShort(0)).isEqualTo((short) 10);
        assertThat(b.getShort(2)).isEqualTo((short) 140);
        assertThat(b.getInt(4)).isEqualTo(86_400);
        assertThat(b.getShort(20) & 0xFFFF).isEqualTo(0xAFEA);
        assertThat(b.getShort(22)).isEqualTo((short) 23);
    }

    /// Each message says how many records came before it.
    @ParameterizedTest
    @ValueSource(ints = {545, 546, 5000})
    void messagesEndWhenTheyAreFull(int flows) throws IOException {
        List<FlowRecord> all = new ArrayList<>();
        for (int i = 0; i < flows; i++) {
            all.add(flow(true, 6, IpfixSinkTest::split));
        }
        byte[] octets = written(true, Optional.empty(), all);
        assertThat(read(octets)).hasSize(flows);
        MessageFile messages = new MessageFile(new ByteArrayInputStream(octets), "x");
        long before = 0;
        for (ByteBuffer m = messages.next(); m != null; m = messages.next()) {
            assertThat(m.getInt(8)).isEqualTo((int) before);
            before += messages.offset() == 0 ? 0 : (m.remaining() - 20) / 120;
        }
        assertThat(before).isEqualTo(flows);
        assertThat(octets.length).isEqualTo(140 + flows * 120 + (flows + 544) / 545 * 20);
    }
}
