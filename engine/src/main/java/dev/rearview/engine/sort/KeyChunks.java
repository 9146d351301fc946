package dev.rearview.engine.sort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bits of the keys of some rows in which any two of them differ, as chunks of 64 bits, the
/// most significant first. Rows in the order of their chunks are in the order of their keys.
final class KeyChunks {
    private final List<Slice[]> chunks;

    /// Bits of a packed word in a chunk.
    ///
    /// @param place which of the packed words
    /// @param flip ones where the order is the reverse
    /// @param drop bits below them in that
    /// @param mask of as many bits as they are
    /// @param raise bits below them in the chunk
    private record Slice(int place, long flip, int drop, long mask, int raise) {
        long of(long word) {
            return ((word ^ flip) >>> drop & mask) << raise;
        }
    }

    /// @param packed all of the rows
    /// @param keys words by which they are sorted, the most significant first
    KeyChunks(PackedRows packed, int[] keys, boolean reverse) {
        this.chunks = chunks(packed, keys, reverse ? -1L : 0);
    }

    private static List<Slice[]> chunks(PackedRows rows, int[] keys, long flip) {
        RowLayout layout = rows.layout();
        List<Slice[]> out = new ArrayList<>();
        List<Slice> open = new ArrayList<>();
        int left = Long.SIZE;
        for (int key : keys) {
            long differ = rows.differ(key);
            int bits = Long.SIZE - Long.numberOfLeadingZeros(differ);
            int low = differ == 0 ? 0 : Long.numberOfTrailingZeros(differ);
            int raise = layout.raise(key);
            while (bits > low) {
                int take = Math.min(bits - low, left);
                long mask = take == Long.SIZE ? -1L : (1L << take) - 1;
                int drop = bits - take + raise;
                open.add(new Slice(layout.place(key), flip, drop, mask, left - take));
                bits -= take;
                left -= take;
                if (left == 0) {
                    out.add(open.toArray(new Slice[0]));
                    open.clear();
                    left = Long.SIZE;
                }
            }
        }
        if (!open.isEmpty()) {
            out.add(open.toArray(new Slice[0]));
        }
        return out;
    }

    int count() {
        return chunks.size();
    }

    /// Makes the first chunk of the rows of a block.
    ///
    /// @param packed some of the rows, as in what follows
    /// @param into gets them from `at` on
    void loadFirst(PackedRows packed, int block, long[] into, int at) {
        int rows = packed.rows(block);
        Arrays.fill(into, at, at + rows, 0);
        for (Slice s : chunks.getFirst()) {
            load(s, packed, block, into, at);
        }
    }

    private static void load(Slice s, PackedRows packed, int block, long[] into, int at) {
        long[] words = packed.words(block);
        int width = packed.layout().width();
        int end = at + packed.rows(block);
        int from = packed.place(block) + s.place;
        for (int i = at; i < end; i++) {
            into[i] |= s.of(words[from]);
            from += width;
        }
    }

    /// Makes a chunk of rows.
    ///
    /// @param rows numbers of rows, of which those at `from` to `to - 1` are meant
    /// @param into gets their chunks at the same places
    void load(PackedRows packed, int chunk, int[] rows, int from, int to, long[] into) {
        Arrays.fill(into, from, to, 0);
        for (Slice s : chunks.get(chunk)) {
            for (int i = from; i < to; i++) {
                into[i] |= s.of(packed.packed(rows[i], s.place));
            }
        }
    }
}
