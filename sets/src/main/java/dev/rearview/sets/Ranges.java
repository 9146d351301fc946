package dev.rearview.sets;

import dev.rearview.model.Ip;
import dev.rearview.text.IpRange;
import java.math.BigInteger;
import java.util.Arrays;

/// Ascending, disjoint, non-adjacent inclusive ranges of 128-bit addresses. Immutable.
final class Ranges {
    static final Ranges EMPTY = new Ranges(new long[0], 0);

    /// Words of a range: the upper and lower word of its first and of its last address.
    private static final int STRIDE = 4;

    private final long[] words;
    private final int count;

    private Ranges(long[] words, int count) {
        this.words = words;
        this.count = count;
    }

    int count() {
        return count;
    }

    long lowHi(int i) {
        return words[i * STRIDE];
    }

    long lowLo(int i) {
        return words[i * STRIDE + 1];
    }

    long highHi(int i) {
        return words[i * STRIDE + 2];
    }

    long highLo(int i) {
        return words[i * STRIDE + 3];
    }

    boolean contains(long hi, long lo) {
        int from = 0;
        int to = count - 1;
        while (from <= to) {
            int mid = (from + to) >>> 1;
            if (Ip.compare(lowHi(mid), lowLo(mid), hi, lo) > 0) {
                to = mid - 1;
            } else if (Ip.compare(highHi(mid), highLo(mid), hi, lo) < 0) {
                from = mid + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    boolean intersects(IpRange range) {
        int from = 0;
        int to = count - 1;
        while (from <= to) {
            int mid = (from + to) >>> 1;
            if (Ip.compare(lowHi(mid), lowLo(mid), range.hiHi(), range.hiLo()) > 0) {
                to = mid - 1;
            } else if (Ip.compare(highHi(mid), highLo(mid), range.loHi(), range.loLo()) < 0) {
                from = mid + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    BigInteger size() {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < count; i++) {
            sum = sum.add(IpSet.sizeOf(lowHi(i), lowLo(i), highHi(i), highLo(i)));
        }
        return sum;
    }

    Ranges union(Ranges other) {
        Builder out = new Builder();
        int i = 0;
        int j = 0;
        // In ascending order, which needs no sorting.
        while (i < count || j < other.count) {
            boolean first =
                    j == other.count
                            || (i < count
                                    && Ip.compare(
                                                    lowHi(i),
                                                    lowLo(i),
                                                    other.lowHi(j),
                                                    other.lowLo(j))
                                            <= 0);
            if (first) {
                out.add(this, i++);
            } else {
                out.add(other, j++);
            }
        }
        return out.build();
    }

    Ranges intersect(Ranges other) {
        Builder out = new Builder();
        int i = 0;
        int j = 0;
        while (i < count && j < other.count) {
            boolean later = Ip.compare(lowHi(i), lowLo(i), other.lowHi(j), other.lowLo(j)) > 0;
            long fromHi = later ? lowHi(i) : other.lowHi(j);
            long fromLo = later ? lowLo(i) : other.lowLo(j);
            boolean endsFirst =
                    Ip.compare(highHi(i), highLo(i), other.highHi(j), other.highLo(j)) < 0;
            long toHi = endsFirst ? highHi(i) : other.highHi(j);
            long toLo = endsFirst ? highLo(i) : other.highLo(j);
            if (Ip.compare(fromHi, fromLo, toHi, toLo) <= 0) {
                out.add(fromHi, fromLo, toHi, toLo);
            }
            if (endsFirst) {
                i++;
            } else {
                j++;
            }
        }
        return out.build();
    }

    /// The addresses that are in none of the ranges, of the whole 128-bit space.
    Ranges complement() {
        Builder out = new Builder();
        long hi = 0;
        long lo = 0;
        for (int i = 0; i < count; i++) {
            if (Ip.compare(lowHi(i), lowLo(i), hi, lo) > 0) {
                out.add(hi, lo, lowLo(i) == 0 ? lowHi(i) - 1 : lowHi(i), lowLo(i) - 1);
            }
            lo = highLo(i) + 1;
            hi = lo == 0 ? highHi(i) + 1 : highHi(i);
            if (hi == 0 && lo == 0) {
                return out.build();
            }
        }
        out.add(hi, lo, -1L, -1L);
        return out.build();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Ranges r
                && count == r.count
                && Arrays.equals(words, 0, count * STRIDE, r.words, 0, count * STRIDE);
    }

    @Override
    public int hashCode() {
        return count == 0
                ? 0
                : Long.hashCode(words[1]) * 31 + Long.hashCode(words[count * STRIDE - 1]);
    }

    /// Collects ranges in any order; compacts itself as it grows.
    static final class Builder {
        private static final int COMPACT_AT = 1 << 16;

        private long[] ranges = new long[16];
        private int count;
        private int compactAt = COMPACT_AT;

        /// Whether the ranges lie as they are to be: such need no sorting.
        private boolean ascending = true;

        void addAll(Ranges r) {
            for (int i = 0; i < r.count; i++) {
                add(r, i);
            }
        }

        void add(Ranges r, int i) {
            add(r.lowHi(i), r.lowLo(i), r.highHi(i), r.highLo(i));
        }

        /// Adds an inclusive range; its low end must not lie above its high end.
        void add(long loHi, long loLo, long hiHi, long hiLo) {
            int last = (count - 1) * STRIDE;
            boolean after =
                    count == 0 || Ip.compare(loHi, loLo, ranges[last], ranges[last + 1]) >= 0;
            if (count > 0 && after && isTouching(ranges, last, loHi, loLo)) {
                extend(ranges, last, hiHi, hiLo);
                return;
            }
            ascending &= after;
            if (count * STRIDE == ranges.length) {
                ranges = Arrays.copyOf(ranges, ranges.length * 2);
            }
            int at = count++ * STRIDE;
            ranges[at] = loHi;
            ranges[at + 1] = loLo;
            ranges[at + 2] = hiHi;
            ranges[at + 3] = hiLo;
            if (count >= compactAt) {
                merge();
                compactAt = Math.max(COMPACT_AT, count * 2);
            }
        }

        private static void extend(long[] of, int at, long hi, long lo) {
            if (Ip.compare(hi, lo, of[at + 2], of[at + 3]) > 0) {
                of[at + 2] = hi;
                of[at + 3] = lo;
            }
        }

        private void merge() {
            if (ascending) {
                return;
            }
            Integer[] order = new Integer[count];
            Arrays.setAll(order, i -> i * STRIDE);
            long[] r = ranges;
            Arrays.sort(order, (a, b) -> Ip.compare(r[a], r[a + 1], r[b], r[b + 1]));
            long[] merged = new long[Math.max(16, count * STRIDE)];
            int n = 0;
            for (int at : order) {
                int last = (n - 1) * STRIDE;
                if (n > 0 && isTouching(merged, last, r[at], r[at + 1])) {
                    extend(merged, last, r[at + 2], r[at + 3]);
                } else {
                    System.arraycopy(r, at, merged, n++ * STRIDE, STRIDE);
                }
            }
            ranges = merged;
            count = n;
            ascending = true;
        }

        /// Whether an address that is not below a range's first is in it or next to its end.
        private static boolean isTouching(long[] of, int at, long hi, long lo) {
            long nextLo = of[at + 3] + 1;
            long nextHi = nextLo == 0 ? of[at + 2] + 1 : of[at + 2];
            return (nextHi == 0 && nextLo == 0) || Ip.compare(hi, lo, nextHi, nextLo) <= 0;
        }

        Ranges build() {
            merge();
            return count == 0 ? EMPTY : new Ranges(ranges, count);
        }
    }
}
