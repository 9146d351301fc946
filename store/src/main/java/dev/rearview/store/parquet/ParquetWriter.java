package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// Writes one Parquet file of the store: a row group for each batch given.
public final class ParquetWriter implements Closeable {
    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int DELTA = 5;
    private static final int RLE_DICTIONARY = 8;

    /// A column of fewer distinct values is always written as codes.
    private static final int FEW = 256;

    private static final int DATA_PAGE = 0;
    private static final int DATA_PAGE_V2 = 3;
    private static final int DICTIONARY_PAGE = 2;

    /// How column chunks are compressed.
    public enum Codec {
        UNCOMPRESSED(0),
        ZSTD(6);

        /// Of a chunk whose dictionary is a [Ladder].
        private static final int LZ4_RAW = 7;

        private final int id;

        Codec(int id) {
            this.id = id;
        }
    }

    private record Placed(
            Chunk chunk,
            long dictionaryOffset,
            Page dictionary,
            long dataOffset,
            Page data,
            int dataPageSize,
            long size,
            long plainSize) {}

    /// A page as written: where its body lies, and how long the page is with its header before
    /// compression.
    private record Page(long bodyAt, int bodyLength, int crc, long plainLength) {
        private static final Page NONE = new Page(-1, 0, 0, 0);
    }

    private record Group(List<Placed> columns, int rows, long packets, long bytes) {}

    private record Index(
            long bloomOffset,
            int bloomLength,
            long columnOffset,
            int columnLength,
            long offsetOffset,
            int offsetLength) {}

    private final OutputStream out;
    private final ChunkEncoder encoder;
    private final Codec codec;
    private final Map<String, String> metadata;
    private final List<Group> groups = new ArrayList<>();
    private long at;
    private long rows;
    private long packets;
    private long bytes;

    /// @param metadata key-value pairs of the footer; layout, totals and version are added
    public ParquetWriter(OutputStream out, Codec codec, Map<String, String> metadata)
            throws IOException {
        this(out, codec, new ChunkEncoder(codec), metadata);
    }

    /// @param encoder that no other writer uses at the same time
    public ParquetWriter(
            OutputStream out, Codec codec, ChunkEncoder encoder, Map<String, String> metadata)
            throws IOException {
        this.out = new BufferedOutputStream(out, 1 << 18);
        this.codec = codec;
        this.encoder = encoder;
        this.metadata = new LinkedHashMap<>(metadata);
        write(MAGIC);
    }

    private void write(byte[] b) throws IOException {
        out.write(b);
        at += b.length;
    }

    /// Writes a row group of 1 to 65,536 flows, which should be sorted by start time.
    public void write(FlowBatch batch) throws IOException {
        int n = batch.size();
        if (n < 1 || n > FlowBatch.MAX_ROWS) {
            throw new IllegalArgumentException("a row group has 1 to 65536 rows, not " + n);
        }
        List<Placed> placed = new ArrayList<>();
        for (Field field : Schema.COLUMNS) {
            Chunk chunk =
                    field.isAddress()
                            ? encoder.ofAddresses(field, batch.addresses(field), n)
                            : encoder.ofLongs(field, batch.values(field), n);
            placed.add(place(codec == Codec.ZSTD ? packed(chunk, batch) : chunk));
        }
        Selection all = Selection.all(n);
        long groupPackets = batch.sum(Field.PACKETS, all);
        long groupBytes = batch.sum(Field.BYTES, all);
        groups.add(new Group(placed, n, groupPackets, groupBytes));
        rows += n;
        packets += groupPackets;
        bytes += groupBytes;
    }

    /// The form of a column that takes the least room once compressed.
    private static Chunk packed(Chunk chunk, FlowBatch batch) {
        boolean mayBePlain = !chunk.field.isAddress() && (chunk.delta || chunk.distinct > FEW);
        pack(chunk);
        if (!mayBePlain) {
            return chunk;
        }
        Chunk plain = ChunkEncoder.plain(chunk, batch.values(chunk.field));
        pack(plain);
        return plain.data.length < chunk.dictionary.length + chunk.data.length ? plain : chunk;
    }

    private static void pack(Chunk chunk) {
        chunk.dictionary = zstd(chunk.dictionary);
        chunk.data = zstd(chunk.data);
    }

    private static byte[] zstd(byte[] data) {
        ZstdJavaCompressor zstd = new ZstdJavaCompressor();
        byte[] packed = new byte[zstd.maxCompressedLength(data.length)];
        return Arrays.copyOf(packed, zstd.compress(data, 0, data.length, packed, 0, packed.length));
    }

    private Placed place(Chunk chunk) throws IOException {
        long start = at;
        long dictionaryOffset = -1;
        Page dictionary = Page.NONE;
        if (!chunk.delta && !chunk.plain) {
            dictionaryOffset = at;
            ThriftWriter t = new ThriftWriter();
            dictionary =
                    page(
                            DICTIONARY_PAGE,
                            chunk.dictionary,
                            chunk.plainDictionary,
                            t,
                            () -> {
                                t.struct(7);
                                t.i32(1, chunk.distinct);
                                t.i32(2, PLAIN);
                                t.bool(3, true);
                                t.end();
                            });
        }
        long dataOffset = at;
        ThriftWriter t = new ThriftWriter();
        Page data =
                page(
                        chunk.ladder ? DATA_PAGE_V2 : DATA_PAGE,
                        chunk.data,
                        chunk.plainData,
                        t,
                        () -> {
                            if (chunk.ladder) {
                                plainV2(chunk, t);
                            } else {
                                dataHeader(chunk, t);
                            }
                        });
        chunk.release();
        return new Placed(
                chunk,
                dictionaryOffset,
                dictionary,
                dataOffset,
                data,
                (int) (at - dataOffset),
                at - start,
                dictionary.plainLength + data.plainLength);
    }

    private static int encoding(Chunk chunk) {
        return chunk.delta ? DELTA : chunk.plain ? PLAIN : RLE_DICTIONARY;
    }

    private static void dataHeader(Chunk chunk, ThriftWriter t) {
        t.struct(5);
        t.i32(1, chunk.rows);
        t.i32(2, encoding(chunk));
        t.i32(3, RLE);
        t.i32(4, RLE);
        t.end();
    }

    /// The only kind of data page that may be uncompressed in a chunk with a codec.
    private static void plainV2(Chunk chunk, ThriftWriter t) {
        t.struct(8);
        t.i32(1, chunk.rows);
        t.i32(2, 0);
        t.i32(3, chunk.rows);
        t.i32(4, RLE_DICTIONARY);
        t.i32(5, 0);
        t.i32(6, 0);
        t.bool(7, false);
        t.end();
    }

    /// Writes a page.
    ///
    /// @param plain octets of the body before it was packed
    private Page page(int type, byte[] body, int plain, ThriftWriter t, Runnable header)
            throws IOException {
        CRC32 crc = new CRC32();
        crc.update(body);
        t.begin();
        t.i32(1, type);
        t.i32(2, plain);
        t.i32(3, body.length);
        t.i32(4, (int) crc.getValue());
        header.run();
        t.end();
        byte[] head = t.bytes();
        write(head);
        long bodyAt = at;
        write(body);
        return new Page(bodyAt, body.length, (int) crc.getValue(), (long) head.length + plain);
    }

    /// Writes Bloom filters, page indexes and the footer; the stream is flushed, not closed.
    public void finish() throws IOException {
        List<List<Index>> indexes = new ArrayList<>();
        for (Group g : groups) {
            List<Index> list = new ArrayList<>();
            for (Placed p : g.columns) {
                long bloomAt = at;
                bloom(p.chunk);
                int bloomLength = (int) (at - bloomAt);
                long columnAt = at;
                columnIndex(p.chunk);
                int columnLength = (int) (at - columnAt);
                long offsetAt = at;
                offsetIndex(p);
                list.add(
                        new Index(
                                bloomAt,
                                bloomLength,
                                columnAt,
                                columnLength,
                                offsetAt,
                                (int) (at - offsetAt)));
            }
            indexes.add(list);
        }
        byte[] footer = footer(indexes);
        write(pageIndex(indexes, footer));
        write(footer);
        write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.length).array());
        write(MAGIC);
        out.flush();
    }

    private byte[] pageIndex(List<List<Index>> indexes, byte[] footer) {
        PageIndex index = PageIndex.allocate(groups.size(), Schema.COLUMNS.size());
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            index.setGroup(g, group.rows, group.packets, group.bytes);
            List<Placed> columns = group.columns;
            for (int c = 0; c < columns.size(); c++) {
                Placed p = columns.get(c);
                Index at = indexes.get(g).get(c);
                index.set(
                        g,
                        c,
                        p.chunk,
                        codec == Codec.ZSTD,
                        p.dictionary.bodyAt,
                        p.dictionary.bodyLength,
                        p.data.bodyAt,
                        p.data.bodyLength,
                        at.bloomOffset + at.bloomLength - p.chunk.bloom.length,
                        p.dictionary.crc,
                        p.data.crc);
            }
        }
        return index.bytes(footer);
    }

    private void bloom(Chunk chunk) throws IOException {
        if (chunk.bloom.length == 0) {
            return;
        }
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.i32(1, chunk.bloom.length);
        for (int id = 2; id <= 4; id++) {
            t.struct(id);
            t.struct(1);
            t.end();
            t.end();
        }
        t.end();
        write(t.bytes());
        write(chunk.bloom);
    }

    private void columnIndex(Chunk chunk) throws IOException {
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.list(1, ThriftWriter.BOOL_FALSE, 1);
        t.elementBool(false);
        t.list(2, ThriftWriter.BINARY, 1);
        t.element(chunk.min);
        t.list(3, ThriftWriter.BINARY, 1);
        t.element(chunk.max);
        t.i32(4, 1);
        t.list(5, ThriftWriter.I64, 1);
        t.element(0L);
        t.end();
        write(t.bytes());
    }

    private void offsetIndex(Placed p) throws IOException {
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.list(1, ThriftWriter.STRUCT, 1);
        t.begin();
        t.i64(1, p.dataOffset);
        t.i32(2, p.dataPageSize);
        t.i64(3, 0);
        t.end();
        t.end();
        write(t.bytes());
    }

    private byte[] footer(List<List<Index>> indexes) {
        metadata.put(Schema.LAYOUT_KEY, Schema.LAYOUT);
        metadata.put("rearview.flows", Long.toString(rows));
        metadata.put("rearview.packets", Long.toString(packets));
        metadata.put("rearview.bytes", Long.toString(bytes));
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.i32(1, 2);
        t.list(2, ThriftWriter.STRUCT, Schema.COLUMNS.size() + 1);
        t.begin();
        t.string(4, "flow");
        t.i32(5, Schema.COLUMNS.size());
        t.end();
        for (Field field : Schema.COLUMNS) {
            Schema.element(field, t);
        }
        t.i64(3, rows);
        t.list(4, ThriftWriter.STRUCT, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            rowGroup(groups.get(i), indexes.get(i), i, t);
        }
        t.list(5, ThriftWriter.STRUCT, metadata.size());
        metadata.forEach((key, value) -> {
            t.begin();
            t.string(1, key);
            t.string(2, value);
            t.end();
        });
        t.string(6, "rearview version 0.1.0 (build 1)");
        t.list(7, ThriftWriter.STRUCT, Schema.COLUMNS.size());
        for (int i = 0; i < Schema.COLUMNS.size(); i++) {
            t.begin();
            t.struct(1);
            t.end();
            t.end();
        }
        t.end();
        return t.bytes();
    }

    private void rowGroup(Group g, List<Index> indexes, int ordinal, ThriftWriter t) {
        t.begin();
        t.list(1, ThriftWriter.STRUCT, g.columns.size());
        long plain = 0;
        long size = 0;
        for (int i = 0; i < g.columns.size(); i++) {
            Placed p = g.columns.get(i);
            column(p, indexes.get(i), t);
            plain += p.plainSize;
            size += p.size;
        }
        Placed first = g.columns.getFirst();
        long offset = first.dictionaryOffset < 0 ? first.dataOffset : first.dictionaryOffset;
        t.i64(2, plain);
        t.i64(3, g.rows);
        t.list(4, ThriftWriter.STRUCT, 1);
        t.begin();
        t.i32(1, Schema.COLUMNS.indexOf(Field.STIME));
        t.bool(2, false);
        t.bool(3, false);
        t.end();
        t.i64(5, offset);
        t.i64(6, size);
        t.i16(7, ordinal);
        t.end();
    }

    private void column(Placed p, Index index, ThriftWriter t) {
        Chunk c = p.chunk;
        long start = p.dictionaryOffset < 0 ? p.dataOffset : p.dictionaryOffset;
        t.begin();
        t.i64(2, start);
        t.struct(3);
        t.i32(1, Schema.physical(c.field));
        boolean coded = encoding(c) == RLE_DICTIONARY;
        t.list(2, ThriftWriter.I32, coded ? 2 : 1);
        if (!coded) {
            t.element(encoding(c));
        } else {
            t.element(PLAIN);
            t.element(RLE_DICTIONARY);
        }
        t.list(3, ThriftWriter.BINARY, 1);
        t.element(Schema.name(c.field).getBytes(StandardCharsets.UTF_8));
        t.i32(4, c.ladder ? Codec.LZ4_RAW : codec.id);
        t.i64(5, c.rows);
        t.i64(6, p.plainSize);
        t.i64(7, p.size);
        t.i64(9, p.dataOffset);
        if (p.dictionaryOffset >= 0) {
            t.i64(11, p.dictionaryOffset);
        }
        t.struct(12);
        t.i64(3, 0);
        if (c.distinct > 0) {
            t.i64(4, c.distinct);
        }
        t.binary(5, c.max);
        t.binary(6, c.min);
        t.bool(7, true);
        t.bool(8, true);
        t.end();
        if (index.bloomLength > 0) {
            t.i64(14, index.bloomOffset);
            t.i32(15, index.bloomLength);
        }
        t.end();
        t.i64(4, index.offsetOffset);
        t.i32(5, index.offsetLength);
        t.i64(6, index.columnOffset);
        t.i32(7, index.columnLength);
        t.end();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
