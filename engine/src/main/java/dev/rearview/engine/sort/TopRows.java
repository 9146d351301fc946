package dev.rearview.engine.sort;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.filter.NumberFilter;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import dev.rearview.model.words.WordRows;
import dev.rearview.store.parquet.RowGroupStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/// The first flows of what [FlowSorter] would give, without sorting the others. Equal flows keep
/// their order.
public final class TopRows {
    /// Takes the sorted flows.
    @FunctionalInterface
    public interface RecordConsumer {
        void accept(FlowRecord record) throws IOException;
    }

    private final List<Evaluator> keys;
    private final Optional<Field> first;
    private final int keyWords;
    private final boolean reverse;
    private final int limit;
    private final PriorityQueue<long[]> kept;
    private final FlowRecord record = new FlowRecord();
    private long sequence;

    /// @param reverse descending order
    /// @param limit how many flows are wanted, above 0
    public TopRows(List<Evaluator> keys, boolean reverse, int limit) {
        this.keys = List.copyOf(keys);
        this.first = keys.getFirst().stored().filter(f -> !f.isAddress() && !f.isSigned());
        this.keyWords = keys.stream().mapToInt(Evaluator::words).sum();
        this.reverse = reverse;
        this.limit = limit;
        this.kept = new PriorityQueue<>((a, b) -> compare(b, a));
    }

    /// Order of two rows: keys, then arrival.
    private int compare(long[] a, long[] b) {
        int c = WordRows.compare(a, 0, b, 0, keyWords);
        return c != 0 ? (reverse ? -c : c) : Long.compare(a[keyWords], b[keyWords]);
    }

    /// Whether any flow of a row group may be among the first, after those added so far.
    public boolean mayMatter(RowGroupStats stats) {
        if (first.isEmpty() || kept.size() < limit) {
            return true;
        }
        long worst = kept.element()[0];
        return reverse
                ? Long.compareUnsigned(stats.max(first.get()), worst) >= 0
                : Long.compareUnsigned(stats.min(first.get()), worst) <= 0;
    }

    public void add(FlowBatch batch, Selection rows) {
        int n = rows.count();
        if (first.isPresent()) {
            // What is behind the last one kept by its first key alone cannot come in; nor what is
            // behind as many others of the same batch.
            if (kept.size() == limit) {
                retain(first.get(), kept.element()[0], batch, rows);
            }
            if (rows.count() > limit) {
                retain(first.get(), last(batch.values(first.get()), rows), batch, rows);
            }
        }
        if (!rows.isEmpty()) {
            offer(batch, rows);
        }
        sequence += n;
    }

    private void retain(Field field, long worst, FlowBatch batch, Selection rows) {
        NumberFilter.retain(field, reverse ? worst : 0, reverse ? -1L : worst, batch, rows);
    }

    /// The value of the last of the first `limit` rows by one column.
    private long last(long[] values, Selection rows) {
        long flip = reverse ? Long.MIN_VALUE : Long.MAX_VALUE;
        PriorityQueue<Long> best = new PriorityQueue<>();
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            // The larger, the nearer to the front, as a signed number.
            long rank = values[i] ^ flip;
            if (best.size() < limit) {
                best.add(rank);
            } else if (rank > best.element()) {
                best.remove();
                best.add(rank);
            }
        }
        return best.element() ^ flip;
    }

    private void offer(FlowBatch batch, Selection rows) {
        FlowBatch candidates = FlowBatch.allocate(rows.count());
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            candidates.add(record);
        }
        long[][] columns = new long[keyWords][candidates.size()];
        int at = 0;
        for (Evaluator key : keys) {
            key.evaluate(candidates, columns, at);
            at += key.words();
        }
        for (int i = 0; i < candidates.size(); i++) {
            long[] row = new long[keyWords + 1 + RecordWords.COUNT];
            for (int k = 0; k < keyWords; k++) {
                row[k] = columns[k][i];
            }
            row[keyWords] = sequence + i;
            if (kept.size() == limit) {
                if (compare(row, kept.element()) > 0) {
                    continue;
                }
                kept.remove();
            }
            candidates.get(i, record);
            RecordWords.pack(record, row, keyWords + 1);
            kept.add(row);
        }
    }

    /// Hands out the flows kept in order; the record is reused.
    public void drain(RecordConsumer out) throws IOException {
        List<long[]> rows = new ArrayList<>(kept);
        rows.sort(this::compare);
        for (long[] row : rows) {
            RecordWords.unpack(row, keyWords + 1, record);
            out.accept(record);
        }
    }
}
