package dev.rearview.store;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Codes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import dev.rearview.model.LongColumn;
import dev.rearview.model.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Reads the store's own Parquet files: a batch for each row group, whose columns are decoded when
/// they are asked for. Codes are read as they lie in the mapped file.
public final class ParquetReader implements FlowSource {
    private static final int MAGIC = 0x31524150;
    private static final int DICTIONARY_PAGE = 2;
    private static final int DELTA = 5;
    private static final int ZSTD = 6;
    private static final int MAX_FOOTER = 1 << 28;

    private final String name;
    private final ByteBuffer file;
    private final List<Map<Integer, Object>> rowGroups;
    private final Map<String, String> metadata = new HashMap<>();
    private final long rows;
    private int next;

    private ParquetReader(String name, ByteBuffer file) throws IOException {
        this.name = name;
        this.file = file;
        Map<Integer, Object> footer = footer();
        for (Map<Integer, Object> pair : ThriftReader.structs(footer, 5)) {
            metadata.put(ThriftReader.text(pair, 1), ThriftReader.text(pair, 2));
        }
        this.rows = ThriftReader.number(footer, 3, 0);
        this.rowGroups = ThriftReader.structs(footer, 4);
        if (!Schema.LAYOUT.equals(metadata.get(Schema.LAYOUT_KEY))) {
            throw new MalformedInputException(
                    name, -1, Schema.LAYOUT_KEY, "this Parquet file was not written by Rearview");
        }
    }

    /// Whether a regular file starts as Parquet files do.
    public static boolean isParquet(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(4), new byte[] {'P', 'A', 'R', '1'});
        }
    }

    /// Maps a file and reads its footer.
    ///
    /// @throws MalformedInputException if it is no Parquet file of the store
    public static ParquetReader open(Path path, String name) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new MalformedInputException(name, -1, "", "file is above 2 GiB");
            }
            ByteBuffer map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return new ParquetReader(name, map.order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    private Map<Integer, Object> footer() throws IOException {
        int size = file.capacity();
        if (size < 12 || file.getInt(0) != MAGIC || file.getInt(size - 4) != MAGIC) {
            throw new MalformedInputException(name, 0, "", "not a whole Parquet file");
        }
        int length = file.getInt(size - 8);
        if (length < 0 || length > size - 12 || length > MAX_FOOTER) {
            throw new MalformedInputException(
                    name, size - 8, "footer", "length " + length + " does not fit the file");
        }
        try {
            return new ThriftReader(file.slice(size - 8 - length, length)).struct();
        } catch (RuntimeException e) {
            throw new MalformedInputException(
                    name, size - 8 - length, "footer", String.valueOf(e.getMessage()));
        }
    }

    /// Key-value pairs of the footer.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// Flows in the file.
    public long rows() {
        return rows;
    }

    @Override
    public @Nullable FlowBatch next() throws IOException {
        if (next == rowGroups.size()) {
            return null;
        }
        Map<Integer, Object> group = rowGroups.get(next++);
        long n = ThriftReader.number(group, 3, -1);
        if (n < 1 || n > FlowBatch.MAX_ROWS) {
            throw new MalformedInputException(name, -1, "row group", n + " rows");
        }
        Map<String, Map<Integer, Object>> columns = new HashMap<>();
        for (Map<Integer, Object> chunk : ThriftReader.structs(group, 1)) {
            Map<Integer, Object> meta = ThriftReader.child(chunk, 3);
            if (meta.get(3) instanceof List<?> path && path.getFirst() instanceof byte[] text) {
                columns.put(new String(text, StandardCharsets.UTF_8), meta);
            }
        }
        int count = (int) n;
        return FlowBatch.lazy(
                count,
                field -> {
                    try {
                        return column(field, columns, count);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private Column column(Field field, Map<String, Map<Integer, Object>> columns, int count)
            throws IOException {
        Map<Integer, Object> meta = field.parquetColumn().map(columns::get).orElse(null);
        if (meta == null) {
            return LongColumn.coded(Codes.CONSTANT, new long[1], count);
        }
        try {
            return decode(field, meta, count);
        } catch (RuntimeException e) {
            throw new MalformedInputException(
                    name,
                    ThriftReader.number(meta, 9, -1),
                    "column " + Schema.name(field),
                    String.valueOf(e.getMessage()));
        }
    }

    private Column decode(Field field, Map<Integer, Object> meta, int count) throws IOException {
        boolean zstd = ThriftReader.number(meta, 4, 0) == ZSTD;
        long dictionaryAt = ThriftReader.number(meta, 11, -1);
        Page data = page(ThriftReader.number(meta, 9, -1), zstd);
        if (data.encoding == DELTA) {
            return LongColumn.of(Delta.decode(data.body, count));
        }
        Page dictionary = page(dictionaryAt, zstd);
        if (dictionary.type != DICTIONARY_PAGE || dictionary.values > FlowBatch.MAX_ROWS) {
            throw new IllegalStateException("no dictionary at " + dictionaryAt);
        }
        Codes codes = codes(data.body, count, dictionary.values);
        int n = dictionary.values;
        if (field.isAddress()) {
            long[] hi = new long[n];
            long[] lo = new long[n];
            ByteBuffer b = dictionary.body.order(ByteOrder.BIG_ENDIAN);
            for (int i = 0; i < n; i++) {
                hi[i] = b.getLong(i * 16);
                lo[i] = b.getLong(i * 16 + 8);
            }
            return AddressColumn.coded(codes, hi, lo, count);
        }
        long[] values = new long[n];
        boolean narrow = Schema.width(field) == 4;
        ByteBuffer b = dictionary.body.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            values[i] = narrow ? b.getInt(i * 4) & 0xFFFF_FFFFL : b.getLong(i * 8);
        }
        return LongColumn.coded(codes, values, count);
    }

    private record Page(int type, int values, int encoding, ByteBuffer body) {}

    private Page page(long offset, boolean zstd) throws IOException {
        if (offset < 4 || offset >= file.capacity()) {
            throw new IllegalStateException("page offset " + offset + " lies outside the file");
        }
        ByteBuffer from = file.slice((int) offset, file.capacity() - (int) offset);
        ThriftReader reader = new ThriftReader(from);
        Map<Integer, Object> header = reader.struct();
        int plainSize = (int) ThriftReader.number(header, 2, -1);
        int size = (int) ThriftReader.number(header, 3, -1);
        if (size < 0 || plainSize < 0 || size > from.remaining() || plainSize > 1 << 26) {
            throw new IllegalStateException("page of " + size + " octets does not fit the file");
        }
        ByteBuffer body = from.slice(reader.position(), size);
        if (header.get(4) instanceof Long crc && zstd) {
            CRC32 actual = new CRC32();
            actual.update(body.duplicate());
            if ((int) actual.getValue() != crc.intValue()) {
                throw new IllegalStateException("page checksum is wrong");
            }
        }
        if (zstd) {
            byte[] packed = new byte[size];
            body.get(packed);
            byte[] plain = new byte[plainSize];
            new ZstdJavaDecompressor().decompress(packed, 0, size, plain, 0, plainSize);
            body = ByteBuffer.wrap(plain);
        }
        int type = (int) ThriftReader.number(header, 1, -1);
        Map<Integer, Object> inner = ThriftReader.child(header, type == DICTIONARY_PAGE ? 7 : 5);
        return new Page(
                type,
                (int) ThriftReader.number(inner, 1, -1),
                (int) ThriftReader.number(inner, 2, -1),
                body);
    }

    private static Codes codes(ByteBuffer body, int count, int distinct) {
        ByteBuffer b = body.order(ByteOrder.LITTLE_ENDIAN);
        int width = b.get(0);
        long header = 0;
        int at = 1;
        for (int shift = 0; ; shift += 7) {
            int octet = b.get(at++);
            header |= (long) (octet & 0x7F) << shift;
            if (octet >= 0) {
                break;
            }
        }
        if ((header & 1) == 0) {
            if (header >>> 1 != count || b.get(at) != 0) {
                throw new IllegalStateException("run of codes does not fit the row group");
            }
            return Codes.CONSTANT;
        }
        if (width == 8) {
            byte[] narrow = new byte[count];
            b.get(at, narrow);
            for (byte c : narrow) {
                if ((c & 0xFF) >= distinct) {
                    throw new IllegalStateException("code beyond the dictionary");
                }
            }
            return new Codes(narrow, null);
        }
        if (width != 16) {
            throw new IllegalStateException("codes of " + width + " bits");
        }
        short[] wide = new short[count];
        b.slice(at, count * 2).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(wide);
        int highest = 0;
        for (short c : wide) {
            highest = Math.max(highest, c & 0xFFFF);
        }
        if (highest >= distinct) {
            throw new IllegalStateException("code beyond the dictionary");
        }
        return new Codes(null, wide);
    }

    @Override
    public void close() {
        // The mapping goes with its last reference.
    }
}
