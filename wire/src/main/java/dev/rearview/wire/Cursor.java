package dev.rearview.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A window over a datagram in network order.
///
/// Callers check [#has] before they read. A read beyond the window gives 0, skips the rest and
/// marks the window: whoever reads a structure at one go asks [#isOverrun] before anything of it
/// counts.
public final class Cursor {
    private final ByteBuffer bytes;
    private int at;
    private final int end;
    private boolean overrun;

    public Cursor(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.BIG_ENDIAN);
        this.at = bytes.position();
        this.end = bytes.limit();
    }

    /// A window over what is left of another, `skipped` octets further; the other stays where it
    /// is. Where there are fewer, it is empty.
    public Cursor(Cursor other, int skipped) {
        this(other.bytes, other.at, other.end);
        skip(skipped);
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

    /// Whether a read went beyond the window.
    public boolean isOverrun() {
        return overrun;
    }

    /// A window of the next `n` octets, which this cursor then skips; empty where there are fewer.
    public Cursor take(int n) {
        int from = at;
        return moved(n) ? new Cursor(bytes, from, at) : new Cursor(bytes, end, end);
    }

    public void skip(int n) {
        boolean _ = moved(n);
    }

    /// Moves on by `n` octets, or to the end where there are fewer.
    private boolean moved(int n) {
        if (n >= 0 && n <= end - at) {
            at += n;
            return true;
        }
        at = end;
        overrun = true;
        return false;
    }

    public int u8() {
        int from = at;
        return moved(1) ? bytes.get(from) & 0xFF : 0;
    }

    public int u16() {
        int from = at;
        return moved(2) ? bytes.getShort(from) & 0xFFFF : 0;
    }

    public int i32() {
        int from = at;
        return moved(4) ? bytes.getInt(from) : 0;
    }

    /// 32 bits so many octets further on; the cursor stays. Whoever reads so has asked [#has]
    /// before: beyond the datagram it throws.
    public int i32At(int offset) {
        return bytes.getInt(at + offset);
    }

    /// As [#i32At].
    public int u16At(int offset) {
        return bytes.getShort(at + offset) & 0xFFFF;
    }

    /// As [#i32At].
    public int u8At(int offset) {
        return bytes.get(at + offset) & 0xFF;
    }

    /// As [#i32At].
    long i64At(int offset) {
        return bytes.getLong(at + offset);
    }

    /// As [#i32At]: an unsigned number of `n` octets, 1 to 8.
    long unsignedAt(int offset, int n) {
        return unsignedFrom(at + offset, n);
    }

    private long unsignedFrom(int from, int n) {
        long v = 0;
        for (int i = Math.max(0, n - 8); i < n; i++) {
            v = v << 8 | bytes.get(from + i) & 0xFF;
        }
        return v;
    }

    public long u32() {
        return i32() & 0xFFFF_FFFFL;
    }

    public long i64() {
        int from = at;
        return moved(8) ? bytes.getLong(from) : 0;
    }

    /// An unsigned number of `n` octets, 1 to 8; of a longer field the last eight.
    public long unsigned(int n) {
        int from = at;
        return moved(n) ? unsignedFrom(from, n) : 0;
    }

    /// The octets left, as they are in the datagram; the cursor stays.
    ByteBuffer view() {
        return bytes.slice(at, end - at);
    }

    /// The octets left, copied.
    public byte[] rest() {
        byte[] out = new byte[end - at];
        bytes.get(at, out);
        at = end;
        return out;
    }
}
