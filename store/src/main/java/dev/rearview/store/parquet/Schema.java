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
import java.util.List;

/// The columns of the store's Parquet schema, in order; see `docs/formats/store.md`.
public final class Schema {
    // Parquet's ConvertedType.
    private static final int TIMESTAMP_MICROS = 10;
    private static final int UINT_8 = 11;
    private static final int UINT_16 = 12;
    private static final int UINT_32 = 13;
    private static final int UINT_64 = 14;

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
    static final String LAYOUT = "1";

    // Parquet's physical types.
    static final int INT32 = 1;
    static final int INT64 = 2;
    static final int FIXED = 7;

    private Schema() {}

    /// Position of a stored field.
    public static int column(Field field) {
        return POSITIONS[field.ordinal()];
    }

    static String name(Field field) {
        return field.parquetColumn().orElseThrow();
    }

    static int physical(Field field) {
        return switch (field.kind()) {
            case ADDRESS -> FIXED;
            case UINT8, UINT16, UINT32 -> INT32;
            case UINT64, TIME -> INT64;
        };
    }

    /// Octets of a plain value.
    static int width(Field field) {
        return switch (physical(field)) {
            case FIXED -> 16;
            case INT32 -> 4;
            default -> 8;
        };
    }

    /// Integers as they are: Parquet's PLAIN encoding.
    static byte[] plain(Field field, long[] values, int count) {
        int octets = width(field);
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
    static byte[] plain(Field field, long hi, long lo) {
        return field.isAddress()
                ? ByteBuffer.allocate(16).putLong(hi).putLong(lo).array()
                : plain(field, new long[] {lo}, 1);
    }

    /// Writes the schema element of a column.
    static void element(Field field, ThriftWriter out) {
        out.begin();
        out.i32(SchemaElement.TYPE, physical(field));
        if (field.isAddress()) {
            out.i32(SchemaElement.TYPE_LENGTH, 16);
        }
        out.i32(SchemaElement.REPETITION_TYPE, 0);
        out.string(SchemaElement.NAME, name(field));
        switch (field.kind()) {
            case ADDRESS -> {}
            case UINT8 -> integer(UINT_8, 8, out);
            case UINT16 -> integer(UINT_16, 16, out);
            case UINT32 -> integer(UINT_32, 32, out);
            case UINT64 -> {
                if (field != Field.DURATION) {
                    integer(UINT_64, 64, out);
                }
            }
            case TIME -> {
                out.i32(SchemaElement.CONVERTED_TYPE, TIMESTAMP_MICROS);
                out.struct(SchemaElement.LOGICAL_TYPE);
                out.struct(LogicalType.TIMESTAMP);
                out.bool(TimestampType.IS_ADJUSTED_TO_UTC, true);
                out.struct(TimestampType.UNIT);
                out.struct(TimeUnit.MICROS);
                out.end();
                out.end();
                out.end();
                out.end();
            }
        }
        out.end();
    }

    private static void integer(int converted, int bits, ThriftWriter out) {
        out.i32(SchemaElement.CONVERTED_TYPE, converted);
        out.struct(SchemaElement.LOGICAL_TYPE);
        out.struct(LogicalType.INTEGER);
        out.i8(IntType.BIT_WIDTH, bits);
        out.bool(IntType.IS_SIGNED, false);
        out.end();
        out.end();
    }
}
