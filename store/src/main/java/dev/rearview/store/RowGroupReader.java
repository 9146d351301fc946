package dev.rearview.store;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Codes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.LongDictionary;
import dev.rearview.model.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Reads row groups one after the other into memory that is used again. Codes are copied from the
/// mapped file as they lie, dictionaries are read where they lie.
public final class RowGroupReader {
    private static final int MAX_PAGE = 1 << 26;

    /// The memory of a field, made when the field is first wanted.
    private static final class Scratch {
        final LongColumn.Room room = new LongColumn.Room();
        byte @Nullable [] bytes;
        short @Nullable [] shorts;
        long @Nullable [] longs;
        long @Nullable [] deltas;
    }

    private final Scratch[] scratch = new Scratch[Field.count()];
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
        int c = Schema.column(field);
        try {
            return decode(from.file(), from.index(), field, group, c, rows);
        } catch (RuntimeException e) {
            throw new MalformedInputException(
                    from.name(),
                    from.index().dataAt(group, c),
                    "column " + Schema.name(field),
                    String.valueOf(e.getMessage()));
        }
    }

    private Column decode(
            MappedFile file, PageIndex index, Field field, int group, int c, int rows) {
        Scratch s = scratch[field.ordinal()];
        ByteBuffer data =
                body(
                        file,
                        index.dataAt(group, c),
                        index.dataLength(group, c),
                        index.dataForm(group, c),
                        index.dataCrc(group, c),
                        index.plainData(group, c));
        int width = index.width(group, c);
        if (width == PageIndex.DELTA) {
            return LongColumn.of(deltas(s, data, rows));
        }
        if (width == PageIndex.VALUES) {
            return LongColumn.of(plain(s, data, Schema.width(field), rows));
        }
        int distinct = index.distinct(group, c);
        if (distinct < 1 || distinct > FlowBatch.MAX_ROWS) {
            throw new IllegalStateException("dictionary of " + distinct + " values");
        }
        Codes codes = codes(s, data, index.codesAt(group, c), width, rows);
        int form = index.dictionaryForm(group, c);
        ByteBuffer dictionary =
                body(
                        file,
                        index.dictionaryAt(group, c),
                        index.dictionaryLength(group, c),
                        form,
                        index.dictionaryCrc(group, c),
                        index.plainDictionary(group, c));
        int needed =
                form == PageIndex.LADDER ? Ladder.length(distinct) : distinct * Schema.width(field);
        if (dictionary.capacity() < needed) {
            throw new IllegalStateException("dictionary is cut short");
        }
        return field.isAddress()
                ? AddressColumn.coded(
                        codes, addresses(index, dictionary, form, group, c, distinct), rows)
                : LongColumn.coded(codes, longs(field, dictionary, distinct), rows, s.room);
    }

    private static AddressDictionary addresses(
            PageIndex index, ByteBuffer dictionary, int form, int group, int c, int distinct) {
        ByteBuffer data = dictionary.order(ByteOrder.BIG_ENDIAN);
        if (form == PageIndex.LADDER) {
            return new StoredValues.Packed(data, distinct);
        }
        boolean ipv4 =
                Ip.isMapped(index.minHi(group, c), index.minLo(group, c))
                        && Ip.isMapped(index.maxHi(group, c), index.maxLo(group, c));
        return new StoredValues.Addresses(data, distinct, ipv4);
    }

    private static LongDictionary longs(Field field, ByteBuffer data, int distinct) {
        ByteBuffer b = data.order(ByteOrder.LITTLE_ENDIAN);
        return Schema.width(field) == 4
                ? new StoredValues.Ints(b, distinct)
                : new StoredValues.Longs(b, distinct);
    }

    /// A page's body, unpacked unless it can be read as it is.
    private ByteBuffer body(
            MappedFile file, long at, int length, int form, int crc, int plainLength) {
        ByteBuffer packed = file.slice(at, length);
        bytesRead += length;
        CRC32 actual = new CRC32();
        actual.update(packed.duplicate());
        if ((int) actual.getValue() != crc) {
            throw new IllegalStateException("page checksum is wrong");
        }
        if (form != PageIndex.ZSTD) {
            return packed;
        }
        if (plainLength < 0 || plainLength > MAX_PAGE) {
            throw new IllegalStateException("page of " + plainLength + " octets");
        }
        byte[] in = new byte[length];
        packed.get(in);
        byte[] out = new byte[plainLength];
        int n = new ZstdJavaDecompressor().decompress(in, 0, length, out, 0, plainLength);
        if (n != plainLength) {
            throw new IllegalStateException("page is cut short");
        }
        return ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long[] deltas(Scratch s, ByteBuffer data, int rows) {
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
        DeltaReader.decode(in, length, out, rows);
        return out;
    }

    private static long[] plain(Scratch s, ByteBuffer data, int octets, int rows) {
        if (data.capacity() < rows * octets) {
            throw new IllegalStateException("values are cut short");
        }
        long[] out = longs(s);
        for (int i = 0; i < rows; i++) {
            out[i] = octets == 4 ? data.getInt(i * 4) & 0xFFFF_FFFFL : data.getLong(i * 8);
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

    private static Codes codes(Scratch s, ByteBuffer data, int at, int width, int rows) {
        if (width == 0) {
            return Codes.CONSTANT;
        }
        if (at < 0 || at > data.capacity() - (int) ((long) rows * width + 7 >> 3)) {
            throw new IllegalStateException("codes are cut short");
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
            case 1, 2, 4 -> widen(data, at, width, out, rows);
            default -> throw new IllegalStateException("codes of " + width + " bits");
        }
        return new Codes(out, null);
    }

    /// Spreads codes of 1, 2 or 4 bits to octets.
    private static void widen(ByteBuffer data, int at, int width, byte[] out, int rows) {
        int each = 8 / width;
        int mask = (1 << width) - 1;
        int whole = rows / each;
        for (int i = 0; i < whole; i++) {
            int octet = data.get(at + i);
            for (int k = 0; k < each; k++) {
                out[i * each + k] = (byte) (octet >>> k * width & mask);
            }
        }
        for (int i = whole * each; i < rows; i++) {
            out[i] = (byte) (data.get(at + whole) >>> i % each * width & mask);
        }
    }
}
