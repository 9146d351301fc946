package dev.rearview.engine.group;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A set of numbers of at most 24 bits, of which those that agree in all but the lowest 16 lie
/// together: in a table, and in a bitmap once that is no larger. A number takes some two to five
/// octets, or less where many lie close. One thread uses it at a time.
final class NumberSet {
    /// The most bits that a number has.
    static final int MOST_BITS = 24;

    /// Octets of an array besides its elements, rounded up.
    private static final int HEADER = 20;

    private static final int LOW_BITS = 16;
    private static final int FIRST_SLOTS = 8;

    /// 2^32 divided by the golden ratio, which spreads neighbours.
    private static final int GOLDEN = 0x9E37_79B1;

    private final int bitmapWords;

    /// For each value of the upper bits null, a table or a bitmap. A table is a power of two of
    /// slots, which hold the lowest bits where their hash says, or 0 where there is none; and
    /// behind them how many are taken.
    private final @Nullable Object[] parts;

    /// For each value of the upper bits whether it is there with no lower bit set.
    private final long[] zeros;

    private int size;
    private long bytes;

    /// @param bits of the numbers
    NumberSet(int bits) {
        if (bits < 0 || bits > MOST_BITS) {
            throw new IllegalArgumentException("bits: " + bits);
        }
        int count = 1 << Math.max(0, bits - LOW_BITS);
        parts = new Object[count];
        zeros = new long[(count + Long.SIZE - 1) / Long.SIZE];
        bitmapWords = Math.max(1, 1 << Math.min(bits, LOW_BITS) >> 6);
        bytes = 4 * HEADER + count * 4L + zeros.length * 8L;
    }

    int size() {
        return size;
    }

    /// Octets in memory.
    long bytes() {
        return bytes;
    }

    /// Whether a number is where it would be looked for first. Loads what [#add] needs and does not
    /// branch on it, so that many are loaded from memory at the same time.
    boolean isFirst(int number) {
        Object part = parts[number >>> LOW_BITS];
        if (part instanceof char[] table) {
            int low = number & 0xFFFF;
            return low != 0 && table[slot(low, table.length - 2)] == low;
        }
        return part instanceof long[] bitmap
                && (bitmap[(number & 0xFFFF) >>> 6] >>> number & 1) != 0;
    }

    /// Adds a number, which may be there.
    void add(int number) {
        int at = number >>> LOW_BITS;
        int low = number & 0xFFFF;
        Object part = parts[at];
        if (part instanceof long[] bitmap) {
            size += set(bitmap, low);
        } else if (low == 0) {
            size += set(zeros, at);
        } else if (part instanceof char[] table) {
            addToTable(at, table, low);
        } else {
            addToTable(at, table(at, FIRST_SLOTS), low);
        }
    }

    /// Sets a bit.
    ///
    /// @return 0 if it is set, otherwise 1
    private static int set(long[] bits, int bit) {
        long word = bits[bit >>> 6];
        bits[bit >>> 6] = word | 1L << bit;
        return (int) (~word >>> bit & 1);
    }

    private void addToTable(int at, char[] table, int low) {
        if (!put(table, low)) {
            return;
        }
        size++;
        int slots = table.length - 1;
        if (++table[slots] > slots / 3 * 2) {
            grow(at, table);
        }
    }

    /// Puts into a table what is not there yet.
    private static boolean put(char[] table, int low) {
        int mask = table.length - 2;
        int slot = slot(low, mask);
        while (table[slot] != 0) {
            if (table[slot] == low) {
                return false;
            }
            slot = slot + 1 & mask;
        }
        table[slot] = (char) low;
        return true;
    }

    private static int slot(int low, int mask) {
        return low * GOLDEN >>> LOW_BITS & mask;
    }

    private char[] table(int at, int slots) {
        char[] made = new char[slots + 1];
        parts[at] = made;
        bytes += HEADER + made.length * 2L;
        return made;
    }

    private void grow(int at, char[] old) {
        int slots = old.length - 1;
        bytes -= HEADER + old.length * 2L;
        if (slots * 4L < bitmapWords * 8L) {
            char[] made = table(at, slots * 2);
            for (int i = 0; i < slots; i++) {
                if (old[i] != 0) {
                    put(made, old[i]);
                }
            }
            made[slots * 2] = old[slots];
            return;
        }
        long[] bitmap = new long[bitmapWords];
        parts[at] = bitmap;
        bytes += HEADER + bitmapWords * 8L;
        for (int i = 0; i < slots; i++) {
            if (old[i] != 0) {
                set(bitmap, old[i]);
            }
        }
        bitmap[0] |= zeros[at >>> 6] >>> at & 1;
    }

    /// Takes numbers.
    @FunctionalInterface
    interface Taker {
        void take(int number) throws IOException;
    }

    /// Hands out the numbers in any order.
    void forEach(Taker out) throws IOException {
        for (int at = 0; at < parts.length; at++) {
            int base = at << LOW_BITS;
            Object part = parts[at];
            if (part instanceof long[] bitmap) {
                forEach(bitmap, base, out);
                continue;
            }
            if ((zeros[at >>> 6] >>> at & 1) != 0) {
                out.take(base);
            }
            if (part instanceof char[] table) {
                for (int i = 0; i < table.length - 1; i++) {
                    if (table[i] != 0) {
                        out.take(base | table[i]);
                    }
                }
            }
        }
    }

    private static void forEach(long[] bitmap, int base, Taker out) throws IOException {
        for (int w = 0; w < bitmap.length; w++) {
            for (long left = bitmap[w]; left != 0; left &= left - 1) {
                out.take(base | w << 6 | Long.numberOfTrailingZeros(left));
            }
        }
    }
}
