package dev.rearview.tools.rwsettool;

import dev.rearview.sets.IpSet;
import dev.rearview.text.IpRange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/// Draws addresses of sets at random.
final class Sample {
    private static final long MAX_DRAWN = 1 << 26;

    private final Random random;

    Sample(Random random) {
        this.random = random;
    }

    /// So many different addresses of a set, or all where it has no more.
    void size(IpSet set, long count, IpSet.Builder out) {
        BigInteger all = set.size();
        BigInteger wanted = BigInteger.valueOf(count);
        if (all.compareTo(wanted) <= 0) {
            out.addAll(set);
            return;
        }
        if (count > MAX_DRAWN) {
            throw new IllegalArgumentException("at most " + MAX_DRAWN + " addresses are drawn");
        }
        // Floyd's algorithm: each subset of that size is as likely as any other.
        TreeSet<BigInteger> drawn = new TreeSet<>();
        for (BigInteger top = all.subtract(wanted);
                top.compareTo(all) < 0;
                top = top.add(BigInteger.ONE)) {
            BigInteger candidate = below(top.add(BigInteger.ONE));
            drawn.add(drawn.contains(candidate) ? top : candidate);
        }
        Cursor cursor = new Cursor(set);
        drawn.forEach(index -> cursor.add(index, out));
    }

    private BigInteger below(BigInteger limit) {
        while (true) {
            BigInteger n = new BigInteger(limit.bitLength(), random);
            if (n.compareTo(limit) < 0) {
                return n;
            }
        }
    }

    /// Each address of a set with the same probability.
    void ratio(IpSet set, double probability, IpSet.Builder out) {
        if (probability >= 1) {
            out.addAll(set);
            return;
        }
        BigInteger all = set.size();
        if (all.doubleValue() * probability > MAX_DRAWN) {
            throw new IllegalArgumentException("at most " + MAX_DRAWN + " addresses are drawn");
        }
        if (probability <= 0) {
            return;
        }
        // Gaps between the addresses chosen are geometrically distributed.
        Cursor cursor = new Cursor(set);
        double scale = Math.log1p(-probability);
        BigInteger at = BigInteger.valueOf(-1);
        while (true) {
            double gap = Math.floor(Math.log(1 - random.nextDouble()) / scale);
            at = at.add(BigDecimal.valueOf(gap).toBigInteger()).add(BigInteger.ONE);
            if (at.compareTo(all) >= 0) {
                return;
            }
            cursor.add(at, out);
        }
    }

    /// Finds addresses by their ascending places in a set.
    private static final class Cursor {
        private final List<IpRange> ranges = new ArrayList<>();
        private int range;
        private BigInteger start = BigInteger.ZERO;
        private BigInteger length;

        Cursor(IpSet set) {
            set.forEachRange((loHi, loLo, hiHi, hiLo) ->
                    ranges.add(new IpRange(loHi, loLo, hiHi, hiLo, true)));
            this.length = set.isEmpty() ? BigInteger.ZERO : length(0);
        }

        private BigInteger length(int i) {
            IpRange r = ranges.get(i);
            return IpSet.sizeOf(r.loHi(), r.loLo(), r.hiHi(), r.hiLo());
        }

        void add(BigInteger place, IpSet.Builder out) {
            while (place.subtract(start).compareTo(length) >= 0) {
                start = start.add(length);
                length = length(++range);
            }
            IpRange r = ranges.get(range);
            BigInteger offset = place.subtract(start);
            long lo = r.loLo() + offset.longValue();
            long carry = Long.compareUnsigned(lo, r.loLo()) < 0 ? 1 : 0;
            out.add(r.loHi() + offset.shiftRight(64).longValue() + carry, lo);
        }
    }
}
