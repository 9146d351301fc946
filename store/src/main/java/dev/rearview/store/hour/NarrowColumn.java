package dev.rearview.store.hour;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/// Numbers that take as few octets as they need: none where all are the same, else one, two, four
/// or eight for each one less a base.
///
/// They lie in blocks: growing copies nothing, and blocks are used again, by whatever thread, so
/// that a stream of flows leaves no garbage.
final class NarrowColumn {
    /// log2 of the rows of a block, which are those of a row group.
    private static final int BITS = 16;

    private static final int BLOCK = 1 << BITS;
    private static final int IN_BLOCK = BLOCK - 1;

    /// log2 of the most octets of a number.
    private static final int WIDEST = 3;

    /// In place of a width, where all numbers are the same.
    private static final int SAME = -1;

    private static final int GROWTH = 4;

    /// Octets of blocks of each width that are used again: as many as are in use where flows come
    /// faster than they are written. What is not would be garbage that the collector of old objects
    /// finds late.
    private static final int MAX_SPARE = 32 << 20;

    /// Octets of those that stay when nothing waits.
    private static final int MAX_IDLE = 8 << 20;

    private static final List<Queue<byte[]>> SPARE = new ArrayList<>();

    static {
        for (int width = 0; width <= WIDEST; width++) {
            SPARE.add(new ArrayBlockingQueue<>(MAX_SPARE >> BITS + width));
        }
    }

    private static final byte[] EMPTY = {};

    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.nativeOrder());
    }

    private final long base;
    private final int narrowest;
    private int width = SAME;
    private long same;
    private byte[][] blocks = {};

    /// @param base which nearly all numbers are a little above
    /// @param narrowest log2 of the octets of a number once two differ: 0 to 3
    NarrowColumn(long base, int narrowest) {
        this.base = base;
        this.narrowest = narrowest;
    }

    /// Appends `n` numbers.
    ///
    /// @param size how many there are already
    /// @param at where in `from` the first one is
    void append(int size, long[] from, int at, int n) {
        long bits = 0;
        if (width == SAME) {
            same = size == 0 ? from[at] : same;
            if (isSame(from, at, n)) {
                return;
            }
            bits = same - base;
        }
        for (int i = at; i < at + n; i++) {
            bits |= from[i] - base;
        }
        int needed = Math.max(width, narrowest);
        while (needed < WIDEST && bits >>> (Byte.SIZE << needed) != 0) {
            needed++;
        }
        if (needed > width) {
            widen(needed, size);
        }
        put(size, from, at, n);
    }

    /// Appends a number `n` times.
    ///
    /// @param size how many there are already
    void appendSame(int size, long value, int n) {
        if (width == SAME && (size == 0 || same == value)) {
            same = value;
            return;
        }
        long[] values = new long[n];
        Arrays.fill(values, value);
        append(size, values, 0, n);
    }

    private boolean isSame(long[] from, int at, int n) {
        long all = same;
        long differ = 0;
        for (int i = at; i < at + n; i++) {
            differ |= from[i] ^ all;
        }
        return differ == 0;
    }

    /// Puts numbers that fit into blocks.
    private void put(int size, long[] from, int at, int n) {
        int done = 0;
        while (done < n) {
            int row = size + done;
            int in = row & IN_BLOCK;
            int some = Math.min(n - done, BLOCK - in);
            byte[] to = block(row >>> BITS, in, in + some);
            switch (width) {
                case 0 -> putBytes(from, at + done, some, to, in);
                case 1 -> putShorts(from, at + done, some, to, in);
                case 2 -> putInts(from, at + done, some, to, in);
                default -> putLongs(from, at + done, some, to, in);
            }
            done += some;
        }
    }

    private void putBytes(long[] from, int at, int n, byte[] to, int row) {
        for (int i = 0; i < n; i++) {
            to[row + i] = (byte) (from[at + i] - base);
        }
    }

    private void putShorts(long[] from, int at, int n, byte[] to, int row) {
        for (int i = 0; i < n; i++) {
            SHORTS.set(to, row + i << 1, (short) (from[at + i] - base));
        }
    }

    private void putInts(long[] from, int at, int n, byte[] to, int row) {
        for (int i = 0; i < n; i++) {
            INTS.set(to, row + i << 2, (int) (from[at + i] - base));
        }
    }

    private void putLongs(long[] from, int at, int n, byte[] to, int row) {
        for (int i = 0; i < n; i++) {
            LONGS.set(to, row + i << 3, from[at + i] - base);
        }
    }

    /// A block with room for some rows. It grows, since most hours of most epochs have few flows.
    ///
    /// @param size rows that it has
    private byte[] block(int index, int size, int rows) {
        if (index >= blocks.length) {
            int old = blocks.length;
            blocks = Arrays.copyOf(blocks, Math.max(index + 1, old * 2));
            Arrays.fill(blocks, old, blocks.length, EMPTY);
        }
        byte[] block = blocks[index];
        int needed = rows << width;
        if (block.length < needed) {
            // Powers of two, of which the last is a whole block.
            int power = 1 << Integer.SIZE - Integer.numberOfLeadingZeros(needed - 1);
            int grown = Math.max(power, block.length * GROWTH);
            byte[] larger = index > 0 || grown >= BLOCK << width ? spareOrNew() : new byte[grown];
            System.arraycopy(block, 0, larger, 0, size << width);
            blocks[index] = larger;
            return larger;
        }
        return block;
    }

    private byte[] spareOrNew() {
        byte[] spare = SPARE.get(width).poll();
        return spare == null ? new byte[BLOCK << width] : spare;
    }

    private void widen(int wider, int size) {
        NarrowColumn old = new NarrowColumn(base, narrowest);
        old.width = width;
        old.same = same;
        old.blocks = blocks;
        width = wider;
        blocks = new byte[0][];
        long[] values = new long[Math.min(size, BLOCK)];
        for (int row = 0; row < size; row += BLOCK) {
            int n = Math.min(size - row, BLOCK);
            old.copy(row, n, values);
            put(row, values, 0, n);
        }
        old.release();
    }

    /// Whether all numbers are the same.
    boolean isSame() {
        return width == SAME;
    }

    long get(int row) {
        if (width == SAME) {
            return same;
        }
        byte[] block = blocks[row >>> BITS];
        int in = row & IN_BLOCK;
        return base
                + switch (width) {
                    case 0 -> block[in] & 0xFF;
                    case 1 -> (short) SHORTS.get(block, in << 1) & 0xFFFF;
                    case 2 -> (int) INTS.get(block, in << 2) & 0xFFFF_FFFFL;
                    default -> (long) LONGS.get(block, in << 3);
                };
    }

    /// Copies the numbers of rows that follow each other.
    void copy(int from, int n, long[] to) {
        if (width == SAME) {
            Arrays.fill(to, 0, n, same);
            return;
        }
        for (int i = 0; i < n; i++) {
            to[i] = get(from + i);
        }
    }

    /// Copies the numbers of rows in an order.
    void gather(RowOrder order, long[] to) {
        int first = order.first();
        int n = order.rows();
        if (order.most() <= BLOCK && (first & IN_BLOCK) == 0 && width != SAME) {
            gather(blocks[first >>> BITS], order, to);
            return;
        }
        for (int i = 0; i < n; i++) {
            to[i] = get(order.row(i));
        }
    }

    /// As the other, where all rows are in a block.
    private void gather(byte[] block, RowOrder order, long[] to) {
        int[] rows = order.numbers();
        int from = order.from();
        int n = order.rows();
        switch (width) {
            case 0 -> {
                for (int i = 0; i < n; i++) {
                    to[i] = base + (block[rows[from + i]] & 0xFF);
                }
            }
            case 1 -> {
                for (int i = 0; i < n; i++) {
                    int v = (short) SHORTS.get(block, rows[from + i] << 1);
                    to[i] = base + (v & 0xFFFF);
                }
            }
            case 2 -> {
                for (int i = 0; i < n; i++) {
                    int v = (int) INTS.get(block, rows[from + i] << 2);
                    to[i] = base + (v & 0xFFFF_FFFFL);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    to[i] = base + (long) LONGS.get(block, rows[from + i] << 3);
                }
            }
        }
    }

    /// Lets go of the numbers; others may use their blocks.
    void release() {
        for (byte[] block : blocks) {
            if (width != SAME && block.length == BLOCK << width) {
                SPARE.get(width).offer(block);
            }
        }
        blocks = new byte[0][];
        width = SAME;
    }

    /// Lets go of most blocks that wait to be used again.
    static void idle() {
        for (int width = 0; width <= WIDEST; width++) {
            Queue<byte[]> spare = SPARE.get(width);
            while (spare.size() > MAX_IDLE >> BITS + width) {
                spare.poll();
            }
        }
    }
}
