package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import java.util.List;

/// The stored fields in the order of their columns; see `docs/formats/store.md`.
public final class Schema {
    /// What is stored of a flow. The column of each field has this position in every layout.
    public static final List<Field> COLUMNS =
            List.of(
                    Field.SIP,
                    Field.DIP,
                    Field.NHIP,
                    Field.SPORT,
                    Field.DPORT,
                    Field.PROTOCOL,
                    Field.FLAGS,
                    Field.INITIAL_FLAGS,
                    Field.SESSION_FLAGS,
                    Field.ATTRIBUTES,
                    Field.PACKETS,
                    Field.BYTES,
                    Field.SAMPLING,
                    Field.STIME,
                    Field.DURATION,
                    Field.INPUT,
                    Field.OUTPUT,
                    Field.APPLICATION,
                    Field.SENSOR,
                    Field.FLOWTYPE);

    private static final int[] POSITIONS = new int[Field.count()];

    static {
        for (int i = 0; i < COLUMNS.size(); i++) {
            POSITIONS[COLUMNS.get(i).ordinal()] = i;
        }
    }

    static final String LAYOUT_KEY = "rearview.layout";

    private Schema() {}

    /// Position of a stored field.
    public static int column(Field field) {
        return POSITIONS[field.ordinal()];
    }
}
