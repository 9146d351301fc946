package dev.rearview.engine.sort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bits of the keys of some rows in which any two of them differ, as chunks of 64 bits, the
/// most significant first. Rows in the order of their chunks are in the order of their keys.
final class KeyChunks {
    private final PackedRows packed;
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
    /// @param keys by which they are sorted, the most significant first
    KeyChunks(RowBlocks rows, PackedRows packed, SortKeys.Part[] keys, boolean reverse) {
        this.packed = packed;
        this.chunks = chunks(rows, packed.layout(), keys, reverse ? -1L : 0);
    }

    private static List<Slice[]> chunks(
            RowBlocks rows, RowLayout layout, SortKeys.Part[] keys, long flip) {
        List<Slice[]> out = new ArrayList<>();
        List<Slice> open = new ArrayList<>();
        int left = Long.SIZE;
        for (SortKeys.Part key : keys) {
            long differ = key.differ(rows.differ(key.word()));
            int bits = Long.SIZE - Long.numberOfLeadingZeros(differ);
            int low = differ == 0 ? 0 : Long.numberOfTrailingZeros(differ);
            int raise = layout.raise(key.word());
            while (bits > low) {
                int take = Math.min(bits - low, left);
                long mask = take == Long.SIZE ? -1L : (1L << take) - 1;
                int drop = bits - take + raise;
                open.add(new Slice(layout.place(key.word()), flip, drop, mask, left - take));
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

    /// Makes the first chunk of rows.
    ///
    /// @param from number of the first
    /// @param into gets the chunk of each row at its number
    void loadFirst(int from, int to, long[] into) {
        Arrays.fill(into, from, to, 0);
        // A block at a time, which fits the cache, and a slice after the other of that.
        for (int at = from, end; at < to; at = end) {
            end = Math.min(to, (at | PackedRows.BLOCK - 1) + 1);
            for (Slice s : chunks.getFirst()) {
                load(s, at, end, into);
            }
        }
    }

    /// Of rows of one block.
    private void load(Slice s, int from, int to, long[] into) {
        long[] block = packed.block(from);
        int width = packed.layout().width();
        int at = packed.at(from) + s.place;
        for (int i = from; i < to; i++) {
            into[i] |= s.of(block[at]);
            at += width;
        }
    }

    /// Makes a chunk of rows.
    ///
    /// @param rows numbers of rows, of which those at `from` to `to - 1` are meant
    /// @param into gets their chunks at the same places
    void load(int chunk, int[] rows, int from, int to, long[] into) {
        Arrays.fill(into, from, to, 0);
        for (Slice s : chunks.get(chunk)) {
            for (int i = from; i < to; i++) {
                into[i] |= s.of(packed.packed(rows[i], s.place));
            }
        }
    }
}
