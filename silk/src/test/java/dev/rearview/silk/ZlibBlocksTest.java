package dev.rearview.silk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.RecordWords;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.site.Site;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Blocks that zlib compressed carry a checksum: no flipped bit changes what is read.
class ZlibBlocksTest {
    private static final FileSettings ZLIB = new FileSettings(Compression.ZLIB, 0, List.of());

    private static SilkFile open(byte[] bytes) throws IOException {
        return SilkFile.open(new ByteArrayInputStream(bytes), "test", false);
    }

    /// Reads a whole file.
    private interface Reading {
        Object of(SilkFile file, List<Long> before) throws IOException;
    }

    private static List<Long> flows(SilkFile file, List<Long> out) throws IOException {
        SilkReader in = SilkReader.of(file, Site.NONE, false);
        FlowRecord r = new FlowRecord();
        for (FlowBatch b = in.next(); b != null; b = in.next()) {
            for (int i = 0; i < b.size(); i++) {
                b.get(i, r);
                long[] words = new long[RecordWords.COUNT];
                RecordWords.pack(r, words, 0);
                Arrays.stream(words).forEach(out::add);
            }
        }
        return out;
    }

    private static List<Long> counters(SilkFile file, List<Long> out) throws IOException {
        BagFile.Reader in = new BagFile.Reader(file);
        long[] row = new long[3];
        while (in.next(row)) {
            Arrays.stream(row).forEach(out::add);
        }
        return out;
    }

    private static byte[] flowFile(int n) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SilkWriter.Options options = new SilkWriter.Options(true, false, Compression.ZLIB, 0);
        try (SilkWriter writer = new SilkWriter(out, options, List.of())) {
            FlowRecord r = new FlowRecord();
            for (int i = 0; i < n; i++) {
                r.clear();
                r.setSipV4(0x0A00_0000 + i * 7919);
                r.setDipV4(0xC000_0200 + i % 5);
                r.sport = 1024 + i * 31 % 60_000;
                r.dport = 443;
                r.protocol = 17;
                r.packets = 1L + i % 9;
                r.bytes = r.packets * 40;
                r.stime = 1_704_067_200_000_000L + i * 1_000_000L;
                writer.write(r);
            }
        }
        return out.toByteArray();
    }

    /// Flips each bit behind the file's header.
    private static void flipAll(byte[] whole, Reading reading) throws IOException {
        Object right;
        long first;
        try (SilkFile file = open(whole)) {
            first = file.header().length();
            right = reading.of(file, new ArrayList<>());
        }
        assertThat(first).isLessThan(whole.length - 50);
        for (int bit = (int) first * 8; bit < whole.length * 8; bit++) {
            byte[] b = whole.clone();
            b[bit / 8] ^= (byte) (1 << bit % 8);
            try (SilkFile file = open(b)) {
                assertThat(reading.of(file, new ArrayList<>())).as("bit %d", bit).isEqualTo(right);
            } catch (MalformedInputException e) {
                assertThat(e).hasMessageStartingWith("test: ");
            }
        }
    }

    @Test
    void noFlippedBitChangesFlows() throws IOException {
        flipAll(flowFile(40), ZlibBlocksTest::flows);
    }

    @Test
    void noFlippedBitChangesABag() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BagFile.Format format = new BagFile.Format(BagType.SIPV4, BagType.RECORDS, false, ZLIB);
        try (BagFile.Writer writer = new BagFile.Writer(out, format)) {
            for (int i = 0; i < 60; i++) {
                writer.add(0, Ip.mapped(0x0A00_0000 + i * 77), i + 1L);
            }
        }
        flipAll(out.toByteArray(), ZlibBlocksTest::counters);
    }

    @Test
    void noFlippedBitChangesASet() throws IOException {
        IpSet.Builder set = new IpSet.Builder();
        for (int i = 0; i < 60; i++) {
            set.add(0, Ip.mapped(0x0A00_0000 + i * 77));
        }
        for (int version = 2; version <= 5; version++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            IpSet built = set.build();
            IpSetFile.write(out, built, IpSetFile.version(built, version), ZLIB);
            flipAll(out.toByteArray(), (file, before) -> IpSetFile.read(file));
        }
    }

    /// The second block's checksum is wrong: the flows of the first one are right and stay.
    @Test
    void whatCameBeforeTheBlockStays() throws IOException {
        byte[] whole = flowFile(4_000);
        List<Long> right = new ArrayList<>();
        int first;
        try (SilkFile file = open(whole)) {
            first = (int) file.header().length();
            flows(file, right);
        }
        int second = first + 8 + ByteBuffer.wrap(whole).getInt(first);
        int end = second + 8 + ByteBuffer.wrap(whole).getInt(second);
        assertThat(end).isLessThanOrEqualTo(whole.length);
        whole[end - 1] ^= 1;
        List<Long> before = new ArrayList<>();
        try (SilkFile file = open(whole)) {
            assertThatThrownBy(() -> flows(file, before))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining("test: ")
                    .hasMessageContaining(String.valueOf(second))
                    .hasMessageContaining("its checksum is wrong");
        }
        assertThat(before).isNotEmpty().isEqualTo(right.subList(0, before.size()));
        assertThat(before.size() / RecordWords.COUNT)
                .isEqualTo(ByteBuffer.wrap(whole).getInt(first + 4) / recordSize(whole));
    }

    private static int recordSize(byte[] whole) throws IOException {
        try (SilkFile file = open(whole)) {
            return file.header().recordSize();
        }
    }

    @Test
    void nothingMayFollowTheChecksumWithinABlock() throws IOException {
        byte[] whole = flowFile(40);
        int first;
        try (SilkFile file = open(whole)) {
            first = (int) file.header().length();
        }
        byte[] more = Arrays.copyOf(whole, whole.length + 1);
        ByteBuffer.wrap(more).putInt(first, ByteBuffer.wrap(whole).getInt(first) + 1);
        try (SilkFile file = open(more)) {
            assertThatThrownBy(() -> flows(file, new ArrayList<>()))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining("something follows its checksum");
        }
    }
}
