package dev.rearview.store;

import dev.rearview.model.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The encoded values of one column in one row group: a sorted dictionary with 8- or 16-bit codes
/// in one run, or deltas.
final class Chunk {
    final Field field;
    final int rows;
    byte[] dictionary = new byte[0];
    int distinct;
    byte[] data = new byte[0];
    boolean delta;
    byte[] min = new byte[0];
    byte[] max = new byte[0];
    byte[] bloom = new byte[0];

    private Chunk(Field field, int rows) {
        this.field = field;
        this.rows = rows;
    }

    /// Encodes integers.
    static Chunk ofLongs(Field field, long[] values, int rows) {
        Chunk chunk = new Chunk(field, rows);
        long[] sorted = Arrays.copyOf(values, rows);
        Arrays.sort(sorted);
        int n = 0;
        for (int i = 0; i < rows; i++) {
            if (i == 0 || sorted[i] != sorted[n - 1]) {
                sorted[n++] = sorted[i];
            }
        }
        chunk.min = plain(field, sorted[0]);
        chunk.max = plain(field, sorted[n - 1]);
        int width = Schema.width(field);
        chunk.distinct = n;
        int dictionarySize = n * width + (n == 1 ? 4 : rows * (n <= 256 ? 1 : 2));
        if (width == 8 && n > 256) {
            byte[] deltas = Delta.encode(values, rows);
            if (deltas.length < dictionarySize) {
                chunk.delta = true;
                chunk.data = deltas;
                return chunk;
            }
        }
        ByteBuffer dictionary = ByteBuffer.allocate(n * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            put(dictionary, width, sorted[i]);
        }
        chunk.dictionary = dictionary.array();
        int count = n;
        chunk.codes(count, i -> Arrays.binarySearch(sorted, 0, count, values[i]));
        return chunk;
    }

    /// Encodes addresses and makes their Bloom filter.
    static Chunk ofAddresses(Field field, long[] hi, long[] lo, int rows) {
        Chunk chunk = new Chunk(field, rows);
        boolean onlyLow = true;
        for (int i = 0; i < rows && onlyLow; i++) {
            onlyLow = hi[i] == 0 && lo[i] >= 0;
        }
        long[] sortedHi = new long[rows];
        long[] sortedLo = new long[rows];
        int n = onlyLow ? sortLow(lo, rows, sortedLo) : sortPairs(hi, lo, rows, sortedHi, sortedLo);
        ByteBuffer dictionary = ByteBuffer.allocate(n * 16);
        Bloom bloom = Bloom.sized(n);
        for (int i = 0; i < n; i++) {
            dictionary.putLong(sortedHi[i]).putLong(sortedLo[i]);
            bloom.add(sortedHi[i], sortedLo[i]);
        }
        chunk.distinct = n;
        chunk.dictionary = dictionary.array();
        chunk.min = Arrays.copyOf(chunk.dictionary, 16);
        chunk.max = Arrays.copyOfRange(chunk.dictionary, n * 16 - 16, n * 16);
        if (field != Field.NHIP) {
            chunk.bloom = bloom.bytes();
        }
        if (onlyLow) {
            chunk.codes(n, i -> Arrays.binarySearch(sortedLo, 0, n, lo[i]));
        } else {
            chunk.codes(n, i -> search(sortedHi, sortedLo, n, hi[i], lo[i]));
        }
        return chunk;
    }

    private static int sortLow(long[] lo, int rows, long[] sorted) {
        System.arraycopy(lo, 0, sorted, 0, rows);
        Arrays.sort(sorted);
        int n = 0;
        for (int i = 0; i < rows; i++) {
            if (i == 0 || sorted[i] != sorted[n - 1]) {
                sorted[n++] = sorted[i];
            }
        }
        return n;
    }

    private static int sortPairs(long[] hi, long[] lo, int rows, long[] sortedHi, long[] sortedLo) {
        Integer[] order = new Integer[rows];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> dev.rearview.model.Ip.compare(hi[a], lo[a], hi[b], lo[b]));
        int n = 0;
        for (Integer i : order) {
            if (n == 0 || hi[i] != sortedHi[n - 1] || lo[i] != sortedLo[n - 1]) {
                sortedHi[n] = hi[i];
                sortedLo[n++] = lo[i];
            }
        }
        return n;
    }

    private static int search(long[] his, long[] los, int n, long hi, long lo) {
        int from = 0;
        int to = n - 1;
        while (from < to) {
            int mid = (from + to) >>> 1;
            if (dev.rearview.model.Ip.compare(his[mid], los[mid], hi, lo) < 0) {
                from = mid + 1;
            } else {
                to = mid;
            }
        }
        return from;
    }

    @FunctionalInterface
    private interface CodeOf {
        int code(int row);
    }

    /// Writes the codes: bit width, then one RLE run of a constant or one bit-packed run.
    private void codes(int distinctCount, CodeOf code) {
        if (distinctCount == 1) {
            ByteBuffer b = ByteBuffer.allocate(8);
            b.put((byte) 8);
            varint(b, (long) rows << 1);
            b.put((byte) 0);
            data = Arrays.copyOf(b.array(), b.position());
            return;
        }
        int width = distinctCount <= 256 ? 1 : 2;
        int groups = (rows + 7) / 8;
        ByteBuffer b = ByteBuffer.allocate(8 + groups * 8 * width).order(ByteOrder.LITTLE_ENDIAN);
        b.put((byte) (width * 8));
        varint(b, (long) groups << 1 | 1);
        for (int i = 0; i < rows; i++) {
            int c = code.code(i);
            if (width == 1) {
                b.put((byte) c);
            } else {
                b.putShort((short) c);
            }
        }
        data = Arrays.copyOf(b.array(), b.position() + (groups * 8 - rows) * width);
    }

    private static void varint(ByteBuffer out, long v) {
        long rest = v;
        while ((rest & ~0x7FL) != 0) {
            out.put((byte) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static byte[] plain(Field field, long value) {
        int width = Schema.width(field);
        ByteBuffer b = ByteBuffer.allocate(width).order(ByteOrder.LITTLE_ENDIAN);
        put(b, width, value);
        return b.array();
    }

    private static void put(ByteBuffer b, int width, long value) {
        if (width == 4) {
            b.putInt((int) value);
        } else {
            b.putLong(value);
        }
    }
}
