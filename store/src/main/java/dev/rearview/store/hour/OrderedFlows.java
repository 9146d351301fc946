package dev.rearview.store.hour;

import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;

/// Rows of flows in an order, as a batch whose columns are made one after the other in the same
/// memory: all of them together would not stay in a processor's cache.
final class OrderedFlows {
    private final long[] starts = new long[FlowBatch.MAX_ROWS];
    private final long[] durations = new long[FlowBatch.MAX_ROWS];
    private final long[] others = new long[FlowBatch.MAX_ROWS];
    private final long[] upper = new long[FlowBatch.MAX_ROWS];

    /// A batch until the next one. Of its columns those of starts and durations stay; any other is
    /// to be used before the next one is asked for.
    FlowBatch batch(FlowColumns flows, RowOrder order) {
        return FlowBatch.lazy(order.rows(), new Rows(flows, order));
    }

    private final class Rows implements FlowBatch.Loader {
        private final FlowColumns flows;
        private final RowOrder order;

        Rows(FlowColumns flows, RowOrder order) {
            this.flows = flows;
            this.order = order;
        }

        @Override
        public Column column(Field field) {
            long[] room =
                    switch (field) {
                        case STIME -> starts;
                        case DURATION -> durations;
                        default -> others;
                    };
            return flows.column(field, order, upper, room);
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
            long sum = 0;
            for (int i = 0; i < order.rows(); i++) {
                sum += flows.get(field, order.row(i));
            }
            return sum;
        }
    }
}
