package dev.rearview.store.parquet;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.words.RadixSort;
import java.util.Arrays;

/// Finds the distinct values of up to 65,536 rows, sorted, and each row's code, with memory that is
/// used again.
///
/// Few values are found by hashing: each row remembers where its own is, so that its code costs one
/// more look. Where they are many, and the table would not stay in a processor's cache, all rows
/// are sorted by value.
final class Numbering {
    /// The most values that are hashed: of these the table takes 160 KiB.
    private static final int MOST_HASHED = 1 << 12;

    private static final int MAX_SLOTS = MOST_HASHED * 4;
    private static final int MIN_SLOTS = 1 << 10;
    private static final long HASH = 0x9E37_79B9_7F4A_7C15L;

    /// The slot of the value 0: in all others that says that there is none.
    private static final int ZERO = MAX_SLOTS;

    /// Bits of the hashes that tell whether values are many: of twice as many hashes as rows.
    private static final int HASH_BITS = 17;

    /// Bits of the number of a row, and of that of a slot.
    private static final int ROW_BITS = 16;

    /// The values found, ascending; scratch before.
    final long[] sorted = new long[FlowBatch.MAX_ROWS];

    /// Each row's code: where its value stands in [#sorted].
    final int[] codes = new int[FlowBatch.MAX_ROWS];

    private final long[] keys = new long[MAX_SLOTS + 1];
    private final int[] ranks = new int[MAX_SLOTS + 1];
    private final int[] used = new int[MOST_HASHED];
    private final long[] scratch = new long[FlowBatch.MAX_ROWS];

    private final long[] hashes = new long[1 << HASH_BITS - 6];

    /// Slots of the hash table, so that few rows take little of it.
    private int slots = MAX_SLOTS;

    /// Finds the distinct values and each row's code.
    ///
    /// @param rows at least one
    /// @param isSigned whether values compare as signed numbers
    /// @return how many there are, -1 if they are more than `most`
    int find(long[] values, int rows, int most, boolean isSigned) {
        if (isAscending(values, rows, isSigned)) {
            return number(values, rows, most);
        }
        long flip = isSigned ? Long.MIN_VALUE : 0;
        int n = hash(values, rows, Math.min(most, MOST_HASHED));
        if (n >= 0) {
            sortUsed(n, flip);
            codes(rows, n);
            return n;
        }
        if (most <= MOST_HASHED || most < rows && areClearlyMore(values, rows, most)) {
            return -1;
        }
        return sort(values, rows, most, flip);
    }

    /// Whether values have more hashes of a few bits than there may be values: then all need not be
    /// sorted to find that out.
    private boolean areClearlyMore(long[] values, int rows, int most) {
        Arrays.fill(hashes, 0);
        for (int i = 0; i < rows; i++) {
            int hash = (int) (values[i] * HASH >>> Long.SIZE - HASH_BITS);
            hashes[hash >>> 6] |= 1L << hash;
        }
        int n = 0;
        for (long word : hashes) {
            n += Long.bitCount(word);
        }
        return n > most;
    }

    /// Whether no value is less than the one before.
    static boolean isAscending(long[] values, int rows, boolean isSigned) {
        return (isSigned || values[0] >= 0) && RadixSort.isAscending(values, rows);
    }

    /// As [#find], of values that ascend.
    private int number(long[] values, int rows, int most) {
        int n = 1;
        sorted[0] = values[0];
        codes[0] = 0;
        for (int i = 1; i < rows; i++) {
            if (values[i] != values[i - 1]) {
                if (n == most) {
                    return -1;
                }
                sorted[n++] = values[i];
            }
            codes[i] = n - 1;
        }
        return n;
    }

    /// As [#find]: sorts all rows by value.
    ///
    /// @param flip turns signed numbers into unsigned ones of the same order, and back
    private int sort(long[] values, int rows, int most, long flip) {
        RadixSort.Range range = RadixSort.Range.of(values, rows, flip ^ Long.MIN_VALUE);
        if (range.bits() > Long.SIZE - ROW_BITS) {
            return sortWide(values, rows, most, flip);
        }
        long least = range.least();
        long[] words = RadixSort.rows(values, rows, range, ROW_BITS, sorted, scratch);
        int n = 0;
        long before = -1;
        for (int i = 0; i < rows; i++) {
            long word = words[i];
            long v = word >>> ROW_BITS;
            if (v != before) {
                if (n == most) {
                    return -1;
                }
                before = v;
                // No more than were read.
                sorted[n++] = v + least;
            }
            codes[(int) word & (1 << ROW_BITS) - 1] = n - 1;
        }
        return n;
    }

    /// As the other, of values that leave no room for the number of a row.
    private int sortWide(long[] values, int rows, int most, long flip) {
        int[] order = RadixSort.order((row, word) -> values[row] ^ flip, 1, rows);
        int n = 0;
        for (int i = 0; i < rows; i++) {
            long v = values[order[i]];
            if (n == 0 || v != sorted[n - 1]) {
                if (n == most) {
                    return -1;
                }
                sorted[n++] = v;
            }
            codes[order[i]] = n - 1;
        }
        return n;
    }

    /// Finds the distinct values, in the order they come, and notes each row's slot.
    ///
    /// @param most [#MOST_HASHED] at most
    /// @return how many there are, -1 if they are more than `most`
    private int hash(long[] values, int rows, int most) {
        int wanted = Integer.highestOneBit(Math.max(1, rows - 1)) * 4;
        slots = Math.clamp(wanted, MIN_SLOTS, MAX_SLOTS);
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
            codes[i] = slot;
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

    /// Sorts the values that were hashed and gives each slot its rank.
    private void sortUsed(int n, long flip) {
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

    /// Puts codes in the place of the slots of values that were hashed, and empties the table.
    private void codes(int rows, int n) {
        for (int i = 0; i < rows; i++) {
            codes[i] = ranks[codes[i]];
        }
        clear(n);
    }
}
