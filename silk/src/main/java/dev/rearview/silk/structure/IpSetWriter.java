package dev.rearview.silk.structure;

import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Writes the body of an IP set file of version 4 or 5: gathers blocks within one /24 or /120 into
/// a bitmap where the version wants that.
final class IpSetWriter {
    private final OutputStream out;
    private final boolean v6;
    private final int version;
    private final int[] bits = new int[8];
    private long pageHi;
    private long pageLo;
    private long firstLo;
    private int pending;
    private int onlyLength;
    private long upper;
    private boolean hasUpper;

    IpSetWriter(OutputStream out, boolean v6, int version) {
        this.out = out;
        this.v6 = v6;
        this.version = version;
    }

    void write(IpSet set) throws IOException {
        set.forEachBlock(this::block);
        finish();
    }

    private void block(long hi, long lo, int length) {
        try {
            if (length > 120) {
                gather(hi, lo, length);
            } else {
                finish();
                plain(hi, lo, length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void gather(long hi, long lo, int length) throws IOException {
        long page = lo & ~0xFFL;
        if (pending > 0 && (hi != pageHi || page != pageLo)) {
            finish();
        }
        if (pending++ == 0) {
            pageHi = hi;
            pageLo = page;
            firstLo = lo;
            onlyLength = length;
        }
        int from = (int) (lo & 0xFF);
        for (int i = from; i < from + (1 << (128 - length)); i++) {
            bits[i >>> 5] |= 1 << i;
        }
    }

    private void finish() throws IOException {
        if (pending == 0) {
            return;
        }
        if (v6 && pending == 1) {
            plain(pageHi, firstLo, onlyLength);
        } else {
            ByteBuffer b = item(pageHi, pageLo, IpSetFile.BITMAP);
            int at = b.limit();
            ByteBuffer whole = ByteBuffer.allocate(at + 32).order(ByteOrder.nativeOrder());
            whole.put(b.array(), 0, at);
            for (int word : bits) {
                whole.putInt(word);
            }
            out.write(whole.array());
        }
        Arrays.fill(bits, 0);
        pending = 0;
    }

    private void plain(long hi, long lo, int length) throws IOException {
        int tag = v6 ? length : length - 96;
        if (version == 5 && tag <= 64) {
            ByteBuffer b = ByteBuffer.allocate(9).order(ByteOrder.nativeOrder());
            out.write(b.putLong(hi).put((byte) tag).array());
            hasUpper = false;
        } else {
            out.write(item(hi, lo, tag).array());
        }
    }

    private ByteBuffer item(long hi, long lo, int tag) throws IOException {
        if (!v6) {
            ByteBuffer b = ByteBuffer.allocate(5).order(ByteOrder.nativeOrder());
            return b.putInt((int) lo).put((byte) tag).flip();
        }
        if (version == 5) {
            ByteBuffer b = ByteBuffer.allocate(9).order(ByteOrder.nativeOrder());
            if (!hasUpper || upper != hi) {
                out.write(b.putLong(hi).put((byte) IpSetFile.UPPER).array());
                b.clear();
                hasUpper = true;
                upper = hi;
            }
            return b.putLong(lo).put((byte) tag).flip();
        }
        return ByteBuffer.allocate(17).putLong(hi).putLong(lo).put((byte) tag).flip();
    }

    /// Version 2 holds nothing but blocks of 256 addresses.
    static void writePages(IpSet set, OutputStream out) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(IpSetFile.PAGE).order(ByteOrder.nativeOrder());
        set.forEachIpv4Page((base, words, at) -> {
            b.putInt(0, base);
            for (int i = 0; i < 4; i++) {
                b.putInt(4 + i * 8, (int) words[at + i]);
                b.putInt(8 + i * 8, (int) (words[at + i] >>> 32));
            }
            out.write(b.array());
        });
    }
}
