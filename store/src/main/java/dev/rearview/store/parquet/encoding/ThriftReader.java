package dev.rearview.store.parquet.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads Thrift's compact protocol into maps by field id; lengths are checked before allocating.
public final class ThriftReader {
    private static final int MAX_DEPTH = 32;

    private final ByteBuffer in;

    public ThriftReader(ByteBuffer in) {
        this.in = in;
    }

    /// Octets read so far.
    public int position() {
        return in.position();
    }

    /// Fields of a struct: `Long`, `Double`, `Boolean`, `byte[]`, `List` or nested `Map`.
    public Map<Integer, Object> struct() {
        return struct(0);
    }

    private Map<Integer, Object> struct(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalStateException("metadata is nested too deeply");
        }
        Map<Integer, Object> out = new LinkedHashMap<>();
        int id = 0;
        while (true) {
            int b = in.get() & 0xFF;
            int type = b & 0xF;
            if (type == 0) {
                return out;
            }
            int delta = b >>> 4;
            id = delta == 0 ? (int) zigzag() : id + delta;
            out.put(id, field(type, depth));
        }
    }

    private Object field(int type, int depth) {
        return switch (type) {
            case ThriftWriter.BOOL_TRUE -> true;
            case ThriftWriter.BOOL_FALSE -> false;
            default -> value(type, depth);
        };
    }

    private Object value(int type, int depth) {
        return switch (type) {
            case ThriftWriter.BOOL_TRUE, ThriftWriter.BOOL_FALSE ->
                    in.get() == ThriftWriter.BOOL_TRUE;
            case ThriftWriter.BYTE -> (long) in.get();
            case ThriftWriter.I16, ThriftWriter.I32, ThriftWriter.I64 -> zigzag();
            case 7 -> in.getDouble();
            case ThriftWriter.BINARY -> binary();
            case ThriftWriter.LIST, 10 -> list(depth);
            case ThriftWriter.STRUCT -> struct(depth + 1);
            default -> throw new IllegalStateException("unknown type " + type + " in metadata");
        };
    }

    private byte[] binary() {
        long length = varint();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalStateException("binary of " + length + " octets in metadata");
        }
        byte[] out = new byte[(int) length];
        in.get(out);
        return out;
    }

    private List<Object> list(int depth) {
        int b = in.get() & 0xFF;
        long size = b >>> 4 == 15 ? varint() : b >>> 4;
        if (size < 0 || size > in.remaining()) {
            throw new IllegalStateException("list of " + size + " elements in metadata");
        }
        List<Object> out = new ArrayList<>((int) size);
        for (long i = 0; i < size; i++) {
            out.add(value(b & 0xF, depth + 1));
        }
        return out;
    }

    private long varint() {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = in.get();
            v |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return v;
            }
        }
        throw new IllegalStateException("number of more than ten octets in metadata");
    }

    private long zigzag() {
        long v = varint();
        return v >>> 1 ^ -(v & 1);
    }

    public static long number(Map<Integer, Object> struct, int id, long otherwise) {
        return struct.get(id) instanceof Long v ? v : otherwise;
    }

    public static String text(Map<Integer, Object> struct, int id) {
        return struct.get(id) instanceof byte[] v ? new String(v, StandardCharsets.UTF_8) : "";
    }

    @SuppressWarnings("unchecked")
    public static Map<Integer, Object> child(Map<Integer, Object> struct, int id) {
        return struct.get(id) instanceof Map<?, ?> v ? (Map<Integer, Object>) v : Map.of();
    }

    @SuppressWarnings("unchecked")
    public static List<Map<Integer, Object>> structs(Map<Integer, Object> struct, int id) {
        List<Map<Integer, Object>> out = new ArrayList<>();
        if (struct.get(id) instanceof List<?> list) {
            for (Object o : list) {
                if (o instanceof Map<?, ?> m) {
                    out.add((Map<Integer, Object>) m);
                }
            }
        }
        return out;
    }
}
