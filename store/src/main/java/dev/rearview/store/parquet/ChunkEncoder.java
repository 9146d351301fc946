package dev.rearview.store.parquet;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.words.RadixSort;
import dev.rearview.store.parquet.encoding.Bloom;
import dev.rearview.store.parquet.encoding.Delta;
import dev.rearview.store.parquet.encoding.Ladder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Encodes the columns of row groups, with scratch memory that is used again for the next one.
///
/// The distinct values of a column are found by hashing, sorted, and numbered; each row remembers
/// where its value was found, so that its code costs one more look.
public final class ChunkEncoder {
    private static final int MAX_SLOTS = FlowBatch.MAX_ROWS * 2;
    private static final int MIN_SLOTS = 1 << 10;
    private static final long HASH = 0x9E37_79B9_7F4A_7C15L;

    /// The slot of the value 0: in all others that says that there is none.
    private static final int ZERO = MAX_SLOTS;

    /// Bits of the number of a slot.
    private static final int SLOT_BITS = 18;

    /// A column of no more distinct values is always written as codes.
    private static final int FEW = 256;

    private final long[] keys = new long[MAX_SLOTS + 1];
    private final int[] ranks = new int[MAX_SLOTS + 1];
    private final int[] used = new int[FlowBatch.MAX_ROWS];
    private final int[] slotOf = new int[FlowBatch.MAX_ROWS];
    private final long[] sorted = new long[FlowBatch.MAX_ROWS];
    private final long[] scratch = new long[FlowBatch.MAX_ROWS];
    private final int[] small = new int[1 << 16];
    private final long[] present = new long[(1 << 16) / Long.SIZE];

    /// Slots of the hash table are twice the rows, so that few rows stay in the processor's cache.
    private int slots = MAX_SLOTS;

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
            sorted[0] = lo;
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

    /// Values below 65,536, which are found in a bitmap.
    private Chunk small(Chunk chunk, long[] values) {
        Arrays.fill(present, 0);
        int rows = chunk.rows;
        for (int i = 0; i < rows; i++) {
            present[(int) values[i] >> 6] |= 1L << values[i];
        }
        int n = 0;
        for (int w = 0; w < present.length; w++) {
            for (long rest = present[w]; rest != 0; rest &= rest - 1) {
                int v = w << 6 | Long.numberOfTrailingZeros(rest);
                small[v] = n;
                sorted[n++] = v;
            }
        }
        longDictionary(chunk, n);
        for (int i = 0; i < rows; i++) {
            slotOf[i] = small[(int) values[i]];
        }
        putCodes(chunk);
        return chunk;
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
    Chunk delta(Chunk of, long[] values) {
        Chunk chunk = new Chunk(of.column, of.rows);
        setDeltas(chunk, Delta.encode(values, of.rows, deltas));
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
        boolean mayBeDeltas = octets == 8;
        int most = !mayBeDeltas ? rows : Math.max(FEW, hot ? rows / 3 : rows / 2);
        int n = find(chunk, values, most);
        int deltaLength = Integer.MAX_VALUE;
        if (mayBeDeltas && (n < 0 || hot && n > FEW)) {
            deltaLength = Delta.encode(values, rows, deltas);
            int even = (deltaLength - 2 * rows) / 8;
            if (n < 0 && hot && even > most) {
                // So long are the deltas.
                n = find(chunk, values, Math.min(rows, even));
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
            extremes(chunk, sorted[0], sorted[n - 1]);
            return chunk;
        }
        longDictionary(chunk, n);
        putCodes(chunk);
        return chunk;
    }

    /// Finds the distinct values, sorted, and each row's code. With more of them than some, deltas
    /// are smaller, or are less work.
    ///
    /// @return how many there are, -1 if they are more than `most`
    private int find(Chunk chunk, long[] values, int most) {
        boolean isSigned = chunk.column.field().isSigned();
        if (isAscending(values, chunk.rows, isSigned)) {
            return number(values, chunk.rows, most);
        }
        int n = distinct(values, chunk.rows, most);
        if (n >= 0) {
            sortUsed(n, isSigned ? Long.MIN_VALUE : 0);
            codes(chunk.rows, n);
        }
        return n;
    }

    /// Whether no value is less than the one before.
    static boolean isAscending(long[] values, int rows, boolean isSigned) {
        if (!isSigned && values[0] < 0) {
            return false;
        }
        int i = 1;
        while (i < rows && values[i] >= values[i - 1]) {
            i++;
        }
        return i == rows;
    }

    /// As [#find], of values that ascend.
    private int number(long[] values, int rows, int most) {
        int n = 1;
        sorted[0] = values[0];
        slotOf[0] = 0;
        for (int i = 1; i < rows; i++) {
            if (values[i] != values[i - 1]) {
                if (n == most) {
                    return -1;
                }
                sorted[n++] = values[i];
            }
            slotOf[i] = n - 1;
        }
        return n;
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

    /// Finds the distinct values, in the order they come, and notes each row's slot.
    ///
    /// @return how many there are, -1 if they are more than `most`
    private int distinct(long[] values, int rows, int most) {
        slots = Math.max(MIN_SLOTS, Integer.highestOneBit(Math.max(1, rows - 1)) * 4);
        int mask = slots - 1;
        boolean hasZero = false;
        int n = 0;
        for (int i = 0; i < rows; i++) {
            long v = values[i];
            int slot = v == 0 ? ZERO : slot(v);
            boolean isNew = v == 0 && !hasZero;
            if (v != 0) {
                long key = keys[slot];
                while (key != v && key != 0) {
                    slot = slot + 1 & mask;
                    key = keys[slot];
                }
                isNew = key == 0;
            }
            if (isNew) {
                if (n == most) {
                    clear(n);
                    return -1;
                }
                hasZero |= v == 0;
                keys[slot] = v;
                sorted[n] = v;
                used[n++] = slot;
            }
            slotOf[i] = slot;
        }
        return n;
    }

    private int slot(long v) {
        return (int) (v * HASH >>> Long.numberOfLeadingZeros(slots - 1));
    }

    private void clear(int n) {
        for (int i = 0; i < n; i++) {
            keys[used[i]] = 0;
        }
    }

    /// Sorts the values found and gives each slot its rank.
    ///
    /// @param flip turns signed numbers into unsigned ones of the same order, and back
    private void sortUsed(int n, long flip) {
        long least = sorted[0] ^ flip;
        for (int i = 1; i < n; i++) {
            long v = sorted[i] ^ flip;
            least = Long.compareUnsigned(v, least) < 0 ? v : least;
        }
        long wide = 0;
        for (int i = 0; i < n; i++) {
            wide |= (sorted[i] ^ flip) - least;
        }
        if (wide >>> Long.SIZE - SLOT_BITS == 0) {
            // A value's slot goes with it.
            for (int i = 0; i < n; i++) {
                sorted[i] = (sorted[i] ^ flip) - least << SLOT_BITS | used[i];
            }
            RadixSort.unsigned(sorted, scratch, n, SLOT_BITS);
            for (int i = 0; i < n; i++) {
                ranks[(int) sorted[i] & (1 << SLOT_BITS) - 1] = i;
                sorted[i] = (sorted[i] >>> SLOT_BITS) + least ^ flip;
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            sorted[i] ^= flip;
        }
        RadixSort.unsigned(sorted, scratch, n);
        for (int i = 0; i < n; i++) {
            long v = sorted[i] ^ flip;
            sorted[i] = v;
            int slot = v == 0 ? ZERO : slot(v);
            while (keys[slot] != v) {
                slot = slot + 1 & slots - 1;
            }
            ranks[slot] = i;
        }
    }

    private void longDictionary(Chunk chunk, int n) {
        chunk.distinct = n;
        chunk.dictionary = chunk.column.plain(sorted, n);
        chunk.plainDictionary = chunk.dictionary.length;
        extremes(chunk, sorted[0], sorted[n - 1]);
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
        boolean constant = isConstant(lo, rows);
        int n = 1;
        if (constant) {
            sorted[0] = lo[0];
        } else {
            n = distinct(lo, rows, rows);
            sortUsed(n, 0);
            codes(rows, n);
        }
        ByteBuffer dictionary = ByteBuffer.allocate(n * 16);
        for (int i = 0; i < n; i++) {
            dictionary.putLong(0).putLong(sorted[i]);
        }
        addressDictionary(chunk, dictionary.array(), n);
        if (hot) {
            byte[] packed = Ladder.pack(chunk.dictionary);
            if (packed != null) {
                chunk.ladder = true;
                chunk.dictionary = packed;
            }
        }
        putCodes(chunk);
        return chunk;
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
        if (chunk.column.field() != Field.NHIP) {
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
        Integer[] order = new Integer[rows];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Ip.compare(hi[a], lo[a], hi[b], lo[b]));
        ByteBuffer dictionary = ByteBuffer.allocate(rows * 16);
        int n = 0;
        int before = -1;
        for (int row : order) {
            if (before < 0 || hi[row] != hi[before] || lo[row] != lo[before]) {
                dictionary.putLong(hi[row]).putLong(lo[row]);
                n++;
            }
            slotOf[row] = n - 1;
            before = row;
        }
        addressDictionary(chunk, Arrays.copyOf(dictionary.array(), n * 16), n);
        putCodes(chunk);
        return chunk;
    }

    /// Puts codes in the place of the slots of values that were hashed, and empties the hash table.
    private void codes(int rows, int n) {
        for (int i = 0; i < rows; i++) {
            slotOf[i] = ranks[slotOf[i]];
        }
        clear(n);
    }

    /// Writes the codes in `slotOf`: bit width, then an RLE run of a constant or one bit-packed
    /// run, the first code in the lowest bits.
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
        ByteBuffer out =
                ByteBuffer.allocate(chunk.codesAt + groups * chunk.width)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(header.flip());
        setData(chunk, out.array());
        if (chunk.width == 16) {
            for (int i = 0; i < chunk.rows; i++) {
                out.putShort((short) slotOf[i]);
            }
        } else {
            putNarrow(chunk, out);
        }
    }

    /// Writes codes of 1 to 8 bits.
    private void putNarrow(Chunk chunk, ByteBuffer out) {
        int each = 8 / chunk.width;
        int octet = 0;
        for (int i = 0; i < chunk.rows; i++) {
            octet |= slotOf[i] << i % each * chunk.width;
            if ((i + 1) % each == 0) {
                out.put((byte) octet);
                octet = 0;
            }
        }
        if (chunk.rows % each != 0) {
            out.put((byte) octet);
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
