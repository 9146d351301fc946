package dev.rearview.engine.sort;

import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.RecordWords;
import java.io.IOException;
import java.util.Arrays;

/// Some thousand flows as columns of words, of which those of fields are made when they are asked
/// for. Its memory is used again by the flows that come after the next.
final class SortedBatch implements FlowBatch.Loader {
    static final int ROWS = 2048;

    private final long[][] words = new long[RecordWords.COUNT][ROWS + FlowBatch.SPACING];
    private final long[][] fields = new long[Field.count()][];
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
