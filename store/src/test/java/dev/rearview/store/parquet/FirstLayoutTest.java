package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.RecordWords;
import dev.rearview.store.disk.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that earlier builds wrote; `testdata/store/README.md` says how they were made.
class FirstLayoutTest {
    private static final Path FILES =
            Path.of(System.getProperty("rearview.root", "..")).resolve("testdata/store");

    private static final int ROWS = 600;

    @TempDir Path directory;

    /// The flow that row `i` of the files is.
    private static FlowRecord flow(int i) {
        FlowRecord r = new FlowRecord();
        if (i >= 400 && i % 10 == 0) {
            r.setIpv6(true);
            r.sipHi = 0x2001_0db8_0000_0000L | i;
            r.sipLo = i;
            r.dipHi = 0x2001_0db8_0000_0001L;
            r.dipLo = i % 9;
        } else {
            r.setSipV4(0x0A00_0000 | i * 7919 & 0xFFFF);
            r.setDipV4(0xC000_0200 | i % 100);
            r.nhipLo = Ip.MAPPED | i % 2;
        }
        r.sport = 1024 + i * 31 & 0xFFFF;
        r.dport = i % 3 == 0 ? 53 : 443;
        r.protocol = i % 3 == 0 ? 17 : 6;
        r.flags = i & 0x3F;
        r.initialFlags = i % 2 * 2;
        r.sessionFlags = i & 0x1F;
        r.attributes |= i % 5 == 0 ? Attributes.EXPANDED : 0;
        r.packets = i == 7 ? -1 : 1 + i % 5;
        r.bytes = i == 7 ? Long.MIN_VALUE : 40 + (long) i * i;
        r.sampling = i % 4 == 0 ? 1000 : 1;
        r.stime = i == 0 ? -1 : 1_700_006_400_000_000L + i * 1_234_567L;
        r.duration = i * 1_000_003L % 90_000_000;
        r.input = i % 7;
        r.output = 4_000_000_000L + i % 3;
        r.application = i % 2 * 443;
        r.sensor = i % 4;
        r.flowtype = i % 6;
        return r;
    }

    /// The same as layout 2 keeps it.
    private static FlowRecord rewritten(int i) {
        FlowRecord r = flow(i);
        r.packets = i == 7 ? Long.MAX_VALUE : r.packets;
        r.bytes = i == 7 ? Long.MAX_VALUE : r.bytes;
        return r;
    }

    private static long[] words(FlowRecord r) {
        long[] out = new long[RecordWords.COUNT];
        RecordWords.pack(r, out, 0);
        return out;
    }

    private static void assertFlows(Path path, boolean asWritten) throws IOException {
        int at = 0;
        FlowRecord r = new FlowRecord();
        try (ParquetReader in = ParquetReader.open(path, path.toString())) {
            assertThat(in.layout()).isEqualTo(asWritten ? Layout.FIRST : Layout.SECOND);
            assertThat(in.metadata()).containsEntry("rearview.layout", asWritten ? "1" : "2");
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                for (int i = 0; i < b.size(); i++, at++) {
                    b.get(i, r);
                    assertThat(words(r))
                            .as("row " + at)
                            .isEqualTo(words(asWritten ? flow(at) : rewritten(at)));
                }
            }
        }
        assertThat(at).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"layout1-hot.parquet", "layout1-sealed.parquet"})
    void filesOfLayout1AreRead(String name) throws IOException {
        assertFlows(FILES.resolve(name), true);
        assertThat(FileCheck.deep(FILES.resolve(name))).isEqualTo(ROWS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"layout1-hot.parquet", "layout1-sealed.parquet"})
    void theyBecomeLayout2WhenTheyAreRewritten(String name) throws IOException {
        for (ParquetWriter.Codec codec : ParquetWriter.Codec.values()) {
            Path path = directory.resolve(codec + name);
            try (ParquetReader in = ParquetReader.open(FILES.resolve(name), name);
                    ParquetWriter out =
                            new ParquetWriter(Files.newOutputStream(path), codec, Map.of())) {
                for (FlowBatch b = in.next(); b != null; b = in.next()) {
                    out.write(b);
                }
                out.finish();
            }
            assertFlows(path, false);
            assertThat(FileCheck.deep(path)).isEqualTo(ROWS);
        }
    }

    /// Files of the first builds have shorter entries in their index, without checksums of filters
    /// and footer.
    @Test
    void theFirstFormOfTheIndexIsRead() throws IOException {
        Path path = directory.resolve("first.parquet");
        Files.write(path, withFirstIndex(Files.readAllBytes(FILES.resolve("layout1-hot.parquet"))));
        assertFlows(path, true);
        assertThat(FileCheck.whole(path)).isEqualTo(ROWS);
    }

    /// A file with its index in its first form.
    private static byte[] withFirstIndex(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int footer = file.length - 8 - in.getInt(file.length - 8);
        int trailer = footer - 32;
        int groups = in.getInt(trailer);
        int columns = in.getInt(trailer + 4);
        int start = trailer - groups * (24 + columns * 104);
        ByteBuffer out = ByteBuffer.allocate(file.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(file, 0, start + groups * 24);
        for (int entry = start + groups * 24; entry < trailer; entry += 104) {
            out.put(file, entry, 96);
        }
        int crc = Checksum.of(ByteBuffer.wrap(out.array(), start, out.position() - start).slice());
        out.putInt(groups).putInt(columns).putInt(crc).putInt(0);
        out.put("RREVIDX1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        out.put(file, footer, file.length - footer);
        return Arrays.copyOf(out.array(), out.position());
    }
}
