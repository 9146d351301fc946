package dev.rearview.engine.filter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.Optional;
import java.util.Set;

/// An expression of one word that runs.
final class CompiledValue implements Evaluator {
    private final Value value;
    private final Optional<Field> stored;
    private final Optional<Field> milliseconds;

    CompiledValue(Expr expr, Value value) {
        this.value = value;
        this.stored = expr instanceof Expr.Stored s ? Optional.of(s.field()) : Optional.empty();
        this.milliseconds = milliseconds(expr);
    }

    private static Optional<Field> milliseconds(Expr expr) {
        return expr instanceof Expr.Binary b
                        && b.operator() == Expr.Operator.DIVIDED_BY
                        && b.left() instanceof Expr.Stored s
                        && s.field().isMicroseconds()
                        && b.right() instanceof Expr.Constant c
                        && c.value() == Value.MILLISECOND_US
                ? Optional.of(s.field())
                : Optional.empty();
    }

    @Override
    public int words() {
        return 1;
    }

    @Override
    public Set<Field> fields() {
        return value.fields();
    }

    @Override
    public Optional<Field> stored() {
        return stored;
    }

    @Override
    public Optional<Field> milliseconds() {
        return milliseconds;
    }

    @Override
    public void evaluate(FlowBatch batch, long[][] out, int at) {
        if (stored.isPresent()) {
            System.arraycopy(batch.values(stored.get()), 0, out[at], 0, batch.size());
            return;
        }
        if (value.fields().size() == 1) {
            Column column = batch.column(value.fields().iterator().next());
            if (column.isCoded() && column.dictionarySize() < batch.size()) {
                long[] entries = new long[column.dictionarySize()];
                fill(Rows.OfDictionary.of(column), entries.length, entries);
                column.codes().gather(entries, out[at], batch.size());
                return;
            }
        }
        fill(new Rows.OfBatch(batch), batch.size(), out[at]);
    }

    private void fill(Rows rows, int n, long[] out) {
        Scratch scratch = new Scratch();
        for (int from = 0; from < n; from += Scratch.BLOCK) {
            int size = Math.min(Scratch.BLOCK, n - from);
            value.fill(new Block(rows, from, size, scratch), out, from);
        }
    }
}
