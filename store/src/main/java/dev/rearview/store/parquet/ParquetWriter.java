package dev.rearview.store.parquet;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.LongColumn;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.parquet.ParquetFields.BloomFilterChoice;
import dev.rearview.store.parquet.ParquetFields.BloomFilterHeader;
import dev.rearview.store.parquet.ParquetFields.ColumnIndex;
import dev.rearview.store.parquet.ParquetFields.OffsetIndex;
import dev.rearview.store.parquet.ParquetFields.PageLocation;
import dev.rearview.store.parquet.PlacedChunk.Extent;
import dev.rearview.store.parquet.encoding.LiteralFrame;
import dev.rearview.store.parquet.encoding.SortedFrame;
import dev.rearview.store.parquet.encoding.ThriftWriter;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes one Parquet file of the store: a row group for each batch given.
public final class ParquetWriter implements Closeable {
    static final byte[] MAGIC = {'P', 'A', 'R', '1'};

    /// A column of fewer distinct values is always written as codes.
    private static final int FEW = 256;

    /// A [SortedFrame] of so many addresses has no Bloom filter beside it: it is searched itself.
    private static final int SEARCHED = 1024;

    private static final byte[] NO_FILTER = {};

    /// How column chunks are compressed.
    public enum Codec {
        UNCOMPRESSED(0),
        ZSTD(6);

        /// Of a chunk whose dictionary is a [Ladder].
        static final int LZ4_RAW = 7;

        private final int id;

        Codec(int id) {
            this.id = id;
        }

        /// Parquet's number.
        int id() {
            return id;
        }
    }

    private final OutputStream out;
    private final PageWriter pages;
    private final ChunkEncoder encoder;
    private final Codec codec;
    private final StoredNumbers stored = new StoredNumbers();
    private final Map<String, String> metadata;
    private final List<PlacedGroup> groups = new ArrayList<>();

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
        this.pages = new PageWriter(this.out);
        this.codec = codec;
        this.encoder = encoder;
        this.metadata = new LinkedHashMap<>(metadata);
        pages.write(MAGIC);
    }

    /// Writes a row group of 1 to 65,536 flows. Where they are sorted by start the file says so.
    public void write(FlowBatch batch) throws IOException {
        int n = batch.size();
        if (n < 1 || n > FlowBatch.MAX_ROWS) {
            throw new IllegalArgumentException("a row group has 1 to 65536 rows, not " + n);
        }
        List<PlacedChunk> placed = new ArrayList<>();
        long packets = 0;
        long bytes = 0;
        for (StoredColumn column : Layout.SECOND.columns()) {
            Chunk chunk = chunk(column, batch.column(column.field()), n);
            packets += column.field() == Field.PACKETS ? chunk.sum : 0;
            bytes += column.field() == Field.BYTES ? chunk.sum : 0;
            placed.add(pages.place(chunk));
        }
        groups.add(new PlacedGroup(placed, n, packets, bytes, isByStart(batch)));
    }

    /// Writes a row group of another file as it lies there.
    ///
    /// @param batch what a reader makes of the group
    /// @return false, and nothing is written, where it has another form than the groups of this
    ///   file
    /// @throws MalformedInputException if it is damaged
    public boolean copy(ParquetReader from, int group, FlowBatch batch) throws IOException {
        StoredGroup stored = new StoredGroup(from, group);
        if (codec != Codec.UNCOMPRESSED || !stored.isHot()) {
            return false;
        }
        List<PlacedChunk> placed = new ArrayList<>();
        for (Chunk chunk : stored.chunks()) {
            placed.add(pages.place(chunk));
        }
        RowGroupStats of = from.stats(group);
        boolean byStart = isByStart(batch);
        groups.add(new PlacedGroup(placed, of.rows(), of.packets(), of.bytes(), byStart));
        return true;
    }

    private static boolean isByStart(FlowBatch batch) {
        Column starts = batch.column(Field.STIME);
        return isConstant(starts)
                || Numbering.isAscending(batch.values(Field.STIME), batch.size(), true);
    }

    private static boolean isConstant(Column column) {
        return column.isCoded() && column.dictionarySize() == 1;
    }

    private Chunk chunk(StoredColumn column, Column of, int rows) {
        if (isConstant(of)) {
            return constant(column, of, rows);
        }
        if (of instanceof AddressColumn addresses) {
            Chunk chunk = encoder.ofAddresses(column, addresses, rows);
            if (codec == Codec.ZSTD) {
                pack(chunk);
            }
            return chunk;
        }
        long[] values = ((LongColumn) of).values();
        long[] numbers = stored.of(column, values, rows);
        Chunk chunk = encoder.ofLongs(column, numbers, rows);
        chunk = codec == Codec.ZSTD ? packed(chunk, numbers) : chunk;
        if (column.part() == StoredColumn.Part.MILLISECONDS) {
            extremes(chunk, values);
        }
        chunk.sum = StoredNumbers.isVolume(column.field()) ? sum(numbers, rows) : 0;
        return chunk;
    }

    /// A column whose rows all have one value, which need not be looked at one by one.
    private Chunk constant(StoredColumn column, Column of, int rows) {
        Chunk chunk;
        if (of instanceof AddressColumn addresses) {
            chunk = encoder.constant(column, addresses.hi(0), addresses.lo(0), rows);
        } else {
            long value = ((LongColumn) of).get(0);
            long number = StoredNumbers.of(column, value);
            chunk = encoder.constant(column, 0, number, rows);
            chunk.sum = number * rows;
            if (column.part() == StoredColumn.Part.MILLISECONDS) {
                chunk.minLo = value;
                chunk.maxLo = value;
            }
        }
        if (codec == Codec.ZSTD) {
            pack(chunk);
        }
        return chunk;
    }

    private static long sum(long[] values, int rows) {
        long sum = 0;
        for (int i = 0; i < rows; i++) {
            sum += values[i];
        }
        return sum;
    }

    /// Our index has the extremes of times as they are, so that no row group is read for a
    /// millisecond that it shares.
    private static void extremes(Chunk chunk, long[] times) {
        chunk.minLo = Long.MAX_VALUE;
        chunk.maxLo = Long.MIN_VALUE;
        for (int i = 0; i < chunk.rows; i++) {
            chunk.minLo = Math.min(chunk.minLo, times[i]);
            chunk.maxLo = Math.max(chunk.maxLo, times[i]);
        }
    }

    /// The form of a column of integers that takes the least room once compressed.
    private Chunk packed(Chunk chunk, long[] values) {
        boolean mayBeOther = chunk.delta || chunk.distinct > FEW;
        boolean isCoded = !chunk.delta;
        pack(chunk);
        if (!mayBeOther) {
            return chunk;
        }
        Chunk best = chunk;
        if (isCoded && chunk.column.width() == Long.BYTES) {
            Chunk delta = encoder.delta(chunk, values, 1);
            pack(delta);
            best = length(delta) < allowed(chunk) ? delta : chunk;
        }
        if (best.delta && best.data.length < best.plainData) {
            // The compressor sees small deltas one by one if each has an octet of its own.
            Chunk octets = encoder.delta(best, values, Byte.SIZE);
            pack(octets);
            best = length(octets) < length(best) ? octets : best;
        }
        Chunk plain = ChunkEncoder.plain(chunk, values);
        // Four and eight octets for a value take long one by one.
        plain.data = zstd(plain.data);
        // Unpacking eight octets for a value takes thrice as long as two for its code.
        int allowed = chunk.column.width() == Long.BYTES ? length(best) / 5 * 4 : length(best);
        return length(plain) < allowed ? plain : best;
    }

    /// How long deltas may be that are taken in place of codes. Most questions ask for octets, and
    /// deltas of these are nearly as they are: they may be longer by a fifth.
    private static int allowed(Chunk coded) {
        boolean isAsked = coded.column.field() == Field.BYTES;
        return isAsked ? length(coded) / 5 * 6 : length(coded);
    }

    private static int length(Chunk packed) {
        return packed.dictionary.length + packed.data.length;
    }

    private static void pack(Chunk chunk) {
        packDictionary(chunk);
        chunk.data = packedData(chunk.data);
    }

    /// The shorter one of two frames. What the compressor leaves nearly as it is unpacks in the
    /// least time, and a [LiteralFrame] would save next to nothing.
    private static byte[] packedData(byte[] data) {
        byte[] packed = zstd(data);
        boolean isAsItIs = packed.length >= data.length;
        byte[] literals = isAsItIs ? null : LiteralFrame.pack(data, packed.length);
        return literals == null ? packed : literals;
    }

    private static void packDictionary(Chunk chunk) {
        byte[] frame = SortedFrame.pack(chunk.dictionary, chunk.column.width());
        chunk.dictionary = zstd(chunk.dictionary);
        byte[] bloom = chunk.distinct < SEARCHED ? chunk.bloom : NO_FILTER;
        int saved = chunk.bloom.length - bloom.length;
        if (frame != null && frame.length < chunk.dictionary.length + saved) {
            chunk.dictionary = frame;
            chunk.sorted = true;
            chunk.bloom = bloom;
        }
    }

    private static byte[] zstd(byte[] data) {
        ZstdJavaCompressor zstd = new ZstdJavaCompressor();
        byte[] packed = new byte[zstd.maxCompressedLength(data.length)];
        return Arrays.copyOf(packed, zstd.compress(data, 0, data.length, packed, 0, packed.length));
    }

    /// Writes Bloom filters, page indexes and the footer; the stream is flushed, not closed.
    public void finish() throws IOException {
        List<List<PlacedChunk.Indexes>> indexes = new ArrayList<>();
        for (PlacedGroup g : groups) {
            List<PlacedChunk.Indexes> list = new ArrayList<>();
            for (PlacedChunk p : g.columns()) {
                Extent bloom = bloom(p.chunk());
                Extent column = columnIndex(p.chunk());
                list.add(new PlacedChunk.Indexes(bloom, column, offsetIndex(p)));
            }
            indexes.add(list);
        }
        byte[] footer = new FooterWriter(codec).footer(groups, indexes, metadata);
        pages.write(pageIndex(indexes, footer));
        pages.write(footer);
        pages.write(
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(footer.length)
                        .array());
        pages.write(MAGIC);
        out.flush();
    }

    private byte[] pageIndex(List<List<PlacedChunk.Indexes>> indexes, byte[] footer) {
        PageIndex index = PageIndex.allocate(groups.size(), Layout.SECOND.columns().size());
        for (int g = 0; g < groups.size(); g++) {
            PlacedGroup group = groups.get(g);
            index.setGroup(g, group.rows(), group.packets(), group.bytes());
            for (int c = 0; c < group.columns().size(); c++) {
                PlacedChunk p = group.columns().get(c);
                Extent bloom = indexes.get(g).get(c).bloom();
                // The filter's own header is for other readers.
                long bloomAt = bloom.at() + bloom.length() - p.chunk().bloom.length;
                index.set(g, c, p, codec, bloomAt);
            }
        }
        return index.bytes(footer);
    }

    /// Writes octets and says where they lie.
    private Extent extent(byte[] octets) throws IOException {
        long at = pages.at();
        pages.write(octets);
        return new Extent(at, octets.length);
    }

    private Extent bloom(Chunk chunk) throws IOException {
        if (chunk.bloom.length == 0) {
            return new Extent(pages.at(), 0);
        }
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.i32(BloomFilterHeader.NUM_BYTES, chunk.bloom.length);
        for (int choice :
                new int[] {
                    BloomFilterHeader.ALGORITHM,
                    BloomFilterHeader.HASH,
                    BloomFilterHeader.COMPRESSION
                }) {
            t.struct(choice);
            t.struct(BloomFilterChoice.ONLY);
            t.end();
            t.end();
        }
        t.end();
        Extent header = extent(t.bytes());
        pages.write(chunk.bloom);
        return new Extent(header.at(), header.length() + chunk.bloom.length);
    }

    private Extent columnIndex(Chunk chunk) throws IOException {
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.list(ColumnIndex.NULL_PAGES, ThriftWriter.BOOL_FALSE, 1);
        t.elementBool(false);
        t.list(ColumnIndex.MIN_VALUES, ThriftWriter.BINARY, 1);
        t.element(chunk.min());
        t.list(ColumnIndex.MAX_VALUES, ThriftWriter.BINARY, 1);
        t.element(chunk.max());
        t.i32(ColumnIndex.BOUNDARY_ORDER, 1);
        t.list(ColumnIndex.NULL_COUNTS, ThriftWriter.I64, 1);
        t.element(0L);
        t.end();
        return extent(t.bytes());
    }

    private Extent offsetIndex(PlacedChunk p) throws IOException {
        ThriftWriter t = new ThriftWriter();
        t.begin();
        t.list(OffsetIndex.PAGE_LOCATIONS, ThriftWriter.STRUCT, 1);
        t.begin();
        t.i64(PageLocation.OFFSET, p.data().headerAt());
        t.i32(PageLocation.COMPRESSED_PAGE_SIZE, (int) p.data().length());
        t.i64(PageLocation.FIRST_ROW_INDEX, 0);
        t.end();
        t.end();
        return extent(t.bytes());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
