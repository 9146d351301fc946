package dev.rearview.silk.structure;

import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads the body of an IP set file, whatever its version.
final class IpSetReader {
    /// All addresses of IPv4.
    private static final long IPV4 = 1L << 32;

    private final String name;
    private final SilkHeader header;
    private final DataInputStream in;
    private final ByteOrder order;
    private final IpSet.Builder out;
    private final long[] bits = new long[4];
    private long offset;

    /// Addresses of the IPv4 blocks so far.
    private long addresses;

    IpSetReader(SilkFile file, IpSet.Builder out) {
        this.name = file.name();
        this.header = file.header();
        this.in = new DataInputStream(file.data());
        this.order = file.header().order();
        this.out = out;
        this.offset = file.header().length();
    }

    private MalformedInputException bad(String field, String reason) {
        return new MalformedInputException(name, offset, field, reason);
    }

    /// The next `n` octets, or none at the end of the data.
    private ByteBuffer take(int n) throws IOException {
        byte[] b = in.readNBytes(n);
        if (b.length != n && b.length != 0) {
            throw bad("set", "ends too early");
        }
        offset += b.length;
        return ByteBuffer.wrap(b).order(order);
    }

    private ByteBuffer must(int n) throws IOException {
        ByteBuffer b = take(n);
        if (b.remaining() != n) {
            throw bad("set", "ends too early");
        }
        return b;
    }

    /// Versions 0 to 2: bitmaps of 256 IPv4 addresses.
    void bitmaps() throws IOException {
        byte[] record = new byte[IpSetFile.PAGE];
        ByteBuffer b = ByteBuffer.wrap(record).order(order);
        for (int n = in.readNBytes(record, 0, IpSetFile.PAGE);
                n > 0;
                n = in.readNBytes(record, 0, IpSetFile.PAGE)) {
            if (n < IpSetFile.PAGE) {
                throw bad("set", "ends too early");
            }
            offset += IpSetFile.PAGE;
            page(b.getInt(0) & ~0xFF, b, 4);
        }
    }

    /// Adds a block of 256 IPv4 addresses.
    private void page(int base, ByteBuffer words, int at) {
        for (int i = 0; i < bits.length; i++) {
            long low = words.getInt(at + i * 8) & 0xFFFF_FFFFL;
            bits[i] = low | (long) words.getInt(at + i * 8 + 4) << 32;
        }
        out.addIpv4Page(base, bits);
    }

    private void bitmap(long hi, long lo, ByteBuffer words) {
        int from = -1;
        for (int i = 0; i < 256; i++) {
            int word = words.getInt(words.position() + (i >>> 5) * 4);
            boolean member = (word >>> i & 1) != 0;
            if (member && from < 0) {
                from = i;
            } else if (!member && from >= 0) {
                out.addRange(hi, lo | from, hi, lo | i - 1);
                from = -1;
            }
        }
        if (from >= 0) {
            out.addRange(hi, lo | from, hi, lo | 255);
        }
    }

    private int[] entry() throws IOException {
        SilkHeader.Entry e =
                header.entry(SilkHeader.ENTRY_IP_SET)
                        .orElseThrow(() -> bad("header", "has no IPset entry"));
        if (e.data().length < 24) {
            throw bad("header", "IPset entry is too short");
        }
        int[] values = new int[6];
        ByteBuffer.wrap(e.data()).asIntBuffer().get(values);
        return values;
    }

    /// Version 4: blocks and bitmaps.
    void blocks() throws IOException {
        boolean v6 = entry()[2] == 16;
        int size = v6 ? 17 : 5;
        for (ByteBuffer b = take(size); b.hasRemaining(); b = take(size)) {
            long hi = 0;
            long lo;
            if (v6) {
                b.order(ByteOrder.BIG_ENDIAN);
                hi = b.getLong();
                lo = b.getLong();
            } else {
                lo = Ip.mapped(b.getInt());
            }
            int tag = b.get() & 0xFF;
            if (tag == IpSetFile.BITMAP && v6) {
                bitmap(hi, lo, must(32));
            } else if (tag == IpSetFile.BITMAP) {
                page((int) lo & ~0xFF, must(32), 0);
            } else {
                block(hi, lo, tag, v6);
            }
        }
    }

    private void block(long hi, long lo, int length, boolean v6) throws IOException {
        if (length > (v6 ? 128 : 32) || (v6 && length == 0)) {
            throw bad("prefix", length + " is no prefix length");
        }
        int bits = v6 ? length : length + 96;
        if (!v6) {
            // Blocks do not overlap: a file of large ones would take hours.
            addresses += 1L << 32 - length;
            if (addresses > IPV4) {
                throw bad("prefix", "the blocks hold more addresses than there are");
            }
        }
        long maskHi = Ip.maskHi(bits);
        long maskLo = Ip.maskLo(bits);
        out.addRange(hi & maskHi, lo & maskLo, hi | ~maskHi, lo | ~maskLo);
    }

    /// Version 5: upper halves of addresses, each followed by lower ones.
    void halves() throws IOException {
        long upper = 0;
        boolean wantsUpper = true;
        boolean wantsLower = false;
        for (ByteBuffer b = take(9); b.hasRemaining(); b = take(9)) {
            long word = b.getLong();
            int tag = b.get() & 0xFF;
            boolean isUpper = (tag >= 1 && tag <= 64) || tag == IpSetFile.UPPER;
            if ((isUpper && wantsLower) || (!isUpper && wantsUpper)) {
                throw bad("tag", tag + " is out of place");
            }
            if (tag == IpSetFile.UPPER) {
                upper = word;
                wantsLower = true;
                wantsUpper = false;
            } else if (isUpper) {
                block(word, 0, tag, true);
                wantsUpper = true;
                wantsLower = false;
            } else if (tag == IpSetFile.BITMAP) {
                bitmap(upper, word, must(32));
                wantsLower = false;
            } else {
                block(upper, word, tag, true);
                wantsLower = false;
            }
        }
    }

    /// Version 3: a radix tree, of which the leaves are read.
    void radix() throws IOException {
        int[] e = entry();
        long leaves = e[1] & 0xFFFF_FFFFL;
        boolean v6 = e[2] == 24;
        if (!v6 && e[2] != 8 && leaves > 0) {
            throw bad("header", "leaf size " + e[2] + " is neither 8 nor 24");
        }
        long skip = (e[3] & 0xFFFF_FFFFL) * (v6 ? 96 : 80);
        try {
            in.skipNBytes(skip);
        } catch (EOFException end) {
            throw bad("nodes", "end too early");
        }
        offset += skip;
        for (long i = 0; i < leaves; i++) {
            ByteBuffer b = must(v6 ? 24 : 8);
            if (i == 0) {
                continue;
            }
            int length = b.get(0) & 0xFF;
            if (v6) {
                block(b.getLong(8), b.getLong(16), length, true);
            } else {
                block(0, Ip.mapped(b.getInt(4)), length, false);
            }
        }
    }
}
