package dev.rearview.tools.nfdump;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Rows by the order of a value: some of the first ones, or all, which go to disk where there are
/// many. Rows with the same value come in the order of their words.
final class Ranking implements Closeable {
    /// Rows that are kept in memory without asking for room.
    private static final int MAX_KEPT = 10_000;

    private static final Comparator<long[]> FORWARD = Arrays::compareUnsigned;

    private final int words;
    private final int limit;
    private final PriorityQueue<long[]> kept = new PriorityQueue<>(FORWARD.reversed());
    private final @Nullable RowCombiner all;

    /// @param words of a row
    /// @param limit rows that are wanted, 0 for all
    /// @param room asked for if these are too many to be kept
    Ranking(int words, long limit, Supplier<Room> room) {
        this.words = words;
        boolean few = limit > 0 && limit <= MAX_KEPT;
        this.limit = few ? (int) limit : 0;
        this.all = few ? null : new RowCombiner(words + 1, List.of(), room.get());
    }

    /// @param rank what is compared first, unsigned
    void add(long rank, long[] row) throws IOException {
        long[] ranked = new long[words + 1];
        ranked[0] = rank;
        System.arraycopy(row, 0, ranked, 1, words);
        if (all != null) {
            all.add(ranked);
        } else if (kept.size() < limit) {
            kept.add(ranked);
        } else if (FORWARD.compare(ranked, kept.element()) < 0) {
            kept.remove();
            kept.add(ranked);
        }
    }

    /// Takes rows.
    interface Taker {
        /// @return whether more are wanted
        boolean take(long[] row) throws IOException;
    }

    /// Hands out the rows in order; to be called once.
    void forEach(Taker out) throws IOException {
        long[] row = new long[words];
        if (all == null) {
            List<long[]> sorted = new ArrayList<>(kept);
            sorted.sort(FORWARD);
            for (long[] ranked : sorted) {
                System.arraycopy(ranked, 1, row, 0, words);
                if (!out.take(row)) {
                    return;
                }
            }
            return;
        }
        RowSource sorted = all.sorted();
        long[] ranked = new long[words + 1];
        while (sorted.next(ranked)) {
            System.arraycopy(ranked, 1, row, 0, words);
            if (!out.take(row)) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (all != null) {
            all.close();
        }
    }
}
