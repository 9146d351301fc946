package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Parallel;
import dev.rearview.model.words.PairSort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Finds the order of rows by their keys, on all cores; equal rows keep theirs.
final class RowOrder {
    /// Fewer are sorted by one thread.
    private static final int MANY = 1 << 16;

    private static final int OCTETS = 256;
    private static final int TOP = Long.SIZE - 8;

    private final Context context;
    private final PackedRows packed;
    private final KeyChunks chunks;

    /// Pairs of the chunk of a row's key and its number.
    private final long[] keys;

    private final int[] rows;

    private RowOrder(Context context, PackedRows packed, KeyChunks chunks) {
        this.context = context;
        this.packed = packed;
        this.chunks = chunks;
        this.keys = new long[packed.count()];
        this.rows = new int[packed.count()];
    }

    /// Numbers of rows in order.
    ///
    /// @param keys words by which they are sorted, the most significant first
    static int[] of(Context context, PackedRows packed, int[] keys, boolean reverse)
            throws IOException {
        KeyChunks chunks = new KeyChunks(packed, keys, reverse);
        if (packed.count() < 2 || chunks.count() == 0) {
            return asTheyAre(packed);
        }
        RowOrder order = new RowOrder(context, packed, chunks);
        int threads = context.parallel().threads();
        if (packed.count() < MANY || threads == 1) {
            order.alone();
        } else {
            order.parted(threads);
        }
        return order.rows;
    }

    static int[] asTheyAre(PackedRows packed) {
        int[] rows = new int[packed.count()];
        number(packed, rows);
        return rows;
    }

    private static void number(PackedRows packed, int[] rows) {
        for (int block = 0; block < packed.blocks(); block++) {
            for (int i = 0; i < packed.rows(block); i++) {
                rows[packed.before(block) + i] = block << PackedRows.BITS | i;
            }
        }
    }

    private void alone() {
        number(packed, rows);
        for (int block = 0; block < packed.blocks(); block++) {
            chunks.loadFirst(block, keys, packed.before(block));
        }
        new Sorting().sort(0, rows.length, 0);
    }

    /// Blocks that one thread parts.
    ///
    /// @param counts how often it sees each octet, then where it puts the next of each
    private record Share(int from, int to, int[] counts) {}

    /// Pairs that one thread sorts.
    private record Part(int from, int to) {}

    /// Parts the pairs by the highest octet of their key; and then sorts each part.
    private void parted(int threads) throws IOException {
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int from = (int) ((long) packed.blocks() * i / threads);
            int to = (int) ((long) packed.blocks() * (i + 1) / threads);
            shares.add(new Share(from, to, new int[OCTETS]));
        }
        Parallel parallel = context.parallel();
        parallel.forEach(shares, threads, () -> this::count);
        int[] starts = places(shares);
        parallel.forEach(shares, threads, () -> this::part);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < OCTETS; i++) {
            if (starts[i + 1] - starts[i] > 1) {
                parts.add(new Part(starts[i], starts[i + 1]));
            }
        }
        // Large ones first, so that no thread is left alone with one.
        parts.sort(Comparator.comparingInt(p -> p.from - p.to));
        parallel.forEach(
                parts,
                threads,
                () -> {
                    Sorting sorting = new Sorting();
                    return part -> sorting.sort(part.from, part.to, 0);
                });
    }

    private void count(Share share) {
        long[] chunk = new long[PackedRows.BLOCK];
        for (int block = share.from; block < share.to; block++) {
            chunks.loadFirst(block, chunk, 0);
            for (int i = 0; i < packed.rows(block); i++) {
                share.counts[(int) (chunk[i] >>> TOP)]++;
            }
        }
    }

    /// Turns how often each thread has seen each octet into where it puts the first of each.
    ///
    /// @return where the part of each octet starts
    private static int[] places(List<Share> shares) {
        int[] starts = new int[OCTETS + 1];
        int sum = 0;
        for (int octet = 0; octet < OCTETS; octet++) {
            starts[octet] = sum;
            for (Share share : shares) {
                int count = share.counts[octet];
                share.counts[octet] = sum;
                sum += count;
            }
        }
        starts[OCTETS] = sum;
        return starts;
    }

    private void part(Share share) {
        long[] chunk = new long[PackedRows.BLOCK];
        for (int block = share.from; block < share.to; block++) {
            chunks.loadFirst(block, chunk, 0);
            int number = block << PackedRows.BITS;
            for (int i = 0; i < packed.rows(block); i++) {
                int at = share.counts[(int) (chunk[i] >>> TOP)]++;
                keys[at] = chunk[i];
                rows[at] = number | i;
            }
        }
    }

    /// Sorts pairs on one thread.
    private final class Sorting {
        private long[] otherKeys = {};
        private int[] otherRows = {};

        /// @param chunk of their keys by which the pairs are sorted first
        void sort(int from, int to, int chunk) {
            if (otherRows.length < to - from) {
                otherKeys = new long[to - from];
                otherRows = new int[to - from];
            }
            sort(new PairSort(keys, rows, otherKeys, otherRows, -from), from, to, chunk);
        }

        /// Sorts pairs whose key is a chunk, and those with the same by the next one.
        private void sort(PairSort pairs, int from, int to, int chunk) {
            pairs.sort(from, to);
            if (chunk + 1 == chunks.count()) {
                return;
            }
            int next = from;
            while (next < to) {
                int start = next;
                long key = keys[start];
                do {
                    next++;
                } while (next < to && keys[next] == key);
                if (next - start > 1) {
                    chunks.load(chunk + 1, rows, start, next, keys);
                    sort(pairs, start, next, chunk + 1);
                }
            }
        }
    }
}
