package dev.rearview.sets;

import dev.rearview.model.Ip;
import dev.rearview.text.IpRange;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An immutable set of addresses: ascending, disjoint, non-adjacent inclusive ranges in the mapped
/// 128-bit space.
public final class IpSet {
    /// Addresses that masking makes at most.
    public static final int MAX_MASKED = 1 << 28;

    public static final IpSet EMPTY = new Builder().build();

    private final long[] lowHi;
    private final long[] lowLo;
    private final long[] highHi;
    private final long[] highLo;
    private volatile @Nullable Ipv4Blocks ipv4Blocks;
    private final boolean v6;

    private IpSet(long[] lowHi, long[] lowLo, long[] highHi, long[] highLo, boolean v6) {
        this.lowHi = lowHi;
        this.lowLo = lowLo;
        this.highHi = highHi;
        this.highLo = highLo;
        this.v6 = v6;
    }

    /// Whether the set holds an address outside ::ffff:0:0/96 and so must be kept as IPv6.
    public boolean isV6() {
        return v6;
    }

    public int rangeCount() {
        return lowHi.length;
    }

    public boolean isEmpty() {
        return lowHi.length == 0;
    }

    public IpRange range(int i) {
        return new IpRange(lowHi[i], lowLo[i], highHi[i], highLo[i], v6);
    }

    /// Upper word of the first address of range `i`.
    public long lowHi(int i) {
        return lowHi[i];
    }

    /// Lower word of the first address of range `i`.
    public long lowLo(int i) {
        return lowLo[i];
    }

    /// Upper word of the last address of range `i`.
    public long highHi(int i) {
        return highHi[i];
    }

    /// Lower word of the last address of range `i`.
    public long highLo(int i) {
        return highLo[i];
    }

    public boolean contains(long hi, long lo) {
        int from = 0;
        int to = lowHi.length - 1;
        while (from <= to) {
            int mid = (from + to) >>> 1;
            if (Ip.compare(lowHi[mid], lowLo[mid], hi, lo) > 0) {
                to = mid - 1;
            } else if (Ip.compare(highHi[mid], highLo[mid], hi, lo) < 0) {
                from = mid + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /// Says of most IPv4 addresses outside a small set that they are not in it, with one look: a
    /// bit for each block of 4096 that the set touches.
    public static final class Ipv4Blocks {
        private static final int SHIFT = 12;
        private static final int BITS = 1 << Integer.SIZE - SHIFT;

        private final long[] touched = new long[BITS / Long.SIZE];
        private final boolean sparse;

        private Ipv4Blocks(IpSet set) {
            long last = Ip.mapped(-1);
            for (int i = 0; i < set.lowHi.length; i++) {
                if (Ip.compare(set.lowHi[i], set.lowLo[i], 0, last) > 0
                        || Ip.compare(set.highHi[i], set.highLo[i], 0, Ip.MAPPED) < 0) {
                    continue;
                }
                boolean before = Ip.compare(set.lowHi[i], set.lowLo[i], 0, Ip.MAPPED) < 0;
                boolean after = Ip.compare(set.highHi[i], set.highLo[i], 0, last) > 0;
                int from = before ? 0 : (int) set.lowLo[i] >>> SHIFT;
                int to = after ? BITS - 1 : (int) set.highLo[i] >>> SHIFT;
                for (int block = from; block <= to; block++) {
                    touched[block >> 6] |= 1L << block;
                }
            }
            int n = 0;
            for (long word : touched) {
                n += Long.bitCount(word);
            }
            sparse = n < BITS / 4;
        }

        /// Whether it tells anything of most addresses.
        public boolean isSparse() {
            return sparse;
        }

        public boolean mayHold(int bits) {
            int block = bits >>> SHIFT;
            return (touched[block >> 6] >>> block & 1) != 0;
        }
    }

    public Ipv4Blocks ipv4Blocks() {
        Ipv4Blocks b = ipv4Blocks;
        if (b == null) {
            b = new Ipv4Blocks(this);
            ipv4Blocks = b;
        }
        return b;
    }

    /// The number of addresses.
    public BigInteger size() {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < lowHi.length; i++) {
            sum = sum.add(sizeOf(lowHi[i], lowLo[i], highHi[i], highLo[i]));
        }
        return sum;
    }

    /// The number of addresses in an inclusive range.
    public static BigInteger sizeOf(long loHi, long loLo, long hiHi, long hiLo) {
        long lo = hiLo - loLo;
        long hi = hiHi - loHi - (Long.compareUnsigned(hiLo, loLo) < 0 ? 1 : 0);
        BigInteger size = BigInteger.valueOf(lo >>> 1).shiftLeft(1).add(BigInteger.valueOf(lo & 1));
        if (hi != 0) {
            BigInteger top =
                    BigInteger.valueOf(hi >>> 1).shiftLeft(1).add(BigInteger.valueOf(hi & 1));
            size = size.add(top.shiftLeft(64));
        }
        return size.add(BigInteger.ONE);
    }

    /// Takes the aligned blocks that make up a set.
    @FunctionalInterface
    public interface BlockConsumer {
        /// @param length prefix length in the 128-bit space (96 to 128 for IPv4)
        void block(long hi, long lo, int length);
    }

    /// Hands out the set as the fewest CIDR blocks, ascending; no block is longer than a /1, which
    /// is the shortest prefix that SiLK's formats take.
    public void forEachBlock(BlockConsumer out) {
        for (int i = 0; i < lowHi.length; i++) {
            forEachBlock(lowHi[i], lowLo[i], highHi[i], highLo[i], out);
        }
    }

    /// Splits an inclusive range into the fewest CIDR blocks, ascending.
    public static void forEachBlock(long loHi, long loLo, long hiHi, long hiLo, BlockConsumer out) {
        long hi = loHi;
        long lo = loLo;
        while (true) {
            int zeros =
                    lo != 0
                            ? Long.numberOfTrailingZeros(lo)
                            : hi != 0 ? 64 + Long.numberOfTrailingZeros(hi) : 127;
            while (zeros > 0 && isBeyond(hi, lo, zeros, hiHi, hiLo)) {
                zeros--;
            }
            out.block(hi, lo, 128 - zeros);
            long endHi = zeros > 64 ? hi | (zeros == 128 ? -1L : (1L << (zeros - 64)) - 1) : hi;
            long endLo = zeros >= 64 ? -1L : lo | ((1L << zeros) - 1);
            if (endHi == hiHi && endLo == hiLo) {
                return;
            }
            lo = endLo + 1;
            hi = lo == 0 ? endHi + 1 : endHi;
        }
    }

    private static boolean isBeyond(long hi, long lo, int bits, long endHi, long endLo) {
        long topHi = bits > 64 ? hi | (bits == 128 ? -1L : (1L << (bits - 64)) - 1) : hi;
        long topLo = bits >= 64 ? -1L : lo | ((1L << bits) - 1);
        return Ip.compare(topHi, topLo, endHi, endLo) > 0;
    }

    /// Addresses in either set.
    public IpSet union(IpSet other) {
        Builder builder = new Builder();
        builder.addAll(this);
        builder.addAll(other);
        return builder.build();
    }

    /// Addresses in both sets.
    public IpSet intersect(IpSet other) {
        Builder builder = new Builder();
        int i = 0;
        int j = 0;
        while (i < rangeCount() && j < other.rangeCount()) {
            IpRange a = range(i);
            IpRange b = other.range(j);
            IpRange low = startsLater(a, b) ? a : b;
            boolean aEndsFirst = Ip.compare(a.hiHi(), a.hiLo(), b.hiHi(), b.hiLo()) < 0;
            IpRange end = aEndsFirst ? a : b;
            if (Ip.compare(low.loHi(), low.loLo(), end.hiHi(), end.hiLo()) <= 0) {
                builder.addRange(low.loHi(), low.loLo(), end.hiHi(), end.hiLo());
            }
            if (aEndsFirst) {
                i++;
            } else {
                j++;
            }
        }
        return builder.build();
    }

    private static boolean startsLater(IpRange a, IpRange b) {
        return Ip.compare(a.loHi(), a.loLo(), b.loHi(), b.loLo()) > 0;
    }

    /// Addresses outside this set, in the whole 128-bit space.
    public IpSet complement() {
        Builder builder = new Builder();
        long hi = 0;
        long lo = 0;
        for (int i = 0; i < rangeCount(); i++) {
            if (Ip.compare(lowHi[i], lowLo[i], hi, lo) > 0) {
                long endLo = lowLo[i] - 1;
                builder.addRange(hi, lo, lowLo[i] == 0 ? lowHi[i] - 1 : lowHi[i], endLo);
            }
            lo = highLo[i] + 1;
            hi = lo == 0 ? highHi[i] + 1 : highHi[i];
            if (hi == 0 && lo == 0) {
                return builder.build();
            }
        }
        builder.addRange(hi, lo, -1L, -1L);
        return builder.build();
    }

    /// Addresses of this set that are not in `other`.
    public IpSet subtract(IpSet other) {
        return intersect(other.complement());
    }

    /// Addresses that are in one of the sets and not in both.
    public IpSet exclusiveOr(IpSet other) {
        return subtract(other).union(other.subtract(this));
    }

    /// All blocks of a prefix length that hold an address of this set, as a whole.
    ///
    /// @param length 1-128, of the 128-bit space
    public IpSet fill(int length) {
        Builder builder = new Builder();
        for (int i = 0; i < rangeCount(); i++) {
            IpRange r = range(i);
            builder.addRange(
                    r.loHi() & Ip.maskHi(length),
                    r.loLo() & Ip.maskLo(length),
                    r.hiHi() | ~Ip.maskHi(length),
                    r.hiLo() | ~Ip.maskLo(length));
        }
        return builder.build();
    }

    /// The first address of each block of a prefix length that holds an address of this set.
    ///
    /// @param length 1-128, of the 128-bit space
    /// @throws IllegalArgumentException where that are more than [#MAX_MASKED]
    public IpSet mask(int length) {
        if (length == 128) {
            return this;
        }
        Builder builder = new Builder();
        IpSet blocks = fill(length);
        BigInteger count = blocks.size().shiftRight(128 - length);
        if (count.compareTo(BigInteger.valueOf(MAX_MASKED)) > 0) {
            throw new IllegalArgumentException(
                    "a set of " + count + " single addresses is too large");
        }
        long stepHi = length <= 64 ? 1L << 64 - length : 0;
        long stepLo = length > 64 ? 1L << 128 - length : 0;
        for (int i = 0; i < blocks.rangeCount(); i++) {
            IpRange r = blocks.range(i);
            long hi = r.loHi();
            long lo = r.loLo();
            while (true) {
                builder.add(hi, lo);
                if ((hi | ~Ip.maskHi(length)) == r.hiHi()
                        && (lo | ~Ip.maskLo(length)) == r.hiLo()) {
                    break;
                }
                lo += stepLo;
                hi += stepHi + (stepLo != 0 && lo == 0 ? 1 : 0);
            }
        }
        return builder.build();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof IpSet s
                && Arrays.equals(lowHi, s.lowHi)
                && Arrays.equals(lowLo, s.lowLo)
                && Arrays.equals(highHi, s.highHi)
                && Arrays.equals(highLo, s.highLo);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lowLo) * 31 + Arrays.hashCode(highLo);
    }

    /// Collects addresses and ranges in any order; compacts itself as it grows.
    public static final class Builder {
        private static final int COMPACT_AT = 1 << 16;

        private long[] points = new long[1024];
        private int pointCount;
        private long[] ranges = new long[64];
        private int rangeCount;
        private int compactAt = COMPACT_AT;

        public void add(Ip ip) {
            add(ip.hi(), ip.lo());
        }

        /// Adds one address.
        public void add(long hi, long lo) {
            if (!Ip.isMapped(hi, lo)) {
                addRange(hi, lo, hi, lo);
                return;
            }
            if (pointCount == points.length) {
                compactPoints();
                if (pointCount > points.length / 2) {
                    points = Arrays.copyOf(points, points.length * 2);
                }
            }
            points[pointCount++] = lo;
        }

        public void add(IpRange r) {
            addRange(r.loHi(), r.loLo(), r.hiHi(), r.hiLo());
        }

        /// Adds an inclusive range; its low end must not lie above its high end.
        public void addRange(long loHi, long loLo, long hiHi, long hiLo) {
            if (rangeCount > 0
                    && isTouching(ranges, rangeCount - 1, loHi, loLo)
                    && Ip.compare(
                                    loHi,
                                    loLo,
                                    ranges[rangeCount * 4 - 4],
                                    ranges[rangeCount * 4 - 3])
                            >= 0) {
                // Input that ascends needs no sorting.
                if (Ip.compare(hiHi, hiLo, ranges[rangeCount * 4 - 2], ranges[rangeCount * 4 - 1])
                        > 0) {
                    ranges[rangeCount * 4 - 2] = hiHi;
                    ranges[rangeCount * 4 - 1] = hiLo;
                }
                return;
            }
            if (rangeCount * 4 + 4 > ranges.length) {
                ranges = Arrays.copyOf(ranges, ranges.length * 2);
            }
            int at = rangeCount++ * 4;
            ranges[at] = loHi;
            ranges[at + 1] = loLo;
            ranges[at + 2] = hiHi;
            ranges[at + 3] = hiLo;
            if (rangeCount >= compactAt) {
                mergeRanges();
                compactAt = Math.max(COMPACT_AT, rangeCount * 2);
            }
        }

        public void addAll(IpSet set) {
            for (int i = 0; i < set.rangeCount(); i++) {
                add(set.range(i));
            }
        }

        private void compactPoints() {
            Arrays.sort(points, 0, pointCount);
            int n = 0;
            for (int i = 0; i < pointCount; i++) {
                if (n == 0 || points[n - 1] != points[i]) {
                    points[n++] = points[i];
                }
            }
            pointCount = n;
        }

        private void mergeRanges() {
            Integer[] order = new Integer[rangeCount];
            Arrays.setAll(order, i -> i);
            long[] r = ranges;
            Arrays.sort(
                    order, (a, b) -> Ip.compare(r[a * 4], r[a * 4 + 1], r[b * 4], r[b * 4 + 1]));
            long[] merged = new long[Math.max(64, rangeCount * 4)];
            int n = 0;
            for (Integer index : order) {
                int at = index * 4;
                if (n > 0 && isTouching(merged, n - 1, r[at], r[at + 1])) {
                    int last = (n - 1) * 4;
                    if (Ip.compare(r[at + 2], r[at + 3], merged[last + 2], merged[last + 3]) > 0) {
                        merged[last + 2] = r[at + 2];
                        merged[last + 3] = r[at + 3];
                    }
                } else {
                    System.arraycopy(r, at, merged, n++ * 4, 4);
                }
            }
            ranges = merged;
            rangeCount = n;
        }

        private static boolean isTouching(long[] merged, int index, long hi, long lo) {
            long endHi = merged[index * 4 + 2];
            long endLo = merged[index * 4 + 3];
            long nextLo = endLo + 1;
            long nextHi = nextLo == 0 ? endHi + 1 : endHi;
            return (nextHi == 0 && nextLo == 0) || Ip.compare(hi, lo, nextHi, nextLo) <= 0;
        }

        public IpSet build() {
            compactPoints();
            for (int i = 0; i < pointCount; ) {
                int j = i + 1;
                while (j < pointCount && points[j] == points[j - 1] + 1) {
                    j++;
                }
                addRange(0, points[i], 0, points[j - 1]);
                i = j;
            }
            pointCount = 0;
            mergeRanges();
            int n = rangeCount;
            long[][] columns = new long[4][n];
            boolean v6 = false;
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < 4; k++) {
                    columns[k][i] = ranges[i * 4 + k];
                }
                v6 |=
                        !Ip.isMapped(columns[0][i], columns[1][i])
                                || !Ip.isMapped(columns[2][i], columns[3][i]);
            }
            return new IpSet(columns[0], columns[1], columns[2], columns[3], v6);
        }
    }
}
