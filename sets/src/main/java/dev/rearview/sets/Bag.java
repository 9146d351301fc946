package dev.rearview.sets;

import dev.rearview.model.Ip;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Keys with a counter each, ascending by key; counters are unsigned and above 0.
///
/// Keys lie in the mapped 128-bit space: a number of 32 bits and the IPv4 address of the same bits
/// are one key. A bag is *wide* where its keys take sixteen octets in a file.
public final class Bag {
    /// The largest counter.
    public static final long MAX_COUNTER = -2L;

    /// Keys that a bag in memory holds at most.
    public static final int MAX_KEYS = 1 << 27;

    private final BagType keyType;
    private final BagType counterType;
    private final long @Nullable [] hi;
    private final long[] lo;
    private final long[] counters;
    private final int size;

    private Bag(
            BagType keyType,
            BagType counterType,
            long @Nullable [] hi,
            long[] lo,
            long[] counters,
            int size) {
        this.keyType = keyType;
        this.counterType = counterType;
        this.hi = hi;
        this.lo = lo;
        this.counters = counters;
        this.size = size;
    }

    public BagType keyType() {
        return keyType;
    }

    public BagType counterType() {
        return counterType;
    }

    /// Whether keys take sixteen octets.
    public boolean isWide() {
        return hi != null;
    }

    public int size() {
        return size;
    }

    /// Upper word of key `i`.
    public long hi(int i) {
        long[] h = hi;
        return h == null ? 0 : h[i];
    }

    /// Lower word of key `i`.
    public long lo(int i) {
        return lo[i];
    }

    public long counter(int i) {
        return counters[i];
    }

    /// The first key that is not below the one given, or the size.
    public int lowerBound(long keyHi, long keyLo) {
        int from = 0;
        int to = size;
        while (from < to) {
            int mid = (from + to) >>> 1;
            if (Ip.compare(hi(mid), lo[mid], keyHi, keyLo) < 0) {
                from = mid + 1;
            } else {
                to = mid;
            }
        }
        return from;
    }

    /// The counter of a key, 0 where there is none.
    public long counterOf(long keyHi, long keyLo) {
        int i = lowerBound(keyHi, keyLo);
        return i < size && hi(i) == keyHi && lo[i] == keyLo ? counters[i] : 0;
    }

    /// The same entries under other types.
    public Bag withTypes(BagType key, BagType counter) {
        return new Bag(key, counter, hi, lo, counters, size);
    }

    /// Says which entries stay.
    @FunctionalInterface
    public interface EntryTest {
        boolean test(long hi, long lo, long counter);
    }

    /// The entries that pass.
    public Bag filter(EntryTest test) {
        Builder out = new Builder(isWide());
        for (int i = 0; i < size; i++) {
            if (test.test(hi(i), lo[i], counters[i])) {
                out.add(hi(i), lo[i], counters[i]);
            }
        }
        return out.build(keyType, counterType);
    }

    /// A counter of two, both unsigned, of which at least one is above 0.
    @FunctionalInterface
    public interface Combination {
        /// @return 0 for none
        long of(long first, long second);
    }

    /// Goes through the keys of two bags.
    ///
    /// @param keyType of the result; the counter type is given, too
    public static Bag combine(
            Bag a, Bag b, BagType keyType, BagType counterType, Combination combination) {
        Builder out = new Builder(a.isWide() || b.isWide());
        int i = 0;
        int j = 0;
        while (i < a.size || j < b.size) {
            int c =
                    i == a.size
                            ? 1
                            : j == b.size ? -1 : Ip.compare(a.hi(i), a.lo[i], b.hi(j), b.lo[j]);
            long first = c <= 0 ? a.counters[i] : 0;
            long second = c >= 0 ? b.counters[j] : 0;
            long counter = combination.of(first, second);
            if (c <= 0) {
                out.add(a.hi(i), a.lo[i], counter);
                i++;
            } else {
                out.add(b.hi(j), b.lo[j], counter);
            }
            if (c >= 0) {
                j++;
            }
        }
        return out.build(keyType, counterType);
    }

    /// A sum that stays at [#MAX_COUNTER] once it has reached it.
    public static long saturatingSum(long a, long b) {
        return overflows(a, b) ? MAX_COUNTER : a + b;
    }

    /// Whether a sum is above [#MAX_COUNTER].
    public static boolean overflows(long a, long b) {
        return Long.compareUnsigned(a, MAX_COUNTER - b) > 0;
    }

    /// The keys.
    public IpSet keys() {
        IpSet.Builder out = new IpSet.Builder();
        for (int i = 0; i < size; i++) {
            out.add(hi(i), lo[i]);
        }
        return out.build();
    }

    /// Collects entries in any order; counters of equal keys add up.
    public static final class Builder {
        private long @Nullable [] hi;
        private long[] lo = new long[64];
        private long[] counters = new long[64];
        private int size;
        private boolean sorted = true;
        private boolean overflowed;

        /// @param wide whether keys take sixteen octets even where they need not
        public Builder(boolean wide) {
            hi = wide ? new long[64] : null;
        }

        /// Adds to the counter of a key. A key outside `::ffff:0:0/96` makes the bag wide.
        ///
        /// @throws IllegalArgumentException if there are more than [#MAX_KEYS]
        public void add(long keyHi, long keyLo, long counter) {
            if (counter == 0) {
                return;
            }
            if (size == lo.length) {
                grow();
            }
            long[] h = hi;
            if (h == null && !Ip.isMapped(keyHi, keyLo)) {
                h = new long[lo.length];
                hi = h;
            }
            if (size > 0) {
                long lastHi = h == null ? 0 : h[size - 1];
                int c = Ip.compare(keyHi, keyLo, lastHi, lo[size - 1]);
                if (c == 0) {
                    counters[size - 1] = sum(counters[size - 1], counter);
                    return;
                }
                sorted &= c > 0;
            }
            if (h != null) {
                h[size] = keyHi;
            }
            lo[size] = keyLo;
            counters[size++] = counter;
        }

        private long sum(long a, long b) {
            overflowed |= overflows(a, b);
            return saturatingSum(a, b);
        }

        private void grow() {
            if (!sorted) {
                // Most of what comes may have been there already.
                sort();
            }
            if (size <= lo.length / 2) {
                return;
            }
            if (size == MAX_KEYS) {
                throw new IllegalArgumentException("a bag of more than " + MAX_KEYS + " keys");
            }
            int larger = Math.min(MAX_KEYS, lo.length * 2);
            long[] h = hi;
            hi = h == null ? null : Arrays.copyOf(h, larger);
            lo = Arrays.copyOf(lo, larger);
            counters = Arrays.copyOf(counters, larger);
        }

        /// Whether a counter was above the maximum, where it stays.
        public boolean hasOverflowed() {
            return overflowed;
        }

        private void sort() {
            long[] h = hi;
            int[] order = h == null ? narrowOrder() : wideOrder(h);
            long[] newHi = h == null ? null : new long[h.length];
            long[] newLo = new long[lo.length];
            long[] newCounters = new long[lo.length];
            int n = 0;
            for (int i : order) {
                long keyHi = h == null ? 0 : h[i];
                boolean same =
                        n > 0 && newLo[n - 1] == lo[i] && (newHi == null || newHi[n - 1] == keyHi);
                if (same) {
                    newCounters[n - 1] = sum(newCounters[n - 1], counters[i]);
                    continue;
                }
                if (newHi != null) {
                    newHi[n] = keyHi;
                }
                newLo[n] = lo[i];
                newCounters[n++] = counters[i];
            }
            hi = newHi;
            lo = newLo;
            counters = newCounters;
            size = n;
            sorted = true;
        }

        /// Keys of 32 bits and their places in one word.
        private int[] narrowOrder() {
            long[] keyed = new long[size];
            for (int i = 0; i < size; i++) {
                keyed[i] = (lo[i] << 32 | i) ^ Long.MIN_VALUE;
            }
            Arrays.sort(keyed);
            int[] order = new int[size];
            for (int i = 0; i < size; i++) {
                order[i] = (int) keyed[i];
            }
            return order;
        }

        private int[] wideOrder(long[] h) {
            Integer[] boxed = new Integer[size];
            Arrays.setAll(boxed, i -> i);
            Arrays.sort(boxed, (a, b) -> Ip.compare(h[a], lo[a], h[b], lo[b]));
            int[] order = new int[size];
            Arrays.setAll(order, i -> boxed[i]);
            return order;
        }

        public Bag build(BagType keyType, BagType counterType) {
            if (!sorted) {
                sort();
            }
            return new Bag(keyType, counterType, hi, lo, counters, size);
        }
    }
}
