package dev.rearview.sets;

import dev.rearview.model.Ip;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.roaringbitmap.CharIterator;
import org.roaringbitmap.Container;
import org.roaringbitmap.ContainerPointer;
import org.roaringbitmap.RoaringBitmap;

/// Walks a compressed bitmap of IPv4 addresses, container by container.
final class Ipv4Bits {
    /// Addresses of a container of the bitmap.
    static final int CONTAINER = 1 << 16;

    /// Words of as many bits.
    static final int WORDS = CONTAINER / Long.SIZE;

    /// Of fewer addresses the bits are not spread out.
    private static final int FEW = 1024;

    private Ipv4Bits() {}

    /// Hands out the addresses as ranges, of which two may touch where a container ends.
    static <E extends Exception> void forEachRange(RoaringBitmap v4, IpSet.RangeConsumer<E> out)
            throws E {
        long[] words = {};
        ContainerPointer at = v4.getContainerPointer();
        for (Container c = at.getContainer(); c != null; c = at.getContainer()) {
            long base = Ip.MAPPED | (long) at.key() << 16;
            int n = at.getCardinality();
            if (n == CONTAINER) {
                out.range(0, base, 0, base | CONTAINER - 1);
            } else if (n < FEW) {
                CharIterator each = c.getCharIterator();
                while (each.hasNext()) {
                    long lo = base | each.next();
                    out.range(0, lo, 0, lo);
                }
            } else {
                words = words.length > 0 ? words : new long[WORDS];
                words(c, words);
                forEachRun(words, base, out);
            }
            at.advance();
        }
    }

    private static void words(Container c, long[] into) {
        LongBuffer bits = c.toBitmapContainer().toLongBuffer();
        bits.get(0, into);
    }

    private static <E extends Exception> void forEachRun(
            long[] words, long base, IpSet.RangeConsumer<E> out) throws E {
        int from = next(words, 0, 0);
        while (from < CONTAINER) {
            int to = next(words, from, -1L);
            out.range(0, base | from, 0, base | to - 1);
            from = to < CONTAINER ? next(words, to, 0) : CONTAINER;
        }
    }

    /// The first bit from `at` on that is set, or clear where `flip` is all ones.
    private static int next(long[] words, int at, long flip) {
        int w = at >>> 6;
        long rest = (words[w] ^ flip) & -1L << at;
        while (rest == 0) {
            if (++w == words.length) {
                return CONTAINER;
            }
            rest = words[w] ^ flip;
        }
        return (w << 6) + Long.numberOfTrailingZeros(rest);
    }

    /// Hands out the blocks of 256 IPv4 addresses that are not empty, ascending.
    static <E extends Exception> void forEachPage(RoaringBitmap v4, IpSet.PageConsumer<E> out)
            throws E {
        long[] words = new long[WORDS];
        ContainerPointer at = v4.getContainerPointer();
        for (Container c = at.getContainer(); c != null; c = at.getContainer()) {
            if (at.getCardinality() < FEW) {
                forEachPage(c.getCharIterator(), at.key() << 16, words, out);
            } else {
                words(c, words);
                for (int w = 0; w < WORDS; w += 4) {
                    if ((words[w] | words[w + 1] | words[w + 2] | words[w + 3]) != 0) {
                        out.page(at.key() << 16 | w << 6, words, w);
                    }
                }
            }
            at.advance();
        }
    }

    private static <E extends Exception> void forEachPage(
            CharIterator each, int base, long[] words, IpSet.PageConsumer<E> out) throws E {
        int page = -1;
        while (each.hasNext()) {
            int v = each.next();
            if (v >>> 8 != page) {
                if (page >= 0) {
                    out.page(base | page << 8, words, 0);
                }
                page = v >>> 8;
                Arrays.fill(words, 0, 4, 0);
            }
            words[v >>> 6 & 3] |= 1L << v;
        }
        if (page >= 0) {
            out.page(base | page << 8, words, 0);
        }
    }
}
