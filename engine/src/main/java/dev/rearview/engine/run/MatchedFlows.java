package dev.rearview.engine.run;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.match.FlowMatcher;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.Batches;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Queries and their responses, with the number of their event.
final class MatchedFlows implements FlowStream {
    private final Execution execution;
    private final FlowPlan.Match plan;
    private final List<Evaluator> queryKeys;
    private final List<Evaluator> responseKeys;

    MatchedFlows(
            Execution execution,
            FlowPlan.Match plan,
            List<Evaluator> queryKeys,
            List<Evaluator> responseKeys) {
        this.execution = execution;
        this.plan = plan;
        this.queryKeys = widened(queryKeys, responseKeys);
        this.responseKeys = widened(responseKeys, queryKeys);
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        Batches out = new Batches(consumer);
        try (FlowSource queries = execution.pull(plan.queries());
                FlowSource responses = execution.pull(plan.responses())) {
            new FlowMatcher(queries, queryKeys, responses, responseKeys, plan.options(), out::add)
                    .run();
        } catch (IOException e) {
            // What was good has its place in the output.
            out.flush();
            throw e;
        }
        out.flush();
        return true;
    }

    @Override
    public List<String> explain() {
        return List.of("matches the flows of two inputs");
    }

    /// Keys of one side, where each has no fewer words than that of the other side.
    private static List<Evaluator> widened(List<Evaluator> own, List<Evaluator> other) {
        List<Evaluator> out = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            Evaluator key = own.get(i);
            out.add(key.words() < other.get(i).words() ? new Widened(key) : key);
        }
        return out;
    }

    /// A number that is compared with an address.
    private record Widened(Evaluator number) implements Evaluator {
        @Override
        public int words() {
            return 2;
        }

        @Override
        public Set<Field> fields() {
            return number.fields();
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            Arrays.fill(out[at], 0);
            number.evaluate(batch, out, at + 1);
        }
    }
}
