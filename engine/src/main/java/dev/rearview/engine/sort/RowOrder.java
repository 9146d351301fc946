package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Parallel;
import dev.rearview.engine.sort.RowPacker.Block;
import dev.rearview.model.words.PairSort;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sorts rows by their keys, on all cores; equal rows keep their order. Many rows are moved first,
/// to where those with the same highest bits of their keys are: what is sorted and gathered then
/// lies close together.
final class RowOrder {
    /// Fewer are sorted where they are.
    private static final int MANY = 1 << 16;

    /// More are left where they are, once their order is known.
    private static final int NEAR = 1 << 18;

    /// The number of a row that is left out.
    private static final int NONE = -1;

    /// Parts for each thread, so that none is left alone with one for long.
    private static final int PARTS = 4;

    private final KeyChunks chunks;
    private final boolean distinct;

    /// Memory of blocks that others have left.
    private final Deque<Slabs.Piece> free = new ArrayDeque<>();

    /// Pairs of the chunk of a row's key and its number, and scratch for them.
    private long[] keys = {};

    private int[] rows = {};
    private long[] otherKeys = {};
    private int[] otherRows = {};

    private RowOrder(KeyChunks chunks, boolean distinct) {
        this.chunks = chunks;
        this.distinct = distinct;
    }

    /// Sorted rows.
    ///
    /// @param order their numbers in order; null where they are in order themselves
    record Part(PackedRows rows, int @Nullable [] order) {
        void copy(SortedRun to) throws IOException {
            int[] numbers = order;
            if (numbers == null) {
                numbers = new int[rows.count()];
                number(rows, numbers);
            }
            for (int row : numbers) {
                rows.copy(row, to);
            }
        }
    }

    /// Parts of the rows, each of which comes behind those before it; the rows are not where they
    /// were.
    ///
    /// @param distinct whether of rows with equal keys only the first is kept
    static List<Part> of(Context context, PackedRows packed, KeyChunks chunks, boolean distinct)
            throws IOException {
        if (packed.count() < 2) {
            return asTheyAre(packed);
        }
        if (chunks.count() == 0) {
            return distinct ? List.of(new Part(packed, new int[] {0})) : asTheyAre(packed);
        }
        if (packed.count() < MANY) {
            return List.of(new RowOrder(chunks, distinct).sorted(packed));
        }
        Parallel parallel = context.parallel();
        int most = Math.min(NEAR, packed.count() / (PARTS * parallel.threads()));
        List<PackedRows> parts = RowParting.of(parallel, packed, chunks, most);
        Part[] sorted = new Part[parts.size()];
        List<Integer> largeFirst = new ArrayList<>();
        for (int i = 0; i < sorted.length; i++) {
            largeFirst.add(i);
        }
        largeFirst.sort(Comparator.comparingInt(i -> -parts.get(i).count()));
        parallel.forEach(
                largeFirst,
                parallel.threads(),
                () -> {
                    RowOrder order = new RowOrder(chunks, distinct);
                    return i -> {
                        context.check();
                        sorted[i] = order.sorted(parts.get(i));
                    };
                });
        return List.of(sorted);
    }

    static List<Part> asTheyAre(PackedRows packed) {
        return List.of(new Part(packed, null));
    }

    private static void number(PackedRows packed, int[] rows) {
        for (int block = 0; block < packed.blocks(); block++) {
            for (int i = 0; i < packed.rows(block); i++) {
                rows[packed.before(block) + i] = block << PackedRows.BITS | i;
            }
        }
    }

    private Part sorted(PackedRows packed) {
        int n = packed.count();
        if (keys.length < n) {
            keys = new long[n];
            rows = new int[n];
            otherKeys = new long[n];
            otherRows = new int[n];
        }
        number(packed, rows);
        for (int block = 0; block < packed.blocks(); block++) {
            chunks.loadFirst(packed, block, keys, packed.before(block));
        }
        sort(new PairSort(keys, rows, otherKeys, otherRows, 0), packed, 0, n, 0);
        n = distinct ? first(n) : n;
        return n > NEAR
                ? new Part(packed, Arrays.copyOf(rows, n))
                : new Part(gathered(packed, n), null);
    }

    /// Sorts pairs whose key is a chunk, and those with the same by the next one.
    private void sort(PairSort pairs, PackedRows packed, int from, int to, int chunk) {
        pairs.sort(from, to);
        boolean isLast = chunk + 1 == chunks.count();
        if (isLast && !distinct) {
            return;
        }
        int next = from;
        while (next < to) {
            int start = next;
            long key = keys[start];
            do {
                next++;
            } while (next < to && keys[next] == key);
            if (next - start == 1) {
                continue;
            }
            if (isLast) {
                Arrays.fill(rows, start + 1, next, NONE);
            } else {
                chunks.load(packed, chunk + 1, rows, start, next, keys);
                sort(pairs, packed, start, next, chunk + 1);
            }
        }
    }

    /// Closes the gaps that equal rows have left.
    ///
    /// @return how many rows are left of `n`
    private int first(int n) {
        int left = 0;
        for (int i = 0; i < n; i++) {
            if (rows[i] != NONE) {
                rows[left++] = rows[i];
            }
        }
        return left;
    }

    private PackedRows gathered(PackedRows packed, int n) {
        RowLayout layout = packed.layout();
        List<Block> blocks = new ArrayList<>();
        for (int from = 0; from < n; from += PackedRows.BLOCK) {
            int count = Math.min(n - from, PackedRows.BLOCK);
            boolean isNew = free.isEmpty();
            Slabs.Piece piece =
                    isNew ? new Slabs.Piece(new long[count * layout.width()], 0) : free.remove();
            packed.gather(rows, from, count, piece);
            int room = isNew ? count : PackedRows.BLOCK;
            blocks.add(new Block(layout, piece.words(), piece.at(), count, room));
        }
        for (int block = 0; block < packed.blocks(); block++) {
            packed.free(block, free);
        }
        return packed.of(blocks);
    }
}
