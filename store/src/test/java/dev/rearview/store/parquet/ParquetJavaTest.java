package dev.rearview.store.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.store.hour.FileForm;
import dev.rearview.store.hour.SegmentWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Spark, Trino and others read with, parquet-java, reads hot, sealed and cold files, and
/// finds what we find. Its decompressors are those of zstd's and LZ4's authors, not ours.
class ParquetJavaTest {
    private static final int ROWS = 150_000;

    @TempDir Path directory;
    private Path hot = Path.of("");

    @BeforeEach
    void flows() throws IOException {
        hot = directory.resolve("hot.parquet");
        Random random = new Random(1);
        try (ParquetSink out =
                new ParquetSink(Files.newOutputStream(hot), ParquetWriter.Codec.UNCOMPRESSED)) {
            FlowRecord r = new FlowRecord();
            for (int i = 0; i < ROWS; i++) {
                r.sipHi = i % 50 == 0 ? 0x2001_0db8_0000_0000L : 0;
                r.sipLo = i % 50 == 0 ? random.nextLong() : Ip.mapped(random.nextInt(1 << 20));
                r.dipLo = Ip.mapped(0xC000_0200 + random.nextInt(256));
                r.nhipLo = Ip.MAPPED;
                r.sport = random.nextInt(1 << 16);
                r.dport = random.nextInt(4) == 0 ? 53 : 443;
                r.protocol = r.dport == 53 ? 17 : 6;
                r.application = r.dport;
                r.packets = 1L + random.nextInt(20);
                r.bytes = r.packets * (40L + random.nextInt(1400));
                r.stime = 1_700_006_400_000_000L + i * 23_000L + (i % 1000 == 0 ? 7 : 0);
                r.duration = random.nextInt(60_000) * 1000L;
                r.input = 0xFFFF_FFFFL;
                out.write(r);
            }
        }
    }

    /// Writes the flows in another form.
    private Path form(FileForm form) throws IOException {
        Path to = directory.resolve(form + ".parquet");
        try (ParquetReader from = ParquetReader.open(hot, "hot")) {
            new SegmentWriter().copy(to, from, form, Map.of());
        }
        return to;
    }

    private static String row(FlowRecord r) {
        return String.join(
                " ",
                address(r.sipHi, r.sipLo),
                address(r.dipHi, r.dipLo),
                Integer.toString(r.sport),
                Integer.toString(r.dport),
                Integer.toString(r.protocol),
                Long.toString(r.packets),
                Long.toString(r.bytes),
                Long.toString(r.stime),
                Long.toString(r.duration),
                Integer.toString((int) r.input),
                Integer.toString(r.application));
    }

    private static String address(long hi, long lo) {
        return String.format("%016x%016x", hi, lo);
    }

    private static String row(Group g) {
        ByteBuffer sip = g.getBinary("sip", 0).toByteBuffer();
        ByteBuffer dip = g.getBinary("dip", 0).toByteBuffer();
        return String.join(
                " ",
                address(sip.getLong(), sip.getLong()),
                address(dip.getLong(), dip.getLong()),
                Integer.toString(g.getInteger("sport", 0)),
                Integer.toString(g.getInteger("dport", 0)),
                Integer.toString(g.getInteger("proto", 0)),
                Long.toString(g.getLong("packets", 0)),
                Long.toString(g.getLong("bytes", 0)),
                Long.toString(g.getLong("stime", 0) * 1000 + g.getInteger("stime_us", 0)),
                Long.toString(g.getLong("duration", 0) * 1000 + g.getInteger("duration_us", 0)),
                Integer.toString(g.getInteger("input", 0)),
                Integer.toString(g.getInteger("application", 0)));
    }

    private static List<String> ours(Path file) throws IOException {
        List<String> out = new ArrayList<>();
        FlowRecord r = new FlowRecord();
        try (ParquetReader in = ParquetReader.open(file, "file")) {
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                for (int i = 0; i < b.size(); i++) {
                    b.get(i, r);
                    out.add(row(r));
                }
            }
        }
        return out;
    }

    private static List<String> theirs(Path file) throws IOException {
        ParquetReadOptions options =
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .usePageChecksumVerification(true)
                        .withCodecFactory(new Codecs())
                        .build();
        List<String> out = new ArrayList<>();
        try (ParquetFileReader in = ParquetFileReader.open(new LocalInputFile(file), options)) {
            MessageType schema = in.getFooter().getFileMetaData().getSchema();
            for (PageReadStore p = in.readNextRowGroup(); p != null; p = in.readNextRowGroup()) {
                RecordReader<Group> rows =
                        new ColumnIOFactory()
                                .getColumnIO(schema)
                                .getRecordReader(p, new GroupRecordConverter(schema));
                for (long i = 0; i < p.getRowCount(); i++) {
                    out.add(row(rows.read()));
                }
            }
        }
        return out;
    }

    /// Whether each row group says that it is sorted by the column of starts.
    private static List<Boolean> sorted(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        ByteBuffer tail = ByteBuffer.wrap(all, all.length - 8, 4).order(ByteOrder.LITTLE_ENDIAN);
        int length = tail.getInt();
        List<RowGroup> groups =
                Util.readFileMetaData(
                                new ByteArrayInputStream(all, all.length - 8 - length, length))
                        .getRow_groups();
        return groups.stream()
                .map(g -> g.isSetSorting_columns() && !g.getSorting_columns().isEmpty())
                .toList();
    }

    @Test
    void readsHotFiles() throws IOException {
        assertThat(theirs(hot)).isEqualTo(ours(hot)).hasSize(ROWS);
        assertThat(sorted(hot)).containsOnly(true);
    }

    @Test
    void readsSealedFiles() throws IOException {
        Path sealed = form(FileForm.SEALED);
        assertThat(theirs(sealed)).isEqualTo(ours(sealed)).isEqualTo(ours(hot));
        assertThat(sorted(sealed)).containsOnly(true);
    }

    @Test
    void readsColdFilesWhichHaveTheSameRows() throws IOException {
        Path cold = form(FileForm.COLD);
        List<String> rows = theirs(cold);
        assertThat(rows).isEqualTo(ours(cold));
        assertThat(rows.stream().sorted().toList()).isEqualTo(ours(hot).stream().sorted().toList());
        assertThat(sorted(cold)).containsOnly(false);
    }

    /// Codecs without Hadoop's configuration.
    private static final class Codecs implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException("nothing is written");
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            return new Decompressor(codec);
        }

        @Override
        public void release() {}
    }

    private record Decompressor(CompressionCodecName codec)
            implements CompressionCodecFactory.BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput packed, int size) throws IOException {
            if (codec == CompressionCodecName.UNCOMPRESSED) {
                return packed;
            }
            byte[] from = packed.toByteArray();
            if (codec == CompressionCodecName.ZSTD) {
                return BytesInput.from(Zstd.decompress(from, size));
            }
            assertThat(codec).isEqualTo(CompressionCodecName.LZ4_RAW);
            return BytesInput.from(
                    LZ4Factory.fastestInstance().fastDecompressor().decompress(from, size));
        }

        @Override
        public void decompress(ByteBuffer from, int length, ByteBuffer to, int size) {
            throw new UnsupportedOperationException("pages are read as arrays");
        }

        @Override
        public void release() {}
    }
}
