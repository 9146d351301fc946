package dev.rearview.sets;

import dev.rearview.model.Ip;
import dev.rearview.text.IpRange;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// An immutable set of addresses in the mapped 128-bit space: a compressed bitmap of the IPv4
/// addresses `::ffff:0:0/96`, and ranges of the others.
public final class IpSet {
    /// Addresses that masking makes at most.
    public static final int MAX_MASKED = 1 << 28;

    /// Ranges that [#few] can be asked for.
    public static final int MOST_FEW = 64;

    /// All IPv4 addresses.
    private static final long ALL = 1L << 32;

    public static final IpSet EMPTY = new Builder().build();

    private final RoaringBitmap v4;
    private final Ranges others;
    private volatile @Nullable Ipv4Blocks ipv4Blocks;

    /// At most one range more than [#MOST_FEW]; queries ask for them again and again.
    private volatile @Nullable List<IpRange> firstRanges;

    private volatile @Nullable Ipv4Ranges ipv4Ranges;

    private IpSet(RoaringBitmap v4, Ranges others) {
        this.v4 = v4;
        this.others = others;
    }

    /// Whether the set holds an address outside ::ffff:0:0/96 and so must be kept as IPv6.
    public boolean isV6() {
        return others.count() > 0;
    }

    public boolean isEmpty() {
        return v4.isEmpty() && others.count() == 0;
    }

    public boolean contains(long hi, long lo) {
        return Ip.isMapped(hi, lo) ? v4.contains((int) lo) : others.contains(hi, lo);
    }

    /// The number of addresses.
    public BigInteger size() {
        return others.size().add(BigInteger.valueOf(v4.getLongCardinality()));
    }

    /// The number of addresses in an inclusive range.
    public static BigInteger sizeOf(long loHi, long loLo, long hiHi, long hiLo) {
        long lo = hiLo - loLo;
        long hi = hiHi - loHi - (Long.compareUnsigned(hiLo, loLo) < 0 ? 1 : 0);
        return unsigned(hi).shiftLeft(64).add(unsigned(lo)).add(BigInteger.ONE);
    }

    private static BigInteger unsigned(long word) {
        return BigInteger.valueOf(word >>> 1).shiftLeft(1).add(BigInteger.valueOf(word & 1));
    }

    /// Takes inclusive ranges.
    @FunctionalInterface
    public interface RangeConsumer<E extends Exception> {
        void range(long loHi, long loLo, long hiHi, long hiLo) throws E;
    }

    /// Hands out the set as the fewest ranges, ascending.
    public <E extends Exception> void forEachRange(RangeConsumer<E> out) throws E {
        Joining<E> joined = new Joining<>(out);
        int i = 0;
        while (i < others.count()
                && Ip.compare(others.lowHi(i), others.lowLo(i), 0, Ip.MAPPED) < 0) {
            joined.range(others.lowHi(i), others.lowLo(i), others.highHi(i), others.highLo(i));
            i++;
        }
        Ipv4Bits.forEachRange(v4, joined);
        for (; i < others.count(); i++) {
            joined.range(others.lowHi(i), others.lowLo(i), others.highHi(i), others.highLo(i));
        }
        joined.end();
    }

    /// Joins ranges that touch: those of two containers, or of the two families.
    private static final class Joining<E extends Exception> implements RangeConsumer<E> {
        private final RangeConsumer<E> out;
        private boolean any;
        private long loHi;
        private long loLo;
        private long hiHi;
        private long hiLo;

        Joining(RangeConsumer<E> out) {
            this.out = out;
        }

        @Override
        public void range(long fromHi, long fromLo, long toHi, long toLo) throws E {
            long nextLo = hiLo + 1;
            boolean touches = any && fromLo == nextLo && fromHi == (nextLo == 0 ? hiHi + 1 : hiHi);
            if (!touches) {
                end();
                any = true;
                loHi = fromHi;
                loLo = fromLo;
            }
            hiHi = toHi;
            hiLo = toLo;
        }

        void end() throws E {
            if (any) {
                out.range(loHi, loLo, hiHi, hiLo);
            }
        }
    }

    /// The ranges, empty where there are more than `most`.
    ///
    /// @param most not above [#MOST_FEW]
    public Optional<List<IpRange>> few(int most) {
        if (most > MOST_FEW) {
            throw new IllegalArgumentException(most + " ranges are not few");
        }
        List<IpRange> known = firstRanges;
        if (known == null) {
            known = firstRanges();
            firstRanges = known;
        }
        return known.size() > most ? Optional.empty() : Optional.of(known);
    }

    /// The ranges of IPv4 addresses, ascending: the first and the last of each, as numbers without
    /// a sign; null where there are more than `most`.
    public long @Nullable [] ipv4Ranges(int most) {
        Ipv4Ranges known = ipv4Ranges;
        if (known == null || known.most != most) {
            known = new Ipv4Ranges(most, findIpv4Ranges(most));
            ipv4Ranges = known;
        }
        return known.bounds;
    }

    /// @param bounds null if there are more
    private record Ipv4Ranges(int most, long @Nullable [] bounds) {}

    private long @Nullable [] findIpv4Ranges(int most) {
        LongArray out = new LongArray(most * 2);
        try {
            Joining<TooMany> joined =
                    new Joining<>((loHi, loLo, hiHi, hiLo) -> {
                        out.add(loLo & 0xFFFF_FFFFL);
                        out.add(hiLo & 0xFFFF_FFFFL);
                    });
            Ipv4Bits.forEachRange(v4, joined);
            joined.end();
        } catch (TooMany e) {
            return null;
        }
        return out.whole();
    }

    /// Grows up to a bound.
    private static final class LongArray {
        private final int most;
        private long[] values = new long[16];
        private int count;

        LongArray(int most) {
            this.most = most;
        }

        void add(long value) throws TooMany {
            if (count == most) {
                throw new TooMany();
            }
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = value;
        }

        long[] whole() {
            return Arrays.copyOf(values, count);
        }
    }

    private List<IpRange> firstRanges() {
        List<IpRange> out = new ArrayList<>();
        try {
            forEachRange((loHi, loLo, hiHi, hiLo) -> {
                out.add(new IpRange(loHi, loLo, hiHi, hiLo, isV6()));
                if (out.size() > MOST_FEW) {
                    throw new TooMany();
                }
            });
        } catch (TooMany e) {
            // There are more: one too many says so.
        }
        return List.copyOf(out);
    }

    private static final class TooMany extends Exception {
        private static final long serialVersionUID = 1;

        TooMany() {
            super(null, null, false, false);
        }
    }

    /// The range from the first address to the last; not of an empty set.
    public IpRange span() {
        int n = others.count();
        boolean low = n > 0 && Ip.compare(others.lowHi(0), others.lowLo(0), 0, Ip.MAPPED) < 0;
        boolean high =
                n > 0 && Ip.compare(others.highHi(n - 1), others.highLo(n - 1), 0, Ip.MAPPED) > 0;
        boolean lowIsOther = low || v4.isEmpty();
        boolean highIsOther = high || v4.isEmpty();
        return new IpRange(
                lowIsOther ? others.lowHi(0) : 0,
                lowIsOther ? others.lowLo(0) : Ip.mapped(v4.first()),
                highIsOther ? others.highHi(n - 1) : 0,
                highIsOther ? others.highLo(n - 1) : Ip.mapped(v4.last()),
                isV6());
    }

    /// Whether any address of a range is a member.
    public boolean intersects(IpRange range) {
        if (others.intersects(range)) {
            return true;
        }
        boolean below = Ip.compare(range.hiHi(), range.hiLo(), 0, Ip.MAPPED) < 0;
        boolean above = Ip.compare(range.loHi(), range.loLo(), 0, Ip.mapped(-1)) > 0;
        if (below || above) {
            return false;
        }
        boolean fromFirst = Ip.compare(range.loHi(), range.loLo(), 0, Ip.MAPPED) <= 0;
        boolean toLast = Ip.compare(range.hiHi(), range.hiLo(), 0, Ip.mapped(-1)) >= 0;
        long low = fromFirst ? 0 : range.loLo() & 0xFFFF_FFFFL;
        long high = toLast ? ALL - 1 : range.hiLo() & 0xFFFF_FFFFL;
        return v4.intersects(low, high + 1);
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
        forEachRange((loHi, loLo, hiHi, hiLo) -> forEachBlock(loHi, loLo, hiHi, hiLo, out));
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
            long endHi = hi | ~Ip.maskHi(128 - zeros);
            long endLo = lo | ~Ip.maskLo(128 - zeros);
            if (endHi == hiHi && endLo == hiLo) {
                return;
            }
            lo = endLo + 1;
            hi = lo == 0 ? endHi + 1 : endHi;
        }
    }

    private static boolean isBeyond(long hi, long lo, int bits, long endHi, long endLo) {
        int length = 128 - bits;
        return Ip.compare(hi | ~Ip.maskHi(length), lo | ~Ip.maskLo(length), endHi, endLo) > 0;
    }

    /// Takes blocks of 256 IPv4 addresses.
    @FunctionalInterface
    public interface PageConsumer<E extends Exception> {
        /// @param base the first address
        /// @param words where the block's four words start at `at`, the first address in the lowest
        ///   bit of the first
        void page(int base, long[] words, int at) throws E;
    }

    /// Hands out the blocks of 256 IPv4 addresses that are not empty, ascending.
    public <E extends Exception> void forEachIpv4Page(PageConsumer<E> out) throws E {
        Ipv4Bits.forEachPage(v4, out);
    }

    /// Says of most IPv4 addresses outside a small set that they are not in it, with one look: a
    /// bit for each block of 4096 that the set touches.
    public static final class Ipv4Blocks {
        private static final int SHIFT = 12;
        private static final int BITS = 1 << Integer.SIZE - SHIFT;

        private final long[] touched = new long[BITS / Long.SIZE];
        private final boolean sparse;

        private Ipv4Blocks(IpSet set) {
            Ipv4Bits.forEachRange(
                    set.v4,
                    (loHi, loLo, hiHi, hiLo) -> {
                        int to = (int) hiLo >>> SHIFT;
                        for (int block = (int) loLo >>> SHIFT; block <= to; block++) {
                            touched[block >> 6] |= 1L << block;
                        }
                    });
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

        /// A bit for each block; not to be changed.
        public long[] bits() {
            return touched;
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

    /// Addresses in either set.
    public IpSet union(IpSet other) {
        return new IpSet(RoaringBitmap.or(v4, other.v4), others.union(other.others));
    }

    /// Addresses in both sets.
    public IpSet intersect(IpSet other) {
        return new IpSet(RoaringBitmap.and(v4, other.v4), others.intersect(other.others));
    }

    /// Addresses outside this set, in the whole 128-bit space.
    public IpSet complement() {
        return new IpSet(RoaringBitmap.flip(v4, 0L, ALL), otherComplement());
    }

    private Ranges otherComplement() {
        Ranges.Builder taken = new Ranges.Builder();
        taken.addAll(others);
        taken.add(0, Ip.MAPPED, 0, Ip.mapped(-1));
        return taken.build().complement();
    }

    /// Addresses of this set that are not in `other`.
    public IpSet subtract(IpSet other) {
        return new IpSet(
                RoaringBitmap.andNot(v4, other.v4), others.intersect(other.otherComplement()));
    }

    /// Addresses that are in one of the sets and not in both.
    public IpSet exclusiveOr(IpSet other) {
        return subtract(other).union(other.subtract(this));
    }

    /// All blocks of a prefix length that hold an address of this set, as a whole.
    ///
    /// @param length 1-128, of the 128-bit space
    public IpSet fill(int length) {
        return Masks.fill(this, length);
    }

    /// The first address of each block of a prefix length that holds an address of this set.
    ///
    /// @param length 1-128, of the 128-bit space
    /// @throws IllegalArgumentException where that are more than [#MAX_MASKED]
    public IpSet mask(int length) {
        return length == 128 ? this : Masks.mask(this, length);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof IpSet s && v4.equals(s.v4) && others.equals(s.others);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(v4.getLongCardinality()) * 31 + others.hashCode();
    }

    /// Collects addresses and ranges in any order.
    public static final class Builder {
        private final Ipv4Builder v4 = new Ipv4Builder();
        private final Ranges.Builder others = new Ranges.Builder();

        public void add(Ip ip) {
            add(ip.hi(), ip.lo());
        }

        /// Adds one address.
        public void add(long hi, long lo) {
            if (Ip.isMapped(hi, lo)) {
                v4.add((int) lo);
            } else {
                others.add(hi, lo, hi, lo);
            }
        }

        public void add(IpRange r) {
            addRange(r.loHi(), r.loLo(), r.hiHi(), r.hiLo());
        }

        /// Adds an inclusive range; its low end must not lie above its high end.
        public void addRange(long loHi, long loLo, long hiHi, long hiLo) {
            boolean startsBelow = Ip.compare(loHi, loLo, 0, Ip.MAPPED) < 0;
            boolean endsBelow = Ip.compare(hiHi, hiLo, 0, Ip.MAPPED) < 0;
            boolean startsAbove = Ip.compare(loHi, loLo, 0, Ip.mapped(-1)) > 0;
            boolean endsAbove = Ip.compare(hiHi, hiLo, 0, Ip.mapped(-1)) > 0;
            if (endsBelow || startsAbove) {
                others.add(loHi, loLo, hiHi, hiLo);
                return;
            }
            if (startsBelow) {
                others.add(loHi, loLo, 0, Ip.MAPPED - 1);
            }
            if (endsAbove) {
                others.add(0, Ip.mapped(-1) + 1, hiHi, hiLo);
            }
            long from = startsBelow ? 0 : loLo & 0xFFFF_FFFFL;
            long to = endsAbove ? ALL - 1 : hiLo & 0xFFFF_FFFFL;
            v4.addRange(from, to);
        }

        /// Adds addresses of a block of 256; fastest where the blocks ascend.
        ///
        /// @param base the first address of the block
        /// @param bits a bit for each address, the first in the lowest bit of the first word
        public void addIpv4Page(int base, long[] bits) {
            v4.addPage(base, bits);
        }

        public void addAll(IpSet set) {
            v4.addAll(set.v4);
            others.addAll(set.others);
        }

        /// The set; nothing may be added afterwards.
        public IpSet build() {
            return new IpSet(v4.build(), others.build());
        }
    }
}
