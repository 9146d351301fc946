package dev.rearview.engine;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import java.util.Optional;

/// Key fields for tests.
final class Keys {
    private Keys() {}

    private record Key(Field field, boolean isStored) implements KeyField {
        @Override
        public int words() {
            return field.isAddress() ? 2 : 1;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            if (field.isAddress()) {
                AddressColumn column = batch.addresses(field);
                System.arraycopy(column.hi(), 0, out[at], 0, batch.size());
                System.arraycopy(column.lo(), 0, out[at + 1], 0, batch.size());
            } else {
                System.arraycopy(batch.values(field), 0, out[at], 0, batch.size());
            }
        }

        @Override
        public Optional<Field> stored() {
            return isStored ? Optional.of(field) : Optional.empty();
        }
    }

    /// A field that the engine knows as stored.
    static KeyField stored(Field field) {
        return new Key(field, true);
    }

    /// The same values as if they were computed.
    static KeyField derived(Field field) {
        return new Key(field, false);
    }
}
