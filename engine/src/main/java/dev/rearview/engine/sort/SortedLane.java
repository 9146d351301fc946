package dev.rearview.engine.sort;

import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Hands out sorted flows, of which others of its kind hand out those between: columns of words, of
/// which those of fields are made when they are asked for.
abstract class SortedLane implements FlowSource, FlowBatch.Loader {
    static final int ROWS = 4096;

    final long[][] words = new long[FlowWords.COUNT][ROWS + FlowBatch.SPACING];
    private final long[][] fields = new long[Field.count()][];
    private int rows;

    /// The batch of the flows whose words are in the columns, or will be when they are
    /// [fetched][#fetch].
    ///
    /// @return null for none
    final @Nullable FlowBatch batch(int count) {
        rows = count;
        return count == 0 ? null : FlowBatch.lazy(count, this);
    }

    /// Puts the words into the columns, where that has been left until one is asked for.
    void fetch() {}

    @Override
    public Column column(Field field) {
        fetch();
        int at = field.ordinal();
        if (fields[at] == null) {
            fields[at] = new long[field.isMicroseconds() ? ROWS : 0];
        }
        return FlowWords.column(field, words, rows, fields[at]);
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
        fetch();
        return Arrays.stream(words[FlowWords.first(field)], 0, rows).sum();
    }

    @Override
    public void close() {}
}
