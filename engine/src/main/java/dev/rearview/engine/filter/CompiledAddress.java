package dev.rearview.engine.filter;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.Optional;
import java.util.Set;

/// An expression of two words that runs.
final class CompiledAddress implements Evaluator {
    private final Address address;

    CompiledAddress(Address address) {
        this.address = address;
    }

    @Override
    public int words() {
        return 2;
    }

    @Override
    public Set<Field> fields() {
        return address.fields();
    }

    @Override
    public Optional<Field> stored() {
        return address.stored();
    }

    @Override
    public void evaluate(FlowBatch batch, long[][] out, int at) {
        int n = batch.size();
        if (stored().isPresent()) {
            AddressColumn column = batch.addresses(stored().get());
            System.arraycopy(column.hi(), 0, out[at], 0, n);
            System.arraycopy(column.lo(), 0, out[at + 1], 0, n);
            return;
        }
        Rows rows = new Rows.OfBatch(batch);
        Scratch scratch = new Scratch();
        for (int from = 0; from < n; from += Scratch.BLOCK) {
            int size = Math.min(Scratch.BLOCK, n - from);
            address.fill(new Block(rows, from, size, scratch), out[at], out[at + 1], from);
        }
    }
}
