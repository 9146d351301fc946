package dev.rearview.silk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.Attributes;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.site.Site;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SilkFilesTest {
    private static List<FlowRecord> flows(int n) {
        Random random = new Random(11);
        List<FlowRecord> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            FlowRecord r = new FlowRecord();
            r.setSipV4(random.nextInt());
            r.setDipV4(0xC0000200 + i % 256);
            r.sport = random.nextInt(65_536);
            r.dport = 443;
            r.protocol = 17;
            r.packets = 1L + random.nextInt(1_000);
            r.bytes = r.packets * 40;
            r.stime = 1_704_067_200_000_000L + i * 1_000_000L;
            r.duration = random.nextInt(1_800_000) * 1_000L;
            r.input = 3;
            r.output = 4;
            r.sensor = 7;
            r.flowtype = 2;
            out.add(r);
        }
        return out;
    }

    private static long[] words(FlowRecord r) {
        long[] out = new long[RecordWords.COUNT];
        RecordWords.pack(r, out, 0);
        return out;
    }

    private static byte[] written(List<FlowRecord> flows, SilkWriter.Options options)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SilkWriter writer = new SilkWriter(out, options, List.of())) {
            for (FlowRecord r : flows) {
                writer.write(r);
            }
        }
        return out.toByteArray();
    }

    private static List<FlowRecord> read(byte[] bytes) throws IOException {
        List<FlowRecord> out = new ArrayList<>();
        try (SilkReader in =
                SilkReader.of(
                        SilkFile.open(new ByteArrayInputStream(bytes), "test", false),
                        Site.NONE,
                        false)) {
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                for (int i = 0; i < b.size(); i++) {
                    FlowRecord r = new FlowRecord();
                    b.get(i, r);
                    out.add(r);
                }
            }
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void flowsComeBackInEveryCompressionAndByteOrder(Compression compression) throws IOException {
        List<FlowRecord> flows = flows(5_000);
        for (boolean v4 : new boolean[] {true, false}) {
            for (boolean big : new boolean[] {true, false}) {
                byte[] bytes = written(flows, new SilkWriter.Options(v4, big, compression, 0));
                List<FlowRecord> back = read(bytes);
                assertThat(back).hasSameSizeAs(flows);
                for (int i = 0; i < flows.size(); i++) {
                    assertThat(words(back.get(i))).isEqualTo(words(flows.get(i)));
                }
            }
        }
    }

    /// SiLK has no bit for a start time that is ours: neither rows nor columns bring it in.
    @Test
    void aReplacedTimeIsNotMarkedInSilksFiles() throws IOException {
        FlowRecord flow = flows(1).getFirst();
        int plain = Attributes.TIMED_OUT | Attributes.EXPANDED;
        flow.protocol = 6;
        flow.initialFlags = 2;
        flow.attributes |= plain | Attributes.TIME_REPLACED;
        FlowBatch batch = FlowBatch.allocate(1);
        batch.add(flow);
        for (boolean v4 : new boolean[] {true, false}) {
            for (boolean big : new boolean[] {true, false}) {
                SilkWriter.Options options = new SilkWriter.Options(v4, big, Compression.NONE, 0);
                byte[] rows = written(List.of(flow), options);
                ByteArrayOutputStream columns = new ByteArrayOutputStream();
                try (SilkWriter writer = new SilkWriter(columns, options, List.of())) {
                    writer.write(batch, Selection.all(1));
                }
                assertThat(columns.toByteArray()).isEqualTo(rows);
                // RWGENERIC and RWIPV6ROUTING both keep tcp_state at octet 23 of a record.
                int record = v4 ? 52 : 88;
                assertThat((int) rows[rows.length - record + 23]).isEqualTo(plain);
                assertThat(read(rows).getFirst().attributes).isEqualTo(plain);
            }
        }
    }

    /// Interfaces above 16 bits are whole in Parquet; SiLK's files have the largest instead.
    @Test
    void largeInterfacesAreClipped() throws IOException {
        FlowRecord flow = flows(1).getFirst();
        flow.input = 0x12345;
        flow.output = 0x8000_0003L;
        for (boolean v4 : new boolean[] {true, false}) {
            SilkWriter.Options options = new SilkWriter.Options(v4, true, Compression.NONE, 0);
            FlowRecord back = read(written(List.of(flow), options)).getFirst();
            assertThat(back.input).isEqualTo(0xFFFF);
            assertThat(back.output).isEqualTo(0xFFFF);
        }
    }

    /// A foreign file with the unused bit does not make its times ours.
    @Test
    void anUnusedBitInAFileMeansNothing() throws IOException {
        byte[] bytes = written(flows(1), new SilkWriter.Options(false, true, Compression.NONE, 0));
        bytes[bytes.length - 88 + 23] |= Attributes.TIME_REPLACED;
        assertThat(read(bytes).getFirst().attributes).isZero();
    }

    @Test
    void theHeaderHasTheOctetsOfTheFormat() throws IOException {
        byte[] bytes =
                written(List.of(), new SilkWriter.Options(true, true, Compression.NONE, 3_022_001));
        // Magic, big-endian, RWGENERIC, file version 16, no compression, version, size, record 5.
        assertThat(HexFormat.of().formatHex(bytes, 0, 16))
                .isEqualTo("deadbeef" + "01" + "16" + "10" + "00" + "002e1cb1" + "0034" + "0005");
    }

    @Test
    void aFileThatEndsWithinARecordKeepsTheRecordsBefore() throws IOException {
        byte[] bytes =
                written(flows(10), new SilkWriter.Options(false, false, Compression.NONE, 0));
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 20);
        List<FlowRecord> out = new ArrayList<>();
        assertThatThrownBy(
                        () -> {
                            try (SilkReader in =
                                    SilkReader.of(
                                            SilkFile.open(
                                                    new ByteArrayInputStream(cut), "cut", false),
                                            Site.NONE,
                                            false)) {
                                for (FlowBatch b = in.next(); b != null; b = in.next()) {
                                    for (int i = 0; i < b.size(); i++) {
                                        FlowRecord r = new FlowRecord();
                                        b.get(i, r);
                                        out.add(r);
                                    }
                                }
                            }
                        })
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("cut")
                .hasMessageContaining("offset");
        assertThat(out).hasSize(9);
    }

    /// Three threads read one file: every flow once, damage told once, the file closed by the last.
    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void lanesShareAFile(int cut) throws Exception {
        int n = 50_000;
        byte[] whole = written(flows(n), new SilkWriter.Options(true, false, Compression.NONE, 0));
        AtomicInteger closed = new AtomicInteger();
        InputStream in =
                new ByteArrayInputStream(whole, 0, whole.length - cut) {
                    @Override
                    public void close() {
                        closed.incrementAndGet();
                    }
                };
        List<FlowSource> lanes =
                SilkReader.of(SilkFile.open(in, "shared", false), Site.NONE, false).lanes(3);
        assertThat(lanes).hasSize(3);
        Queue<Long> starts = new ConcurrentLinkedQueue<>();
        Queue<IOException> damage = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (FlowSource lane : lanes) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try (lane) {
                                    for (FlowBatch b = lane.next(); b != null; b = lane.next()) {
                                        for (int i = 0; i < b.size(); i++) {
                                            FlowRecord r = new FlowRecord();
                                            b.get(i, r);
                                            starts.add(r.stime);
                                        }
                                    }
                                } catch (IOException e) {
                                    damage.add(e);
                                }
                            }));
        }
        for (Thread t : threads) {
            t.join();
        }
        assertThat(starts).hasSize(cut == 0 ? n : n - 1).doesNotHaveDuplicates();
        assertThat(damage).hasSize(cut == 0 ? 0 : 1);
        assertThat(closed).hasValue(1);
    }

    @Test
    void aShortFileIsReadByOne() throws IOException {
        byte[] bytes =
                written(flows(100), new SilkWriter.Options(true, false, Compression.NONE, 0));
        List<FlowSource> lanes =
                SilkReader.of(
                                SilkFile.open(new ByteArrayInputStream(bytes), "short", false),
                                Site.NONE,
                                false)
                        .lanes(3);
        assertThat(lanes).hasSize(1);
        FlowBatch batch = Objects.requireNonNull(lanes.getFirst().next());
        assertThat(batch.size()).isEqualTo(100);
        assertThat(lanes.getFirst().next()).isNull();
    }

    private static void assertComesBack(IpSet set, int version) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int shown = IpSetFile.version(set, version);
        IpSetFile.write(out, set, shown, new FileSettings(Compression.NONE, 0, List.of()));
        try (SilkFile file =
                SilkFile.open(new ByteArrayInputStream(out.toByteArray()), "set", false)) {
            assertThat(IpSetFile.read(file)).as("version " + version).isEqualTo(set);
        }
    }

    @Test
    void setsComeBackInEveryVersion() throws IOException {
        IpSet.Builder four = new IpSet.Builder();
        IpSet.Builder six = new IpSet.Builder();
        Random random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            four.add(Ip.v4(random.nextInt()));
            six.add(Ip.v6(0x20010db8_00000000L | i % 3, random.nextInt(5_000)));
        }
        for (int version : new int[] {2, 3, 4, 5}) {
            assertComesBack(four.build(), version);
            if (version > 2) {
                assertComesBack(six.build(), version);
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void fileTarget(byte[] bytes) {
        tryToRead(bytes);
    }

    @Test
    void mutatedFilesAreRefusedOrReadButNeverEscape() throws IOException {
        Random random = new Random(9);
        for (Compression compression : Compression.values()) {
            byte[] whole = written(flows(50), new SilkWriter.Options(false, false, compression, 0));
            for (int i = 0; i < 500; i++) {
                byte[] b = whole.clone();
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    b[random.nextInt(Math.min(b.length, 200))] = (byte) random.nextInt();
                }
                tryToRead(b);
            }
        }
    }

    private static void tryToRead(byte[] bytes) {
        try {
            read(bytes);
        } catch (IOException expected) {
            // A damaged file is refused with its name and the place.
        }
    }
}
