package dev.rearview.store.parquet.encoding;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/// Writes Thrift's compact protocol, as far as Parquet's metadata needs it.
public final class ThriftWriter {
    // Types of the compact protocol.
    static final int BOOL_TRUE = 1;
    public static final int BOOL_FALSE = 2;
    static final int BYTE = 3;
    static final int I16 = 4;
    public static final int I32 = 5;
    public static final int I64 = 6;
    public static final int BINARY = 8;
    static final int LIST = 9;
    public static final int STRUCT = 12;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ArrayDeque<Integer> outer = new ArrayDeque<>();
    private int last;

    public byte[] bytes() {
        return out.toByteArray();
    }

    private void header(int id, int type) {
        int delta = id - last;
        if (delta > 0 && delta <= 15) {
            out.write(delta << 4 | type);
        } else {
            out.write(type);
            varint((long) id << 1);
        }
        last = id;
    }

    private void varint(long v) {
        long rest = v;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private void zigzag(long v) {
        varint(v << 1 ^ v >> 63);
    }

    public void bool(int id, boolean v) {
        header(id, v ? BOOL_TRUE : BOOL_FALSE);
    }

    public void i8(int id, int v) {
        header(id, BYTE);
        out.write(v);
    }

    public void i32(int id, int v) {
        header(id, I32);
        zigzag(v);
    }

    public void i16(int id, int v) {
        header(id, I16);
        zigzag(v);
    }

    public void i64(int id, long v) {
        header(id, I64);
        zigzag(v);
    }

    public void binary(int id, byte[] v) {
        header(id, BINARY);
        element(v);
    }

    public void string(int id, String v) {
        header(id, BINARY);
        element(v);
    }

    public void list(int id, int type, int size) {
        header(id, LIST);
        if (size < 15) {
            out.write(size << 4 | type);
        } else {
            out.write(0xF0 | type);
            varint(size);
        }
    }

    /// An element of a list of binaries.
    public void element(byte[] v) {
        varint(v.length);
        out.writeBytes(v);
    }

    public void element(String v) {
        element(v.getBytes(StandardCharsets.UTF_8));
    }

    /// An element of a list of integers.
    public void element(long v) {
        zigzag(v);
    }

    public void elementBool(boolean v) {
        out.write(v ? BOOL_TRUE : BOOL_FALSE);
    }

    /// Starts a struct that is a field.
    public void struct(int id) {
        header(id, STRUCT);
        begin();
    }

    /// Starts a struct that is an element of a list, or the outermost one.
    public void begin() {
        outer.push(last);
        last = 0;
    }

    public void end() {
        out.write(0);
        last = outer.pop();
    }
}
