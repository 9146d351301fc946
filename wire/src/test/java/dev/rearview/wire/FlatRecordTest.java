package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Records whose fields are at fixed places give the flows and counts that all others give: whoever
/// is told of records has them read the general way, so that both can be compared.
class FlatRecordTest {
    private static final SetDecoder.Log TOLD = new SetDecoder.Log() {};

    /// Elements that have fixed places, and the octets that each is tried with; the first is usual.
    private static final int[][] ELEMENTS = {
        {8, 4},
        {12, 4},
        {15, 4},
        {4, 1, 2},
        {7, 2, 1},
        {11, 2},
        {10, 4, 2, 8, 3},
        {14, 4, 2},
        {2, 8, 4, 5},
        {1, 8, 4, 7},
        {152, 8, 4},
        {153, 8},
        {6, 1, 2},
        {136, 1},
        {32, 2},
        {139, 2},
        {58, 2},
        {5, 1},
        {16, 4},
        {9, 1}
    };

    private static final int[][] SIX = {
        {27, 16},
        {28, 16},
        {62, 16, 8},
        {4, 1},
        {7, 2},
        {11, 2},
        {10, 4},
        {2, 4},
        {1, 4},
        {22, 4},
        {21, 4},
        {6, 1},
        {178, 1},
        {31, 3}
    };

    /// Elements that make a record another one's business.
    private static final int[][] OTHERS = {
        {27, 16},
        {8, 4},
        {85, 8},
        {23, 8},
        {34, 4},
        {48, 1},
        {148, 8},
        {233, 1},
        {150, 4},
        {160, 8},
        {82, 0xFFFF},
        {293, 0xFFFF}
    };

    private static List<String> words(Collected out) {
        List<String> all = new ArrayList<>();
        for (FlowRecord r : out.flows) {
            long[] words = new long[RecordWords.COUNT];
            RecordWords.pack(r, words, 0);
            all.add(Arrays.toString(words));
        }
        return all;
    }

    private static String counts(Counters c) {
        StringBuilder out = new StringBuilder();
        for (Counters.Total t : Counters.Total.values()) {
            out.append(t).append(' ').append(c.total(t)).append(' ');
        }
        for (Drop d : Drop.values()) {
            out.append(d).append(' ').append(c.dropped(d)).append(' ');
        }
        return out.toString();
    }

    private static void same(Recordings flat, Recordings general, String what) {
        assertThat(counts(flat.counters)).as(what).isEqualTo(counts(general.counters));
        assertThat(words(flat.out)).as(what).isEqualTo(words(general.out));
    }

    @Test
    void recordingsOfAllExportersGiveTheSame() throws IOException {
        Recordings.assumeThere();
        List<Path> files;
        try (Stream<Path> all = Files.walk(Recordings.EXPORTS)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        ProbeOptions quirks =
                ProbeOptions.of(
                        false,
                        Set.of(
                                "firewall-event",
                                "missing-ips",
                                "zero-packets",
                                "nf9-out-is-reverse"));
        int flows = 0;
        for (ProbeOptions options : List.of(ProbeOptions.DEFAULT, quirks)) {
            for (Path p : files) {
                Recordings flat = new Recordings(options);
                Recordings general = new Recordings(options, TOLD);
                flat.file(p);
                general.file(p);
                same(flat, general, p.toString());
                flows += flat.out.flows.size();
            }
        }
        assertThat(flows).isGreaterThan(20_000);
    }

    /// A template, sometimes of options before it, and a set of its data.
    private static ByteBuffer message(Random random, boolean netflow9, int number) {
        List<int[]> fields = new ArrayList<>();
        for (int[] element : random.nextInt(3) == 0 ? SIX : ELEMENTS) {
            boolean isUsual = random.nextInt(8) > 0;
            if (random.nextInt(24) > 0) {
                int octets = element[isUsual ? 1 : 1 + random.nextInt(element.length - 1)];
                octets = random.nextInt(200) == 0 ? 0 : octets;
                fields.add(new int[] {element[0], octets});
            }
        }
        if (random.nextInt(3) == 0) {
            fields.add(random.nextInt(fields.size() + 1), OTHERS[random.nextInt(OTHERS.length)]);
        }
        if (random.nextBoolean()) {
            Collections.shuffle(fields, random);
        }
        int id = 256 + random.nextInt(4);
        Messages m = netflow9 ? Messages.netflow9(number, 1) : Messages.ipfix(number, 1);
        if (random.nextInt(4) == 0) {
            // A rate of an interface, and when the exporter started.
            String options =
                    netflow9
                            ? "0001 001c 0200 0004 0008 0002 0004 0022 0004 00a0 0008 0000"
                            : "0003 0016 0200 0003 0001 000a 0004 0022 0004 00a0 0008";
            m.hex(options);
            m.hex("0200 0014 0000 0000 0000 0064 0000 018b d000 0000");
        }
        int[] pairs = fields.stream().flatMapToInt(Arrays::stream).toArray();
        m.template(netflow9 ? 0 : 2, id, pairs);
        Messages data = new Messages();
        int records = random.nextInt(6);
        for (int i = 0; i < records; i++) {
            for (int[] f : fields) {
                value(random, f, data);
            }
        }
        data.zeros(random.nextInt(3));
        byte[] octets = data.octets();
        m.u16(id).u16(4 + octets.length).append(octets);
        return m.bytes();
    }

    private static void value(Random random, int[] field, Messages to) {
        int octets = field[1] == 0xFFFF ? random.nextInt(20) : field[1];
        if (field[1] == 0xFFFF) {
            to.append(new byte[] {(byte) octets});
        }
        byte[] value = new byte[octets];
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> {
                if (octets > 0) {
                    value[octets - 1] = 1;
                }
            }
            case 2 -> random.nextBytes(value);
            default -> {
                long usual =
                        switch (field[0]) {
                            case 4 -> new int[] {6, 6, 17, 1, 58}[random.nextInt(5)];
                            case 152, 153 -> 1_700_000_000_000L + random.nextInt(100_000);
                            case 21, 22 -> 90_000 + random.nextInt(20_000);
                            case 136 -> new int[] {1, 2, 3, 0x1F, 0x82}[random.nextInt(5)];
                            default -> random.nextInt(70_000);
                        };
                for (int i = octets - 1; i >= 0 && i >= octets - 8; i--) {
                    value[i] = (byte) usual;
                    usual >>>= 8;
                }
            }
        }
        to.append(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10})
    void templatesOfAnyKindGiveTheSame(int version) {
        Random random = new Random(version);
        Recordings flat = new Recordings();
        Recordings general = new Recordings(ProbeOptions.DEFAULT, TOLD);
        for (int i = 0; i < 6_000; i++) {
            ByteBuffer message = message(random, version == 9, i);
            // From another one each time, so that what one has announced stays little.
            String exporter = "e" + i % 50;
            flat.decode(exporter, 1, message.duplicate(), 1_700_000_000_000_000L);
            general.decode(exporter, 1, message.duplicate(), 1_700_000_000_000_000L);
            if (random.nextInt(10) == 0) {
                byte[] broken = message.array().clone();
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
                flat.decode(exporter, 1, ByteBuffer.wrap(broken), 1);
                general.decode(exporter, 1, ByteBuffer.wrap(broken), 1);
            }
        }
        same(flat, general, "version " + version);
        assertThat(flat.out.flows).hasSizeGreaterThan(4_000);
        assertThat(flat.counters.dropped(Drop.IGNORED)).isPositive();
    }

    @Test
    void usualTemplatesAreFlat() {
        Template.Builder four = Template.of(256, false, 9);
        int[][] usual = {
            {8, 4}, {12, 4}, {4, 1}, {7, 2}, {11, 2}, {2, 8}, {1, 8}, {152, 8}, {153, 8}
        };
        for (int[] f : usual) {
            four.add(0, f[0], f[1]);
        }
        assertThat(four.build()).extracting(Template::flat).isNotNull();
        Template.Builder options = Template.of(256, true, 9);
        Template.Builder event = Template.of(256, false, 10);
        for (int[] f : usual) {
            options.add(0, f[0], f[1]);
            event.add(0, f[0], f[1]);
        }
        event.add(0, 233, 1);
        assertThat(options.build()).extracting(Template::flat).isNull();
        assertThat(event.build()).extracting(Template::flat).isNull();
    }
}
