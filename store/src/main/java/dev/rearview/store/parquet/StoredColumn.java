package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.store.parquet.ParquetFields.IntType;
import dev.rearview.store.parquet.ParquetFields.LogicalType;
import dev.rearview.store.parquet.ParquetFields.SchemaElement;
import dev.rearview.store.parquet.ParquetFields.TimeUnit;
import dev.rearview.store.parquet.ParquetFields.TimestampType;
import dev.rearview.store.parquet.encoding.ThriftWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A column as it stands in a file: the values of a field, or one of the two parts of a time.
///
/// @param part of the field's values that the column holds
record StoredColumn(Field field, Part part) {
    /// Microseconds in a millisecond.
    static final long MILLISECOND = 1000;

    /// What of a field's value a column has.
    enum Part {
        WHOLE,
        /// The milliseconds of a time, rounded down.
        MILLISECONDS,
        /// The microseconds that [#MILLISECONDS] leave, 0 to 999.
        MICROSECONDS
    }

    // Parquet's ConvertedType.
    private static final int TIMESTAMP_MILLIS = 9;
    private static final int UINT_8 = 11;
    private static final int UINT_16 = 12;
    private static final int UINT_32 = 13;

    // Parquet's physical types.
    private static final int INT32 = 1;
    private static final int INT64 = 2;
    private static final int FIXED = 7;

    String name() {
        String name = field.parquetColumn().orElseThrow();
        return part == Part.MICROSECONDS ? name + "_us" : name;
    }

    boolean isAddress() {
        return field.isAddress();
    }

    /// Whether its values are all below 65,536.
    boolean isSmall() {
        return part == Part.MICROSECONDS
                || field.kind() == Field.Kind.UINT8
                || field.kind() == Field.Kind.UINT16;
    }

    /// What a number in the column is multiplied by to be one of the field.
    long unit() {
        return part == Part.MILLISECONDS ? MILLISECOND : 1;
    }

    /// The number in the column that stands for a value of the field, whole or its part.
    long stored(long value) {
        return switch (part) {
            case WHOLE -> value;
            case MILLISECONDS -> milliseconds(value);
            case MICROSECONDS -> microseconds(value);
        };
    }

    static long milliseconds(long microseconds) {
        return Math.floorDiv(microseconds, MILLISECOND);
    }

    /// Those that [#milliseconds] leaves.
    static long microseconds(long microseconds) {
        return Math.floorMod(microseconds, MILLISECOND);
    }

    int physical() {
        if (part == Part.MICROSECONDS) {
            return INT32;
        }
        return switch (field.kind()) {
            case ADDRESS -> FIXED;
            case UINT8, UINT16, UINT32 -> INT32;
            case UINT64, TIME -> INT64;
        };
    }

    /// Octets of a plain value.
    int width() {
        return switch (physical()) {
            case FIXED -> 16;
            case INT32 -> 4;
            default -> 8;
        };
    }

    /// Integers as they are: Parquet's PLAIN encoding.
    byte[] plain(long[] values, int count) {
        int octets = width();
        ByteBuffer out = ByteBuffer.allocate(count * octets).order(ByteOrder.LITTLE_ENDIAN);
        if (octets == 4) {
            for (int i = 0; i < count; i++) {
                out.putInt((int) values[i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                out.putLong(values[i]);
            }
        }
        return out.array();
    }

    /// An address, or an integer that is in the lower word, as it is.
    byte[] plain(long hi, long lo) {
        return isAddress()
                ? ByteBuffer.allocate(16).putLong(hi).putLong(lo).array()
                : plain(new long[] {lo}, 1);
    }

    /// An extreme of the column as it is.
    ///
    /// @param lo that of the whole field's values where the column has their milliseconds
    byte[] extreme(long hi, long lo) {
        return plain(hi, part == Part.MILLISECONDS ? stored(lo) : lo);
    }

    /// Writes the column's schema element as layout 2 has it.
    void element(ThriftWriter out) {
        out.begin();
        out.i32(SchemaElement.TYPE, physical());
        if (isAddress()) {
            out.i32(SchemaElement.TYPE_LENGTH, 16);
        }
        out.i32(SchemaElement.REPETITION_TYPE, 0);
        out.string(SchemaElement.NAME, name());
        if (part != Part.MICROSECONDS) {
            meaning(out);
        }
        out.end();
    }

    private void meaning(ThriftWriter out) {
        switch (field.kind()) {
            case ADDRESS, UINT64 -> {}
            case UINT8 -> unsigned(UINT_8, 8, out);
            case UINT16 -> unsigned(UINT_16, 16, out);
            case UINT32 -> unsigned(UINT_32, 32, out);
            case TIME -> {
                out.i32(SchemaElement.CONVERTED_TYPE, TIMESTAMP_MILLIS);
                out.struct(SchemaElement.LOGICAL_TYPE);
                out.struct(LogicalType.TIMESTAMP);
                out.bool(TimestampType.IS_ADJUSTED_TO_UTC, true);
                out.struct(TimestampType.UNIT);
                out.struct(TimeUnit.MILLIS);
                out.end();
                out.end();
                out.end();
                out.end();
            }
        }
    }

    private static void unsigned(int converted, int bits, ThriftWriter out) {
        out.i32(SchemaElement.CONVERTED_TYPE, converted);
        out.struct(SchemaElement.LOGICAL_TYPE);
        out.struct(LogicalType.INTEGER);
        out.i8(IntType.BIT_WIDTH, bits);
        out.bool(IntType.IS_SIGNED, false);
        out.end();
        out.end();
    }
}
