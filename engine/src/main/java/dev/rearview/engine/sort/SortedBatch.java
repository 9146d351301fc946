package dev.rearview.engine.sort;

import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.RecordWords;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Some thousand flows as columns of words, of which those of fields are made when they are asked
/// for. Its memory is used again by the flows that come after the next.
final class SortedBatch implements FlowBatch.Loader {
    static final int ROWS = 4096;

    private final long[][] words = new long[RecordWords.COUNT][ROWS + FlowBatch.SPACING];
    private final long[][] fields = new long[Field.count()][];

    /// Packed rows on their way to the columns.
    private long[] gathered = {};

    /// How the rows that are in the columns were packed.
    private @Nullable RowLayout of;

    private int rows;

    /// Copies the words of flows.
    @FunctionalInterface
    interface Filling {
        /// @param words a column for each word
        /// @return how many flows, at most [#ROWS], 0 after the last
        int fill(long[][] words) throws IOException;
    }

    /// @return whether there were any flows
    boolean fill(Filling filling) throws IOException {
        rows = filling.fill(words);
        return rows > 0;
    }

    /// Takes rows, which may lie anywhere.
    ///
    /// @param order numbers of rows, of which those from `from` on are meant
    void gather(PackedRows packed, int[] order, int from) {
        rows = Math.min(ROWS, order.length - from);
        RowLayout layout = packed.layout();
        if (gathered.length < ROWS * layout.width()) {
            gathered = new long[ROWS * layout.width()];
        }
        packed.gather(order, from, rows, gathered);
        for (int w = 0; w < words.length; w++) {
            // What all rows have stays where it is.
            if (layout != of || !layout.isConstant(w)) {
                layout.column(gathered, rows, w, words[w]);
            }
        }
        of = layout;
    }

    FlowBatch batch() {
        return FlowBatch.lazy(rows, this);
    }

    @Override
    public Column column(Field field) {
        int at = field.ordinal();
        if (fields[at] == null) {
            fields[at] = new long[RecordWords.wordOf(field) < 0 ? ROWS : 0];
        }
        return RecordWords.column(field, words, rows, fields[at]);
    }

    @Override
    public long packets() {
        return sum(Field.PACKETS);
    }

    @Override
    public long bytes() {
        return sum(Field.BYTES);
    }

    private long sum(Field field) {
        return Arrays.stream(words[RecordWords.wordOf(field)], 0, rows).sum();
    }
}
