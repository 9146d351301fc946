package dev.rearview.store.parquet;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Codes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.LongColumn;
import dev.rearview.model.LongDictionary;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.parquet.encoding.CodeCheck;
import dev.rearview.store.parquet.encoding.DeltaReader;
import dev.rearview.store.parquet.encoding.Ladder;
import dev.rearview.store.parquet.encoding.SortedFrameReader;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads row groups one after the other into memory that is used again. Codes are copied from the
/// mapped file as they lie, dictionaries are read where they lie.
public final class RowGroupReader {
    /// Octets of a page as it is unpacked. The largest is a dictionary of 65,536 addresses of 16
    /// octets. Values as they are take 8 octets each; as deltas no more, and a few octets for each
    /// block of 128; codes 2. What stands before codes is a handful of octets.
    public static final int MAX_PAGE = FlowBatch.MAX_ROWS * 16;

    /// Octets of a page as it lies in the file: what cannot be packed gets larger by a 256th.
    static final int MAX_STORED = MAX_PAGE + MAX_PAGE / 256;

    /// The memory of a column, made when the column is first wanted.
    private static final class Scratch {
        final LongColumn.Room room = new LongColumn.Room();
        final LongColumn.Room upper = new LongColumn.Room();
        byte @Nullable [] bytes;
        short @Nullable [] shorts;
        long @Nullable [] longs;
        long @Nullable [] deltas;
        byte[] unpackedData = {};
        byte[] unpackedDictionary = {};

        /// What was read of each part, as it lies in the file.
        final @Nullable ByteBuffer[] stored = new ByteBuffer[PageIndex.Part.values().length];
    }

    private final ZstdJavaDecompressor zstd = new ZstdJavaDecompressor();
    private final SortedFrameReader sorted = new SortedFrameReader();
    private byte[] packed = {};

    private final Scratch[] scratch = new Scratch[Layout.SECOND.columns().size()];
    private long bytesRead;

    public RowGroupReader() {
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch();
        }
    }

    /// Octets of the pages that were read so far.
    public long bytesRead() {
        return bytesRead;
    }

    /// The batch of a row group, valid until the next call; its columns are read on first use.
    ///
    /// @throws MalformedInputException if the group has no rows or too many; a column that is
    ///   damaged throws it inside an `UncheckedIOException` when it is asked for
    public FlowBatch read(ParquetReader from, int group) throws MalformedInputException {
        PageIndex index = from.index();
        int rows = index.rows(group);
        if (rows < 1 || rows > FlowBatch.MAX_ROWS) {
            throw new MalformedInputException(
                    from.name(), -1, "row group " + group, rows + " rows");
        }
        return FlowBatch.lazy(
                rows,
                new FlowBatch.Loader() {
                    @Override
                    public Column column(Field field) {
                        try {
                            return load(from, field, group, rows);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }

                    @Override
                    public long packets() {
                        return index.packets(group);
                    }

                    @Override
                    public long bytes() {
                        return index.bytes(group);
                    }
                });
    }

    private Column load(ParquetReader from, Field field, int group, int rows)
            throws MalformedInputException {
        if (field.parquetColumn().isEmpty()) {
            return LongColumn.constant(0, rows);
        }
        Layout layout = from.index().layout();
        StoredColumn column = layout.columns().get(Schema.column(field));
        Column whole = load(from, column, Schema.column(field), group, rows);
        int rest = layout.microseconds(field);
        if (rest == 0 || from.index().isZero(group, rest)) {
            return whole;
        }
        long[] microseconds = microseconds(from, field, group, rows);
        // The memory is this reader's own, and nobody has seen it yet.
        long[] values = ((LongColumn) whole).values();
        for (int i = 0; i < rows; i++) {
            values[i] += microseconds[i];
        }
        return LongColumn.of(values);
    }

    /// The microseconds of a time's column of milliseconds, valid until the next row group is read.
    ///
    /// @throws MalformedInputException if they are damaged
    long[] microseconds(ParquetReader from, Field field, int group, int rows)
            throws MalformedInputException {
        Layout layout = from.index().layout();
        int c = layout.microseconds(field);
        try {
            return ((LongColumn) load(from, layout.columns().get(c), c, group, rows)).values();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof MalformedInputException damage) {
                throw damage;
            }
            throw e;
        }
    }

    private Column load(ParquetReader from, StoredColumn column, int c, int group, int rows)
            throws MalformedInputException {
        try {
            return decode(new Place(from, column, c, group), rows);
        } catch (RuntimeException e) {
            throw malformed(from, column, group, c, e);
        }
    }

    /// A column in a row group of a file.
    ///
    /// @param c position of the column
    private record Place(ParquetReader from, StoredColumn column, int c, int group) {
        PageIndex index() {
            return from.index();
        }
    }

    private static MalformedInputException malformed(
            ParquetReader from, StoredColumn column, int group, int c, RuntimeException e) {
        return new MalformedInputException(
                from.name(),
                from.index().dataAt(group, c),
                "column " + column.name(),
                String.valueOf(e.getMessage()));
    }

    private Column decode(Place of, int rows) {
        PageIndex index = of.index();
        int group = of.group;
        int c = of.c;
        Scratch s = scratch[c];
        int width = index.width(group, c);
        if (width == PageIndex.DELTA) {
            return LongColumn.of(deltas(s, data(s, of.from, group, c), of.column.unit(), rows));
        }
        if (width == PageIndex.VALUES) {
            return LongColumn.of(plain(s, data(s, of.from, group, c), of.column, rows));
        }
        int distinct = index.distinct(group, c);
        if (distinct < 1 || distinct > FlowBatch.MAX_ROWS) {
            throw new IllegalStateException("dictionary of " + distinct + " values");
        }
        // Where the dictionary has nothing that is sought no codes are unpacked.
        Supplier<Codes> codes =
                () -> {
                    try {
                        ByteBuffer data = data(s, of.from, group, c);
                        int at = index.codesAt(group, c);
                        return codes(s, data, at, width, rows, distinct);
                    } catch (RuntimeException e) {
                        throw new UncheckedIOException(malformed(of.from, of.column, group, c, e));
                    }
                };
        int form = index.dictionaryForm(group, c);
        ByteBuffer dictionary = dictionary(s, of, distinct);
        return of.column.isAddress()
                ? AddressColumn.coded(
                        codes,
                        addresses(dictionary, form, index.isIpv4(group, c), distinct),
                        s.upper,
                        s.room,
                        rows)
                : LongColumn.coded(codes, longs(of.column, dictionary, distinct), rows, s.room);
    }

    /// The dictionary page of a chunk, unpacked if it is packed by ZSTD.
    private ByteBuffer dictionary(Scratch s, Place of, int distinct) {
        PageIndex index = of.index();
        int form = index.dictionaryForm(of.group, of.c);
        ByteBuffer dictionary = stored(s, of.from, of.group, of.c, PageIndex.Part.DICTIONARY);
        if (form == PageIndex.ZSTD) {
            int plain = plainLength(index.dictionary(of.group, of.c));
            s.unpackedDictionary = room(s.unpackedDictionary, plain + SortedFrameReader.PADDING);
            int width = index.isSorted(of.group, of.c) ? of.column.width() : 0;
            dictionary = unpack(dictionary, s.unpackedDictionary, plain, width);
        }
        int needed =
                form == PageIndex.LADDER ? Ladder.length(distinct) : distinct * of.column.width();
        if (dictionary.capacity() < needed) {
            throw new IllegalStateException("dictionary is cut short");
        }
        return dictionary;
    }

    private ByteBuffer data(Scratch s, ParquetReader from, int group, int c) {
        PageIndex index = from.index();
        ByteBuffer stored = stored(s, from, group, c, PageIndex.Part.DATA);
        if (index.dataForm(group, c) != PageIndex.ZSTD) {
            return stored;
        }
        int plain = plainLength(index.data(group, c));
        s.unpackedData = room(s.unpackedData, plain);
        return unpack(stored, s.unpackedData, plain, 0);
    }

    private static AddressDictionary addresses(
            ByteBuffer dictionary, int form, boolean isIpv4, int distinct) {
        ByteBuffer data = dictionary.order(ByteOrder.BIG_ENDIAN);
        if (form == PageIndex.LADDER) {
            return new StoredValues.Packed(data, distinct);
        }
        return new StoredValues.Addresses(data, distinct, isIpv4);
    }

    private static LongDictionary longs(StoredColumn column, ByteBuffer data, int distinct) {
        ByteBuffer b = data.order(ByteOrder.LITTLE_ENDIAN);
        return column.width() == 4
                ? new StoredValues.Ints(b, distinct)
                : new StoredValues.Longs(b, distinct, column.unit());
    }

    /// A page's body as it lies in the file.
    private ByteBuffer stored(
            Scratch s, ParquetReader from, int group, int c, PageIndex.Part part) {
        PageIndex index = from.index();
        Page page = index.page(group, c, part);
        int length = page.bodyLength();
        if (length > MAX_STORED) {
            throw new IllegalStateException("page of " + length + " octets");
        }
        bytesRead += length;
        if (index.isGood(group, c, part)) {
            return from.file().slice(page.bodyAt(), length);
        }
        ByteBuffer body = unchecked(s, from, page, part);
        if (!index.isWhole(group, c, part, body)) {
            throw new IllegalStateException("page checksum is wrong");
        }
        return body;
    }

    /// The body of a page that nobody has looked at.
    private static ByteBuffer unchecked(
            Scratch s, ParquetReader from, Page page, PageIndex.Part part) {
        int length = page.bodyLength();
        ByteBuffer room = s.stored[part.ordinal()];
        if (room == null || room.capacity() < length) {
            room = ByteBuffer.allocateDirect(length + length / 4);
            s.stored[part.ordinal()] = room;
        }
        ByteBuffer body = room.slice(0, length).order(ByteOrder.LITTLE_ENDIAN);
        try {
            boolean isRead = from.read(page.bodyAt(), body);
            return isRead ? body : from.file().slice(page.bodyAt(), length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The length of a page that is unpacked, as the index tells it.
    private static int plainLength(Page page) {
        int told = page.plainLength();
        if (told < 0 || told > MAX_PAGE) {
            throw new IllegalStateException("page of " + told + " octets");
        }
        return told;
    }

    /// An array of at least `length` octets: `old` if it is large enough.
    private static byte[] room(byte[] old, int length) {
        return old.length >= length ? old : new byte[length + length / 4];
    }

    /// @param width octets of an entry of a [SortedFrame], 0 where the body is another frame
    private ByteBuffer unpack(ByteBuffer body, byte[] out, int plainLength, int width) {
        int length = body.remaining();
        // The caller has made room for what comes out, and stored() has checked what goes in.
        packed = room(packed, length + SortedFrameReader.PADDING);
        body.get(packed, 0, length);
        int n =
                width > 0
                        ? sorted.unpack(packed, length, out, width)
                        : zstd.decompress(packed, 0, length, out, 0, plainLength);
        if (n != plainLength) {
            throw new IllegalStateException("page is cut short");
        }
        return ByteBuffer.wrap(out, 0, n).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long[] deltas(Scratch s, ByteBuffer data, long unit, int rows) {
        int length = data.capacity();
        int whole = length / Long.BYTES;
        long[] in = s.deltas;
        if (in == null || in.length < whole + 1 + DeltaReader.PADDING) {
            in = new long[whole + whole / 4 + 1 + DeltaReader.PADDING];
            s.deltas = in;
        }
        data.asLongBuffer().get(0, in, 0, whole);
        long rest = 0;
        for (int i = whole * Long.BYTES; i < length; i++) {
            rest |= (data.get(i) & 0xFFL) << (i & 7) * 8;
        }
        in[whole] = rest;
        long[] out = longs(s);
        DeltaReader.decode(in, length, unit, out, rows);
        return out;
    }

    private static long[] plain(Scratch s, ByteBuffer data, StoredColumn column, int rows) {
        int octets = column.width();
        if (column.isAddress() || data.capacity() < rows * octets) {
            throw new IllegalStateException("values are cut short");
        }
        long[] out = longs(s);
        long unit = column.unit();
        for (int i = 0; i < rows; i++) {
            long number = octets == 4 ? data.getInt(i * 4) & 0xFFFF_FFFFL : data.getLong(i * 8);
            out[i] = number * unit;
        }
        return out;
    }

    private static long[] longs(Scratch s) {
        long[] out = s.longs;
        if (out == null) {
            out = new long[FlowBatch.MAX_ROWS];
            s.longs = out;
        }
        return out;
    }

    /// Unpacks codes, none of which leads behind the dictionary.
    private static Codes codes(
            Scratch s, ByteBuffer data, int at, int width, int rows, int distinct) {
        if (width == 0) {
            return Codes.CONSTANT;
        }
        if (at < 0 || at > data.capacity() - (int) ((long) rows * width + 7 >> 3)) {
            throw new IllegalStateException("codes are cut short");
        }
        if (width == 8 || width == 16) {
            check(CodeCheck.areBelow(data, at, width, rows, distinct));
        }
        if (width == 16) {
            short[] out = s.shorts;
            if (out == null) {
                out = new short[FlowBatch.MAX_ROWS];
                s.shorts = out;
            }
            data.slice(at, rows * 2)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(0, out, 0, rows);
            return new Codes(null, out);
        }
        byte[] out = s.bytes;
        if (out == null) {
            out = new byte[FlowBatch.MAX_ROWS];
            s.bytes = out;
        }
        switch (width) {
            case 8 -> data.get(at, out, 0, rows);
            case 1, 2, 4 -> {
                widen(data, at, width, out, rows);
                check(
                        distinct >= 1 << width
                                || CodeCheck.areBelow(ByteBuffer.wrap(out), 0, 8, rows, distinct));
            }
            default -> throw new IllegalStateException("codes of " + width + " bits");
        }
        return new Codes(out, null);
    }

    private static void check(boolean codesAreGood) {
        if (!codesAreGood) {
            throw new IllegalStateException("code beyond its dictionary");
        }
    }

    /// Spreads codes of 1, 2 or 4 bits to octets, eight at a time.
    private static void widen(ByteBuffer data, int at, int width, byte[] out, int rows) {
        ByteBuffer to = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        int mask = (1 << width) - 1;
        int i = 0;
        for (int from = at; i <= rows - 8; i += 8, from += width) {
            to.putLong(i, spread(data, from, width));
        }
        for (; i < rows; i++) {
            int bit = i * width;
            out[i] = (byte) (data.get(at + (bit >> 3)) >>> (bit & 7) & mask);
        }
    }

    /// Eight codes, an octet each: halves of the codes move apart, then halves of these.
    private static long spread(ByteBuffer data, int at, int width) {
        if (width == 1) {
            long x = data.get(at) & 0xFF;
            x = (x | x << 28) & 0x0000_000F_0000_000FL;
            x = (x | x << 14) & 0x0003_0003_0003_0003L;
            return (x | x << 7) & 0x0101_0101_0101_0101L;
        }
        if (width == 2) {
            long x = data.getShort(at) & 0xFFFF;
            x = (x | x << 24) & 0x0000_00FF_0000_00FFL;
            x = (x | x << 12) & 0x000F_000F_000F_000FL;
            return (x | x << 6) & 0x0303_0303_0303_0303L;
        }
        long x = data.getInt(at) & 0xFFFF_FFFFL;
        x = (x | x << 16) & 0x0000_FFFF_0000_FFFFL;
        x = (x | x << 8) & 0x00FF_00FF_00FF_00FFL;
        return (x | x << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
    }
}
