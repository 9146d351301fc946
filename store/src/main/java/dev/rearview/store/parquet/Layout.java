package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.store.parquet.StoredColumn.Part;
import java.util.ArrayList;
import java.util.List;

/// Which columns a file has. A field's column, or that of a time's milliseconds, has the same
/// position in all layouts, that of [Schema#COLUMNS]; see `docs/formats/store.md`.
public enum Layout {
    /// Times in microseconds, packets and octets as numbers without a sign. No longer written.
    FIRST,
    /// Times in milliseconds, and their microseconds in columns behind all others.
    SECOND;

    private final List<StoredColumn> columns = new ArrayList<>();
    private final int[] microseconds = new int[Field.count()];

    static {
        for (Field field : Schema.COLUMNS) {
            FIRST.columns.add(new StoredColumn(field, Part.WHOLE));
            Part part = field.isMicroseconds() ? Part.MILLISECONDS : Part.WHOLE;
            SECOND.columns.add(new StoredColumn(field, part));
        }
        for (Field field : Schema.COLUMNS) {
            if (field.isMicroseconds()) {
                SECOND.microseconds[field.ordinal()] = SECOND.columns.size();
                SECOND.columns.add(new StoredColumn(field, Part.MICROSECONDS));
            }
        }
    }

    /// All columns in their order.
    List<StoredColumn> columns() {
        return columns;
    }

    /// Position of the column of a time's microseconds, 0 where the field has none.
    int microseconds(Field field) {
        return microseconds[field.ordinal()];
    }

    /// As it stands in a file's metadata.
    String number() {
        return Integer.toString(ordinal() + 1);
    }
}
