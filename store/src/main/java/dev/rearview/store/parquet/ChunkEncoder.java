package dev.rearview.store.parquet;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.words.RadixSort;
import dev.rearview.store.parquet.encoding.Bloom;
import dev.rearview.store.parquet.encoding.Delta;
import dev.rearview.store.parquet.encoding.Ladder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Encodes the columns of row groups, with scratch memory that is used again for the next one.
public final class ChunkEncoder {
    /// A column of no more distinct values is always written as codes.
    private static final int FEW = 256;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final Numbering numbering = new Numbering();
    private final int[] small = new int[1 << 16];
    private final byte[] ticks = new byte[FEW];
    private final long[] present = new long[(1 << 16) / Long.SIZE];

    /// Whether the file is to be scanned as it is, so that what can be looked up may be larger than
    /// what has to be decoded.
    private final boolean hot;

    private final byte[] deltas = new byte[Delta.maxLength(FlowBatch.MAX_ROWS)];

    /// @param codec that packs the chunks afterwards; without one they are scanned as they are
    public ChunkEncoder(ParquetWriter.Codec codec) {
        this.hot = codec == ParquetWriter.Codec.UNCOMPRESSED;
    }

    /// Encodes a column whose rows all have one value.
    ///
    /// @param hi upper word of an address
    Chunk constant(StoredColumn column, long hi, long lo, int rows) {
        Chunk chunk = new Chunk(column, rows);
        if (column.isAddress()) {
            addressDictionary(chunk, column.plain(hi, lo), 1);
        } else {
            numbering.sorted[0] = lo;
            longDictionary(chunk, 1);
        }
        putCodes(chunk);
        return chunk;
    }

    /// Encodes integers.
    Chunk ofLongs(StoredColumn column, long[] values, int rows) {
        if (isConstant(values, rows)) {
            return constant(column, 0, values[0], rows);
        }
        Chunk chunk = new Chunk(column, rows);
        return column.isSmall() ? small(chunk, values) : large(chunk, values);
    }

    private static boolean isConstant(long[] values, int rows) {
        long differ = 0;
        for (int i = 1; i < rows; i++) {
            differ |= values[i] ^ values[0];
        }
        return differ == 0;
    }

    /// Values below 65,536, which are found in a bitmap, or below 256, which are ticked off: a bit
    /// that is set where one was set just before waits for that.
    private Chunk small(Chunk chunk, long[] values) {
        long all = 0;
        for (int i = 0; i < chunk.rows; i++) {
            all |= values[i];
        }
        int n = all < FEW ? ticked(values, chunk.rows) : inBitmap(values, chunk.rows);
        longDictionary(chunk, n);
        for (int i = 0; i < chunk.rows; i++) {
            numbering.codes[i] = small[(int) values[i]];
        }
        putCodes(chunk);
        return chunk;
    }

    private int ticked(long[] values, int rows) {
        Arrays.fill(ticks, (byte) 0);
        for (int i = 0; i < rows; i++) {
            ticks[(int) values[i]] = 1;
        }
        int n = 0;
        for (int v = 0; v < FEW; v++) {
            if (ticks[v] != 0) {
                n = found(v, n);
            }
        }
        return n;
    }

    private int inBitmap(long[] values, int rows) {
        Arrays.fill(present, 0);
        for (int i = 0; i < rows; i++) {
            present[(int) values[i] >> 6] |= 1L << values[i];
        }
        int n = 0;
        for (int w = 0; w < present.length; w++) {
            for (long rest = present[w]; rest != 0; rest &= rest - 1) {
                n = found(w << 6 | Long.numberOfTrailingZeros(rest), n);
            }
        }
        return n;
    }

    /// Gives a value its code.
    private int found(int value, int code) {
        small[value] = code;
        numbering.sorted[code] = value;
        return code + 1;
    }

    /// The values of an integer column as they are: where they hardly repeat a compressor makes
    /// less of them than of codes.
    static Chunk plain(Chunk of, long[] values) {
        Chunk chunk = new Chunk(of.column, of.rows);
        chunk.plain = true;
        setData(chunk, of.column.plain(values, of.rows));
        chunk.distinct = of.distinct;
        extremes(chunk, of.minLo, of.maxLo);
        return chunk;
    }

    /// The values of a column of 64-bit integers as deltas.
    ///
    /// @param least bits of a delta, as of [Delta#encode]
    Chunk delta(Chunk of, long[] values, int least) {
        Chunk chunk = new Chunk(of.column, of.rows);
        setDeltas(chunk, Delta.encode(values, of.rows, least, deltas));
        extremes(chunk, of.minLo, of.maxLo);
        return chunk;
    }

    private void setDeltas(Chunk chunk, int length) {
        chunk.delta = true;
        setData(chunk, Arrays.copyOf(deltas, length));
    }

    private Chunk large(Chunk chunk, long[] values) {
        int rows = chunk.rows;
        int octets = chunk.column.width();
        boolean isSigned = chunk.column.field().isSigned();
        boolean mayBeDeltas = octets == 8;
        int most = !mayBeDeltas ? rows : Math.max(FEW, hot ? rows / 3 : rows / 2);
        int n = numbering.find(values, rows, most, isSigned);
        int deltaLength = Integer.MAX_VALUE;
        if (mayBeDeltas && n < 0) {
            deltaLength = Delta.encode(values, rows, 1, deltas);
            int even = (deltaLength - 2 * rows) / 8;
            if (hot && even > most) {
                // So long are the deltas.
                n = numbering.find(values, rows, Math.min(rows, even), isSigned);
            }
        }
        if (n < 0) {
            setDeltas(chunk, deltaLength);
            deltaExtremes(chunk, values);
            return chunk;
        }
        int size = n * octets + (n == 1 ? 4 : rows * (n <= FEW ? 1 : 2));
        if (hot && n > FEW && deltaLength < size && n > rows / 3) {
            setDeltas(chunk, deltaLength);
            extremes(chunk, numbering.sorted[0], numbering.sorted[n - 1]);
            return chunk;
        }
        longDictionary(chunk, n);
        putCodes(chunk);
        return chunk;
    }

    private static void deltaExtremes(Chunk chunk, long[] values) {
        long flip = chunk.column.field().isSigned() ? 0 : Long.MIN_VALUE;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int i = 0; i < chunk.rows; i++) {
            min = Math.min(min, values[i] ^ flip);
            max = Math.max(max, values[i] ^ flip);
        }
        extremes(chunk, min ^ flip, max ^ flip);
    }

    private static void extremes(Chunk chunk, long min, long max) {
        chunk.minLo = min;
        chunk.maxLo = max;
    }

    private void longDictionary(Chunk chunk, int n) {
        chunk.distinct = n;
        chunk.dictionary = chunk.column.plain(numbering.sorted, n);
        chunk.plainDictionary = chunk.dictionary.length;
        extremes(chunk, numbering.sorted[0], numbering.sorted[n - 1]);
    }

    /// Encodes addresses and makes their Bloom filter.
    Chunk ofAddresses(StoredColumn column, AddressColumn addresses, int rows) {
        long[] hi = addresses.hi();
        long[] lo = addresses.lo();
        Chunk chunk = new Chunk(column, rows);
        long upper = 0;
        for (int i = 0; i < rows; i++) {
            upper |= hi[i];
        }
        if (upper != 0) {
            return wide(chunk, hi, lo);
        }
        int n = numbering.find(lo, rows, rows, false);
        long[] sorted = numbering.sorted;
        chunk.distinct = n;
        chunk.plainDictionary = n * 16;
        byte[] ladder = hot ? Ladder.pack(sorted, n) : null;
        if (ladder == null) {
            ByteBuffer dictionary = ByteBuffer.allocate(n * 16);
            for (int i = 0; i < n; i++) {
                dictionary.putLong(0).putLong(sorted[i]);
            }
            chunk.dictionary = dictionary.array();
        } else {
            chunk.ladder = true;
            chunk.dictionary = ladder;
        }
        extremes(chunk, sorted[0], sorted[n - 1]);
        if (isSearched(column)) {
            Bloom bloom = Bloom.sized(n);
            for (int i = 0; i < n; i++) {
                bloom.add(0, sorted[i]);
            }
            chunk.bloom = bloom.bytes();
        }
        putCodes(chunk);
        return chunk;
    }

    /// Whether a column of addresses has a Bloom filter.
    private static boolean isSearched(StoredColumn column) {
        return column.field() != Field.NHIP;
    }

    private static void addressDictionary(Chunk chunk, byte[] dictionary, int n) {
        chunk.distinct = n;
        chunk.dictionary = dictionary;
        chunk.plainDictionary = dictionary.length;
        ByteBuffer b = ByteBuffer.wrap(dictionary);
        chunk.minHi = b.getLong(0);
        chunk.minLo = b.getLong(8);
        chunk.maxHi = b.getLong(n * 16 - 16);
        chunk.maxLo = b.getLong(n * 16 - 8);
        if (isSearched(chunk.column)) {
            Bloom bloom = Bloom.sized(n);
            for (int i = 0; i < n; i++) {
                bloom.add(b.getLong(i * 16), b.getLong(i * 16 + 8));
            }
            chunk.bloom = bloom.bytes();
        }
    }

    /// Addresses with upper words: sorted as rows.
    private Chunk wide(Chunk chunk, long[] hi, long[] lo) {
        int rows = chunk.rows;
        int[] order = RadixSort.order((row, word) -> word == 0 ? hi[row] : lo[row], 2, rows);
        ByteBuffer dictionary = ByteBuffer.allocate(rows * 16);
        int n = 0;
        int before = -1;
        for (int row : order) {
            if (before < 0 || hi[row] != hi[before] || lo[row] != lo[before]) {
                dictionary.putLong(hi[row]).putLong(lo[row]);
                n++;
            }
            numbering.codes[row] = n - 1;
            before = row;
        }
        addressDictionary(chunk, Arrays.copyOf(dictionary.array(), n * 16), n);
        putCodes(chunk);
        return chunk;
    }

    /// Writes the codes in `numbering.codes`: bit width, then an RLE run of a constant or one
    /// bit-packed run, the first code in the lowest bits.
    private void putCodes(Chunk chunk) {
        int distinct = chunk.distinct;
        if (distinct == 1) {
            ByteBuffer run = ByteBuffer.allocate(8);
            run.put((byte) 8);
            varint(run, (long) chunk.rows << 1);
            run.put((byte) 0);
            setData(chunk, Arrays.copyOf(run.array(), run.position()));
            return;
        }
        int bits = distinct <= 2 ? 1 : distinct <= 4 ? 2 : distinct <= 16 ? 4 : 8;
        chunk.width = distinct <= FEW ? bits : 16;
        int groups = (chunk.rows + 7) / 8;
        ByteBuffer header = ByteBuffer.allocate(8);
        header.put((byte) chunk.width);
        varint(header, (long) groups << 1 | 1);
        chunk.codesAt = header.position();
        byte[] out = Arrays.copyOf(header.array(), chunk.codesAt + groups * chunk.width);
        setData(chunk, out);
        int[] codes = numbering.codes;
        switch (chunk.width) {
            case 16 -> {
                for (int i = 0, at = chunk.codesAt; i < chunk.rows; i++, at += Short.BYTES) {
                    SHORTS.set(out, at, (short) codes[i]);
                }
            }
            case 8 -> {
                for (int i = 0; i < chunk.rows; i++) {
                    out[chunk.codesAt + i] = (byte) codes[i];
                }
            }
            default -> putNarrow(chunk, out);
        }
    }

    /// Writes codes of 1, 2 or 4 bits.
    private void putNarrow(Chunk chunk, byte[] out) {
        int[] codes = numbering.codes;
        int each = Byte.SIZE / chunk.width;
        // Rows behind the last one have no code, and nobody looks at theirs.
        Arrays.fill(codes, chunk.rows, (chunk.rows + each - 1) / each * each, 0);
        int at = chunk.codesAt;
        for (int row = 0; row < chunk.rows; row += each) {
            int octet = 0;
            for (int i = each - 1; i >= 0; i--) {
                octet = octet << chunk.width | codes[row + i];
            }
            out[at++] = (byte) octet;
        }
    }

    private static void varint(ByteBuffer out, long v) {
        long rest = v;
        while ((rest & ~0x7FL) != 0) {
            out.put((byte) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static void setData(Chunk chunk, byte[] data) {
        chunk.data = data;
        chunk.plainData = data.length;
    }
}
