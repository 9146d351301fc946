package dev.rearview.engine.sort;

import dev.rearview.model.RecordWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows of words, in blocks of 4096: growing copies nothing, and a word that is the same in all
/// rows of a block is kept once. Flows of one family thus take half the memory of any.
final class RowBlocks {
    private static final int BITS = 12;
    private static final int BLOCK = 1 << BITS;

    private final int stride;
    private final long[] open;
    private final List<Block> blocks = new ArrayList<>();
    private int rows;
    private long octets;

    /// @param first the words of its first row
    /// @param places where in the rows each word is, -1 where it is that of the first row
    private record Block(long[] first, int[] places, int width, long[] words) {
        long word(int row, int word) {
            int place = places[word];
            return place < 0 ? first[word] : words[row * width + place];
        }
    }

    /// @param stride words of a row
    RowBlocks(int stride) {
        this.stride = stride;
        this.open = new long[BLOCK * stride];
    }

    int rows() {
        return rows;
    }

    /// Memory of the rows, less the last thousands.
    long octets() {
        return octets;
    }

    /// Where the next row is to be put, from [#nextAt] on; [#added] then takes it.
    long[] next() {
        return open;
    }

    int nextAt() {
        return (rows & BLOCK - 1) * stride;
    }

    void added() {
        rows++;
        if ((rows & BLOCK - 1) == 0) {
            blocks.add(block());
        }
    }

    private Block block() {
        int[] places = RecordWords.varying(open, stride, BLOCK);
        int width = 0;
        for (int place : places) {
            width = Math.max(width, place + 1);
        }
        long[] words = new long[BLOCK * width];
        for (int w = 0; w < stride; w++) {
            int place = places[w];
            if (place >= 0) {
                for (int row = 0; row < BLOCK; row++) {
                    words[row * width + place] = open[row * stride + w];
                }
            }
        }
        octets += words.length * 8L;
        return new Block(Arrays.copyOf(open, stride), places, width, words);
    }

    long word(int row, int word) {
        int block = row >>> BITS;
        int in = row & BLOCK - 1;
        return block < blocks.size() ? blocks.get(block).word(in, word) : open[in * stride + word];
    }

    /// Copies a row.
    void get(int row, long[] into) {
        int block = row >>> BITS;
        int in = row & BLOCK - 1;
        if (block >= blocks.size()) {
            System.arraycopy(open, in * stride, into, 0, stride);
            return;
        }
        Block b = blocks.get(block);
        int base = in * b.width;
        for (int w = 0; w < stride; w++) {
            int place = b.places[w];
            into[w] = place < 0 ? b.first[w] : b.words[base + place];
        }
    }

    void clear() {
        blocks.clear();
        rows = 0;
        octets = 0;
    }
}
