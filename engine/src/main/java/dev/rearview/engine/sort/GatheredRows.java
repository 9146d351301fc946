package dev.rearview.engine.sort;

import dev.rearview.model.FlowBatch;
import org.jspecify.annotations.Nullable;

/// Packed rows in an order, for several lanes. Each takes the next ones in its turn; they are
/// gathered, which takes long, when they are asked for.
final class GatheredRows {
    private final PackedRows packed;
    private final int[] order;
    private int next;

    GatheredRows(PackedRows packed, int[] order) {
        this.packed = packed;
        this.order = order;
    }

    SortedLane lane() {
        return new Lane();
    }

    private final class Lane extends SortedLane {
        private final long[] gathered = new long[ROWS * packed.layout().width()];
        private boolean isNew = true;
        private boolean isFetched;
        private int from;
        private int count;

        @Override
        public @Nullable FlowBatch next() {
            from = next;
            count = Math.min(ROWS, order.length - from);
            next += count;
            isFetched = false;
            return batch(count);
        }

        @Override
        void fetch() {
            if (isFetched) {
                return;
            }
            isFetched = true;
            RowLayout layout = packed.layout();
            packed.gather(order, from, count, gathered);
            for (int w = 0; w < words.length; w++) {
                // What all rows have stays where it is.
                if (isNew || !layout.isConstant(w)) {
                    layout.column(gathered, 0, count, w, words[w]);
                }
            }
            isNew = false;
        }
    }
}
