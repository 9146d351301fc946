package dev.rearview.engine.group;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.List;
import java.util.Set;

/// Numbers the runs of rows with equal keys, so that grouping by it first keeps runs apart. It
/// remembers the last row, so that one thread uses it for one batch after the other.
final class RunNumber implements Evaluator {
    private final List<Evaluator> keys;
    private final long[] last;
    private long run;

    RunNumber(List<Evaluator> keys) {
        this.keys = keys;
        this.last = new long[Evaluator.words(keys)];
    }

    @Override
    public int words() {
        return 1;
    }

    @Override
    public Set<Field> fields() {
        return Evaluator.fields(keys);
    }

    @Override
    public void evaluate(FlowBatch batch, long[][] out, int at) {
        long[][] values = new long[last.length][batch.size()];
        Evaluator.evaluate(keys, batch, values);
        for (int i = 0; i < batch.size(); i++) {
            boolean same = run > 0;
            for (int k = 0; k < last.length; k++) {
                same &= last[k] == values[k][i];
                last[k] = values[k][i];
            }
            run += same ? 0 : 1;
            out[at][i] = run;
        }
    }
}
