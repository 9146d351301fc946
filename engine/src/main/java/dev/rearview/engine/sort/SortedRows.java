package dev.rearview.engine.sort;

import dev.rearview.model.FlowBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sorted rows in memory, for several lanes. Each takes the next ones in its turn; what takes long
/// is done when they are asked for.
final class SortedRows {
    private final List<RowOrder.Part> parts;
    private final RowLayout layout;

    /// The part, and in it the block or row, that comes next.
    private int part;

    private int next;

    /// @param parts at least one, packed alike
    SortedRows(List<RowOrder.Part> parts) {
        this.parts = parts;
        this.layout = parts.getFirst().rows().layout();
    }

    SortedLane lane() {
        return new Lane();
    }

    private static boolean isLeft(RowOrder.Part part, int next) {
        int[] order = part.order();
        return next < (order == null ? part.rows().blocks() : order.length);
    }

    private final class Lane extends SortedLane {
        private final Slabs.Piece gathered = new Slabs.Piece(new long[ROWS * layout.width()], 0);
        private boolean isNew = true;
        private boolean isFetched;
        private RowOrder.Part of = parts.getFirst();
        private int from;
        private int count;

        @Override
        public @Nullable FlowBatch next() {
            while (part < parts.size() && !isLeft(parts.get(part), next)) {
                part++;
                next = 0;
            }
            if (part == parts.size()) {
                return null;
            }
            of = parts.get(part);
            from = next;
            int[] order = of.order();
            count = order == null ? of.rows().rows(from) : Math.min(ROWS, order.length - from);
            next += order == null ? 1 : count;
            isFetched = false;
            return batch(count);
        }

        @Override
        void fetch() {
            if (isFetched) {
                return;
            }
            isFetched = true;
            Slabs.Piece rows = rows();
            for (int w = 0; w < words.length; w++) {
                // What all rows have stays where it is.
                if (isNew || !layout.isConstant(w)) {
                    layout.column(rows.words(), rows.at(), count, w, words[w]);
                }
            }
            isNew = false;
        }

        private Slabs.Piece rows() {
            int[] order = of.order();
            if (order == null) {
                return new Slabs.Piece(of.rows().words(from), of.rows().place(from));
            }
            of.rows().gather(order, from, count, gathered);
            return gathered;
        }
    }
}
