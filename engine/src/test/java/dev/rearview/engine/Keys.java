package dev.rearview.engine;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;

/// Key fields for tests.
final class Keys {
    private Keys() {}

    static KeyField number(Field field) {
        return new KeyField() {
            @Override
            public int words() {
                return 1;
            }

            @Override
            public void evaluate(FlowBatch batch, long[][] out, int at) {
                System.arraycopy(batch.values(field), 0, out[at], 0, batch.size());
            }
        };
    }
}
