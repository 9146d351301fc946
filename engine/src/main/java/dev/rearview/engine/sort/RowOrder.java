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
    private final KeyChunks chunks;
    private final int[] rows;
    private final long[] keys;
    private final PairSort pairs;

    /// A part of the pairs that one thread works on.
    private record Range(int from, int to) {}

    private RowOrder(Context context, KeyChunks chunks, int[] rows, PairBuffers buffers) {
        this.context = context;
        this.chunks = chunks;
        this.rows = rows;
        this.keys = buffers.keys;
        this.pairs = new PairSort(keys, rows, buffers.otherKeys, buffers.otherRows);
    }

    private record PairBuffers(long[] keys, long[] otherKeys, int[] otherRows) {
        static PairBuffers of(int n) {
            return new PairBuffers(new long[n], new long[n], new int[n]);
        }
    }

    /// Numbers of rows in order.
    ///
    /// @param keys by which they are sorted, the most significant first
    static int[] of(
            Context context, RowBlocks of, PackedRows packed, SortKeys.Part[] keys, boolean reverse)
            throws IOException {
        int n = of.packedRows();
        int[] rows = asTheyAre(n);
        if (n < 2) {
            return rows;
        }
        KeyChunks chunks = new KeyChunks(of, packed, keys, reverse);
        if (chunks.count() == 0) {
            return rows;
        }
        PairBuffers buffers = PairBuffers.of(n);
        RowOrder order = new RowOrder(context, chunks, rows, buffers);
        int threads = context.parallel().threads();
        if (n < MANY || threads == 1) {
            chunks.loadFirst(0, n, buffers.keys);
            order.sort(0, n, 0);
            return rows;
        }
        return order.parted(buffers, threads);
    }

    static int[] asTheyAre(int n) {
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) {
            rows[i] = i;
        }
        return rows;
    }

    /// Parts the pairs by the highest octet of their key, which sorts them but for that; and then
    /// each part.
    private int[] parted(PairBuffers buffers, int threads) throws IOException {
        int n = rows.length;
        List<Range> shares = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            shares.add(
                    new Range(
                            (int) ((long) n * i / threads), (int) ((long) n * (i + 1) / threads)));
        }
        int[][] counts = new int[threads][OCTETS];
        Parallel parallel = context.parallel();
        parallel.forEach(
                shares,
                threads,
                () ->
                        share -> {
                            chunks.loadFirst(share.from, share.to, keys);
                            pairs.count(share.from, share.to, TOP, counts[shares.indexOf(share)]);
                        });
        int[] starts = places(counts);
        parallel.forEach(
                shares,
                threads,
                () ->
                        share ->
                                pairs.move(
                                        share.from, share.to, TOP, counts[shares.indexOf(share)]));
        List<Range> parts = new ArrayList<>();
        for (int i = 0; i < OCTETS; i++) {
            if (starts[i + 1] - starts[i] > 1) {
                parts.add(new Range(starts[i], starts[i + 1]));
            }
        }
        // Large ones first, so that no thread is left alone with one.
        parts.sort(Comparator.comparingInt(p -> p.from - p.to));
        RowOrder turned =
                new RowOrder(
                        context,
                        chunks,
                        buffers.otherRows,
                        new PairBuffers(buffers.otherKeys, buffers.keys, rows));
        parallel.forEach(parts, threads, () -> part -> turned.sort(part.from, part.to, 0));
        return turned.rows;
    }

    /// Turns how often each thread has seen each octet into where it puts the first of each.
    ///
    /// @return where the part of each octet starts
    private static int[] places(int[][] counts) {
        int[] starts = new int[OCTETS + 1];
        int sum = 0;
        for (int octet = 0; octet < OCTETS; octet++) {
            starts[octet] = sum;
            for (int[] ofThread : counts) {
                int count = ofThread[octet];
                ofThread[octet] = sum;
                sum += count;
            }
        }
        starts[OCTETS] = sum;
        return starts;
    }

    /// Sorts pairs whose key is a chunk, and those with the same by the next one.
    private void sort(int from, int to, int chunk) {
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
                sort(start, next, chunk + 1);
            }
        }
    }
}
