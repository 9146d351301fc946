package dev.rearview.silk;

import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.IpSet;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// IP set files: versions 0 to 5 are read, 2 to 5 written.
public final class IpSetFile {
    private static final int BITMAP = 0x81;

    /// Octets of a block of 256 addresses in version 2: its first address and eight words.
    private static final int PAGE = 36;

    private static final int UPPER = 0x82;

    /// All addresses of IPv4.
    private static final long IPV4 = 1L << 32;

    private IpSetFile() {}

    /// Reads a set.
    ///
    /// @throws MalformedInputException if the file is no set or damaged
    public static IpSet read(SilkFile file) throws IOException {
        return read(file, new IpSet.Builder());
    }

    /// Reads a set into a builder, which keeps what came before any damage.
    public static IpSet read(SilkFile file, IpSet.Builder out) throws IOException {
        SilkHeader h = file.header();
        if (!h.isFormat(SilkFormat.FT_IPSET)) {
            throw new MalformedInputException(
                    file.name(), 5, "file format", SilkFormat.nameOf(h.format()) + " is no IPset");
        }
        ByteOrder order = h.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Reader reader = new Reader(file, order, out);
        switch (h.recordVersion()) {
            case 0, 1, 2 -> reader.bitmaps();
            case 3 -> reader.radix();
            case 4 -> reader.blocks();
            case 5 -> reader.halves();
            default ->
                    throw new MalformedInputException(
                            file.name(), 14, "record version", h.recordVersion() + " is unknown");
        }
        return out.build();
    }

    private static final class Reader {
        private final String name;
        private final SilkHeader header;
        private final DataInputStream in;
        private final ByteOrder order;
        private final IpSet.Builder out;
        private final long[] bits = new long[4];
        private long offset;

        /// Addresses of the IPv4 blocks so far.
        private long addresses;

        Reader(SilkFile file, ByteOrder order, IpSet.Builder out) {
            this.name = file.name();
            this.header = file.header();
            this.in = new DataInputStream(file.data());
            this.order = order;
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

        void bitmaps() throws IOException {
            byte[] record = new byte[PAGE];
            ByteBuffer b = ByteBuffer.wrap(record).order(order);
            for (int n = in.readNBytes(record, 0, PAGE);
                    n > 0;
                    n = in.readNBytes(record, 0, PAGE)) {
                if (n < PAGE) {
                    throw bad("set", "ends too early");
                }
                offset += PAGE;
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
                if (tag == BITMAP && v6) {
                    bitmap(hi, lo, must(32));
                } else if (tag == BITMAP) {
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
            long maskHi = bits >= 64 ? -1L : -1L << (64 - bits);
            long maskLo = bits <= 64 ? 0 : bits == 128 ? -1L : -1L << (128 - bits);
            out.addRange(hi & maskHi, lo & maskLo, hi | ~maskHi, lo | ~maskLo);
        }

        void halves() throws IOException {
            long upper = 0;
            boolean wantsUpper = true;
            boolean wantsLower = false;
            for (ByteBuffer b = take(9); b.hasRemaining(); b = take(9)) {
                long word = b.getLong();
                int tag = b.get() & 0xFF;
                boolean isUpper = (tag >= 1 && tag <= 64) || tag == UPPER;
                if ((isUpper && wantsLower) || (!isUpper && wantsUpper)) {
                    throw bad("tag", tag + " is out of place");
                }
                if (tag == UPPER) {
                    upper = word;
                    wantsLower = true;
                    wantsUpper = false;
                } else if (isUpper) {
                    block(word, 0, tag, true);
                    wantsUpper = true;
                    wantsLower = false;
                } else if (tag == BITMAP) {
                    bitmap(upper, word, must(32));
                    wantsLower = false;
                } else {
                    block(upper, word, tag, true);
                    wantsLower = false;
                }
            }
        }

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

    /// The record version that a set gets.
    ///
    /// @param wanted 0 for the default, or 2 to 5
    /// @throws IllegalArgumentException if the set cannot be written that way
    public static int version(IpSet set, int wanted) {
        return switch (wanted) {
            case 0 -> set.isV6() ? 3 : 2;
            case 2 -> {
                if (set.isV6()) {
                    throw new IllegalArgumentException("record version 2 cannot hold IPv6");
                }
                yield 2;
            }
            case 3, 4 -> wanted;
            case 5 -> set.isV6() ? 5 : 4;
            default ->
                    throw new IllegalArgumentException("record version " + wanted + " is unknown");
        };
    }

    /// Writes a set, its header first, in native byte order.
    public static void write(
            OutputStream sink,
            IpSet set,
            int version,
            Compression compression,
            int silkVersion,
            List<SilkHeader.Entry> entries)
            throws IOException {
        boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
        OutputStream out = new BufferedOutputStream(sink, 1 << 16);
        List<SilkHeader.Entry> all = new ArrayList<>(entries);
        RadixDump radix = version == 3 ? new RadixDump(set) : null;
        if (radix != null) {
            all.add(radix.headerEntry());
        } else if (version >= 4) {
            ByteBuffer e = ByteBuffer.allocate(24);
            e.putInt(8, set.isV6() ? 16 : 4);
            all.add(new SilkHeader.Entry(SilkHeader.ENTRY_IP_SET, e.array()));
        }
        SilkHeader.of(SilkFormat.FT_IPSET, version, 1, big, compression, silkVersion, all)
                .write(out);
        OutputStream data =
                compression == Compression.NONE ? out : new Blocks.Output(out, compression, 1);
        Writer writer = new Writer(data, set.isV6(), version);
        if (radix != null) {
            radix.write(data);
        } else if (version == 2) {
            writePages(set, data);
        } else {
            set.forEachBlock(writer::block);
            writer.finish();
        }
        data.flush();
    }

    /// Version 2 holds nothing but blocks of 256 addresses.
    private static void writePages(IpSet set, OutputStream out) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(PAGE).order(ByteOrder.nativeOrder());
        set.forEachIpv4Page((base, words, at) -> {
            b.putInt(0, base);
            for (int i = 0; i < 4; i++) {
                b.putInt(4 + i * 8, (int) words[at + i]);
                b.putInt(8 + i * 8, (int) (words[at + i] >>> 32));
            }
            out.write(b.array());
        });
    }

    /// Gathers blocks within one /24 or /120 into a bitmap where the version wants that.
    private static final class Writer {
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

        Writer(OutputStream out, boolean v6, int version) {
            this.out = out;
            this.v6 = v6;
            this.version = version;
        }

        void block(long hi, long lo, int length) {
            try {
                if (length > 120) {
                    gather(hi, lo, length);
                } else {
                    finish();
                    plain(hi, lo, length);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
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

        void finish() throws IOException {
            if (pending == 0) {
                return;
            }
            if (v6 && pending == 1) {
                plain(pageHi, firstLo, onlyLength);
            } else {
                ByteBuffer b = item(pageHi, pageLo, BITMAP);
                int at = b.limit();
                ByteBuffer whole = ByteBuffer.allocate(at + 32).order(ByteOrder.nativeOrder());
                whole.put(b.array(), 0, at);
                for (int word : bits) {
                    whole.putInt(word);
                }
                out.write(whole.array());
            }
            java.util.Arrays.fill(bits, 0);
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
                    out.write(b.putLong(hi).put((byte) UPPER).array());
                    b.clear();
                    hasUpper = true;
                    upper = hi;
                }
                return b.putLong(lo).put((byte) tag).flip();
            }
            return ByteBuffer.allocate(17).putLong(hi).putLong(lo).put((byte) tag).flip();
        }
    }
}
