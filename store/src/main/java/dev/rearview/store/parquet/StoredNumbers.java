package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;

/// Makes of a field's values the numbers of one of its columns, in memory that is used again.
final class StoredNumbers {
    private long[] room = {};

    /// The numbers of a column, until the next call; the values themselves where they are that.
    ///
    /// Packets and octets that other readers would take for negative numbers are stored as the
    /// largest one that they can read.
    long[] of(StoredColumn column, long[] values, int rows) {
        Field field = column.field();
        return switch (column.part()) {
            case WHOLE ->
                    isVolume(field) && isAnyNegative(values, rows) ? clipped(values, rows) : values;
            case MILLISECONDS -> milliseconds(values, rows);
            case MICROSECONDS -> microseconds(values, rows);
        };
    }

    private long[] milliseconds(long[] values, int rows) {
        long[] out = room();
        for (int i = 0; i < rows; i++) {
            out[i] = StoredColumn.milliseconds(values[i]);
        }
        return out;
    }

    private long[] microseconds(long[] values, int rows) {
        long[] out = room();
        for (int i = 0; i < rows; i++) {
            out[i] = StoredColumn.microseconds(values[i]);
        }
        return out;
    }

    /// The number of a column that stands for a value.
    static long of(StoredColumn column, long value) {
        boolean isTooLarge = isVolume(column.field()) && value < 0;
        return isTooLarge ? Long.MAX_VALUE : column.stored(value);
    }

    static boolean isVolume(Field field) {
        return field == Field.PACKETS || field == Field.BYTES;
    }

    private static boolean isAnyNegative(long[] values, int rows) {
        long all = 0;
        for (int i = 0; i < rows; i++) {
            all |= values[i];
        }
        return all < 0;
    }

    private long[] clipped(long[] values, int rows) {
        long[] out = room();
        for (int i = 0; i < rows; i++) {
            out[i] = values[i] < 0 ? Long.MAX_VALUE : values[i];
        }
        return out;
    }

    private long[] room() {
        room = room.length == 0 ? new long[FlowBatch.MAX_ROWS] : room;
        return room;
    }
}
