package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Parallel;
import dev.rearview.engine.sort.RowPacker.Block;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Moves rows to others whose keys have the same highest bits, of those in which any of them
/// differ. Blocks whose rows have moved take others in, so that little more memory is needed.
final class RowParting {
    private static final int BITS = 8;
    private static final int PARTS = 1 << BITS;

    /// Rows of the first and second block of a part; further ones are as large as any.
    private static final int[] SIZES = {PackedRows.BLOCK >> 6, PackedRows.BLOCK >> 3};

    private final PackedRows packed;
    private final KeyChunks chunks;
    private final int width;

    /// Bits below those by which the rows are parted.
    private int shift;

    private RowParting(PackedRows packed, KeyChunks chunks) {
        this.packed = packed;
        this.chunks = chunks;
        this.width = packed.layout().width();
    }

    /// Parts of rows, each of which comes behind those before it, of at most so many rows unless
    /// all have the same first chunk. Rows keep their order; their former blocks are not to be used
    /// any more.
    static List<PackedRows> of(Parallel parallel, PackedRows packed, KeyChunks chunks, int most)
            throws IOException {
        List<PackedRows> out = new ArrayList<>();
        part(parallel, packed, chunks, most, out);
        return out;
    }

    private static void part(
            Parallel parallel, PackedRows rows, KeyChunks chunks, int most, List<PackedRows> out)
            throws IOException {
        if (rows.count() <= most) {
            out.add(rows);
            return;
        }
        List<PackedRows> parts = new RowParting(rows, chunks).parts(parallel);
        if (parts.size() == 1) {
            out.add(rows);
            return;
        }
        for (PackedRows part : parts) {
            part(parallel, part, chunks, most, out);
        }
    }

    private List<PackedRows> parts(Parallel parallel) throws IOException {
        List<Share> shares = shares(parallel.threads());
        parallel.forEach(shares, shares.size(), () -> Share::differ);
        long differ = 0;
        for (Share share : shares) {
            differ |= share.differ | share.first ^ shares.getFirst().first;
        }
        if (differ == 0) {
            return List.of(packed);
        }
        shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(differ) - BITS);
        parallel.forEach(shares, shares.size(), () -> Share::move);
        List<PackedRows> parts = new ArrayList<>();
        for (int which = 0; which < PARTS; which++) {
            List<Block> blocks = new ArrayList<>();
            for (Share share : shares) {
                blocks.addAll(share.full.get(which));
            }
            if (!blocks.isEmpty()) {
                parts.add(packed.of(blocks));
            }
        }
        return parts;
    }

    private List<Share> shares(int threads) {
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int from = (int) ((long) packed.blocks() * i / threads);
            int to = (int) ((long) packed.blocks() * (i + 1) / threads);
            if (from < to) {
                shares.add(new Share(from, to));
            }
        }
        return shares;
    }

    /// Blocks whose rows one thread moves.
    private final class Share {
        private final int from;
        private final int to;
        private final long[] chunk = new long[PackedRows.BLOCK];

        /// The chunk of the first row, and in which bits any others differ from it.
        private long first;

        private long differ;

        /// Blocks of each part.
        private final List<List<Block>> full = new ArrayList<>();

        /// The block of each part that is being filled: its words, where the next row goes, and
        /// where the last one ends.
        private final long[][] open = new long[PARTS][];

        private final int[] next = new int[PARTS];
        private final int[] end = new int[PARTS];

        /// The rows that an open block has room for.
        private final int[] rows = new int[PARTS];

        /// Blocks whose rows have moved.
        private final Deque<Slabs.Piece> free = new ArrayDeque<>();

        Share(int from, int to) {
            this.from = from;
            this.to = to;
        }

        void differ() {
            for (int block = from; block < to; block++) {
                chunks.loadFirst(packed, block, chunk, 0);
                first = block == from ? chunk[0] : first;
                for (int i = 0; i < packed.rows(block); i++) {
                    differ |= chunk[i] ^ first;
                }
            }
        }

        void move() {
            for (int i = 0; i < PARTS; i++) {
                full.add(new ArrayList<>());
            }
            for (int block = from; block < to; block++) {
                chunks.loadFirst(packed, block, chunk, 0);
                move(packed.words(block), packed.place(block), packed.rows(block));
                packed.free(block, free);
            }
            for (int which = 0; which < PARTS; which++) {
                fill(which);
            }
        }

        private void move(long[] words, int place, int count) {
            int row = place;
            for (int i = 0; i < count; i++) {
                int which = (int) (chunk[i] >>> shift) & PARTS - 1;
                if (next[which] == end[which]) {
                    fill(which);
                    open(which);
                }
                long[] into = open[which];
                int at = next[which];
                for (int w = 0; w < width; w++) {
                    into[at + w] = words[row + w];
                }
                next[which] = at + width;
                row += width;
            }
        }

        /// Takes the block of a part that is being filled, if there is one, as it is.
        private void fill(int which) {
            int count = rows[which] - (end[which] - next[which]) / width;
            if (count > 0) {
                int at = next[which] - count * width;
                full.get(which)
                        .add(new Block(packed.layout(), open[which], at, count, rows[which]));
            }
        }

        private void open(int which) {
            int before = full.get(which).size();
            rows[which] = before < SIZES.length ? SIZES[before] : PackedRows.BLOCK;
            Slabs.Piece piece =
                    rows[which] == PackedRows.BLOCK && !free.isEmpty()
                            ? free.remove()
                            : new Slabs.Piece(new long[rows[which] * width], 0);
            open[which] = piece.words();
            next[which] = piece.at();
            end[which] = piece.at() + rows[which] * width;
        }
    }
}
