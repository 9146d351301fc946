package dev.rearview.engine.sort;

import dev.rearview.model.FlowBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Merged rows, for several lanes. Each takes the next ones in its turn.
final class MergedRows {
    private final RunMerge merge;

    MergedRows(RunMerge merge) {
        this.merge = merge;
    }

    SortedLane lane() {
        return new Lane();
    }

    private final class Lane extends SortedLane {
        @Override
        public @Nullable FlowBatch next() throws IOException {
            int n = 0;
            while (n < ROWS) {
                SortedRun run = merge.next();
                if (run == null) {
                    break;
                }
                for (int w = 0; w < words.length; w++) {
                    words[w][n] = run.row()[w];
                }
                n++;
            }
            return batch(n);
        }
    }
}
