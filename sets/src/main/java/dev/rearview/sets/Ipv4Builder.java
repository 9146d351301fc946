package dev.rearview.sets;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitmapContainer;
import org.roaringbitmap.Container;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/// Collects IPv4 addresses in any order.
final class Ipv4Builder {
    private static final int PENDING = 1 << 18;
    private static final int FIRST_PENDING = 1 << 8;
    private static final int MANY = 1 << 20;
    private static final int RECENT_BITS = 16;

    /// 2^32 divided by the golden ratio, which spreads neighbours.
    private static final int GOLDEN = 0x9E37_79B1;

    private final RoaringBitmap v4 = new RoaringBitmap();

    /// Single addresses that are put in together.
    private int[] pending = {};

    private int pendingCount;

    /// Addresses that were added lately, each where its hash says: of many flows most are from few.
    /// Empty as long as there are not many.
    private int[] recent = {};

    /// The container that [#addPage] fills, and its number.
    private long @Nullable [] page;

    private int pageKey;

    /// Adds one address.
    void add(int v) {
        int slot = v * GOLDEN >>> 32 - RECENT_BITS;
        if (recent.length > 0) {
            if (recent[slot] == v && v != 0) {
                return;
            }
            recent[slot] = v;
        }
        if (pendingCount == pending.length) {
            makeRoom();
        }
        pending[pendingCount++] = v;
    }

    private void makeRoom() {
        if (pendingCount < PENDING) {
            pending = Arrays.copyOf(pending, Math.max(FIRST_PENDING, pendingCount * 2));
        } else {
            addPending();
            recent = recent.length > 0 ? recent : new int[1 << RECENT_BITS];
        }
    }

    /// Sorted, each container is looked up once; most addresses come often.
    private void addPending() {
        if (pendingCount == 0) {
            return;
        }
        for (int i = 0; i < pendingCount; i++) {
            pending[i] ^= Integer.MIN_VALUE;
        }
        Arrays.sort(pending, 0, pendingCount);
        int n = 0;
        for (int i = 0; i < pendingCount; i++) {
            int v = pending[i] ^ Integer.MIN_VALUE;
            if (n == 0 || pending[n - 1] != v) {
                pending[n++] = v;
            }
        }
        RoaringBitmapWriter<RoaringBitmap> writer =
                RoaringBitmapWriter.writer().optimiseForArrays().get();
        for (int i = 0; i < n; i++) {
            writer.add(pending[i]);
        }
        v4.or(writer.get());
        pendingCount = 0;
    }

    /// Adds an inclusive range.
    ///
    /// @param to not below `from`
    void addRange(long from, long to) {
        if (from == to) {
            add((int) from);
        } else if (to - from < MANY) {
            v4.add(from, to + 1);
        } else {
            // Containers of a long range are put in one by one, each found anew.
            v4.or(RoaringBitmap.bitmapOfRange(from, to + 1));
        }
    }

    /// Adds addresses of a block of 256; fastest where the blocks ascend.
    ///
    /// @param base the first address of the block
    /// @param bits a bit for each address, the first in the lowest bit of the first word
    void addPage(int base, long[] bits) {
        int key = base >>> 16;
        long[] p = page;
        if (p == null || key != pageKey) {
            putPage();
            p = new long[Ipv4Bits.WORDS];
            page = p;
            pageKey = key;
        }
        int at = (base & Ipv4Bits.CONTAINER - 1) >>> 6 & ~3;
        for (int i = 0; i < 4; i++) {
            p[at + i] |= bits[i];
        }
    }

    private void putPage() {
        long[] p = page;
        if (p == null) {
            return;
        }
        page = null;
        // Of an unknown number of bits, for only then it takes the form that suits their
        // number.
        Container c = new BitmapContainer(p, -1).repairAfterLazy();
        if (c.isEmpty()) {
            return;
        }
        RoaringBitmap one = v4;
        boolean last = v4.isEmpty() || v4.last() >>> 16 < pageKey;
        if (!last) {
            one = new RoaringBitmap();
        }
        one.append((char) pageKey, c);
        if (!last) {
            v4.or(one);
        }
    }

    void addAll(RoaringBitmap other) {
        v4.or(other);
    }

    /// The addresses; nothing may be added afterwards.
    RoaringBitmap build() {
        addPending();
        putPage();
        return v4;
    }
}
