package dev.rearview.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A window over a datagram in network order. Callers check [#has] before they read; a read beyond
/// the window throws [IndexOutOfBoundsException], which the decoders count as malformed.
public final class Cursor {
    private final ByteBuffer bytes;
    private int at;
    private int end;

    public Cursor(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.BIG_ENDIAN);
        this.at = bytes.position();
        this.end = bytes.limit();
    }

    /// A window over what is left of another, `skipped` octets further; the other stays where it
    /// is.
    ///
    /// @throws IndexOutOfBoundsException if there are fewer
    public Cursor(Cursor other, int skipped) {
        other.check(skipped);
        this.bytes = other.bytes;
        this.at = other.at + skipped;
        this.end = other.end;
    }

    private Cursor(ByteBuffer bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    public int remaining() {
        return end - at;
    }

    public boolean has(int n) {
        return n >= 0 && n <= end - at;
    }

    public int position() {
        return at;
    }

    /// A window of the next `n` octets, which this cursor then skips.
    public Cursor take(int n) {
        check(n);
        Cursor part = new Cursor(bytes, at, at + n);
        at += n;
        return part;
    }

    public void skip(int n) {
        check(n);
        at += n;
    }

    private void check(int n) {
        if (!has(n)) {
            throw new IndexOutOfBoundsException("need " + n + " octets, have " + (end - at));
        }
    }

    public int u8() {
        check(1);
        return bytes.get(at++) & 0xFF;
    }

    public int u16() {
        check(2);
        int v = bytes.getShort(at) & 0xFFFF;
        at += 2;
        return v;
    }

    public int i32() {
        check(4);
        int v = bytes.getInt(at);
        at += 4;
        return v;
    }

    public long u32() {
        return i32() & 0xFFFF_FFFFL;
    }

    public long i64() {
        check(8);
        long v = bytes.getLong(at);
        at += 8;
        return v;
    }

    /// An unsigned number of `n` octets, 1 to 8; of a longer field the last eight.
    public long unsigned(int n) {
        check(n);
        long v = 0;
        for (int i = Math.max(0, n - 8); i < n; i++) {
            v = v << 8 | bytes.get(at + i) & 0xFF;
        }
        at += n;
        return v;
    }

    /// The octets left, copied.
    public byte[] rest() {
        byte[] out = new byte[end - at];
        bytes.get(at, out);
        at = end;
        return out;
    }
}
