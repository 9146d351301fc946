package dev.rearview.engine.sort;

import dev.rearview.engine.sort.RowBlocks.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bits of the keys of some rows in which any two of them differ, as chunks of 64 bits, the
/// most significant first. Rows in the order of their chunks are in the order of their keys.
final class KeyChunks {
    private final Block[] blocks;
    private final long flip;
    private final List<Slice[]> chunks;

    /// Bits of a word in a chunk.
    ///
    /// @param drop bits below them in the word
    /// @param mask of as many bits as they are
    /// @param raise bits below them in the chunk
    private record Slice(int word, int drop, long mask, int raise) {}

    /// @param blocks of the rows
    /// @param words of a row by which it is sorted, the most significant first
    KeyChunks(RowBlocks rows, Block[] blocks, int[] words, boolean reverse) {
        this.blocks = blocks;
        this.flip = reverse ? -1L : 0;
        this.chunks = chunks(rows, words);
    }

    private static List<Slice[]> chunks(RowBlocks rows, int[] words) {
        List<Slice[]> out = new ArrayList<>();
        List<Slice> open = new ArrayList<>();
        int left = Long.SIZE;
        for (int word : words) {
            long differ = rows.differ(word);
            int bits = Long.SIZE - Long.numberOfLeadingZeros(differ);
            int low = differ == 0 ? 0 : Long.numberOfTrailingZeros(differ);
            while (bits > low) {
                int take = Math.min(bits - low, left);
                long mask = take == Long.SIZE ? -1L : (1L << take) - 1;
                open.add(new Slice(word, bits - take, mask, left - take));
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

    /// Makes a chunk of rows.
    ///
    /// @param rows numbers of rows, of which those at `from` to `to - 1` are meant
    /// @param into gets their chunks at the same places
    void load(int chunk, int[] rows, int from, int to, long[] into) {
        Slice[] slices = chunks.get(chunk);
        // A block at a time, which fits the cache, and a slice after the other of that.
        for (int at = from; at < to; at += RowBlocks.BLOCK) {
            int end = Math.min(to, at + RowBlocks.BLOCK);
            Arrays.fill(into, at, end, 0);
            for (Slice s : slices) {
                load(s, rows, at, end, into);
            }
        }
    }

    private void load(Slice s, int[] rows, int from, int to, long[] into) {
        int word = s.word;
        int drop = s.drop;
        long mask = s.mask;
        int raise = s.raise;
        for (int i = from; i < to; i++) {
            int row = rows[i];
            long value = blocks[row >>> RowBlocks.BITS].word(row & RowBlocks.BLOCK - 1, word);
            into[i] |= ((value ^ flip) >>> drop & mask) << raise;
        }
    }
}
