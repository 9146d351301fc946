package dev.rearview.sets;

/// Arithmetic of the counters of bags and aggregate bags, which are unsigned.
public final class BagCounter {
    /// The largest counter of a bag.
    public static final long MAX = -2L;

    private static final long MAX_KEY = 0xFFFF_FFFFL;

    private BagCounter() {}

    /// A sum that stays at [#MAX] once it has reached it.
    public static long sum(long a, long b) {
        return overflows(a, b) ? MAX : a + b;
    }

    /// Whether a sum is above [#MAX].
    public static boolean overflows(long a, long b) {
        return Long.compareUnsigned(a, MAX - b) > 0;
    }

    /// A difference that stays at 0 once it has reached it.
    public static long difference(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? 0 : a - b;
    }

    /// A product that stays at 2^64-1, the largest counter of an aggregate bag, once it has reached
    /// it.
    public static long product(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) != 0 ? -1L : a * b;
    }

    /// A quotient to the nearest whole number, halves up.
    ///
    /// @param b not 0
    public static long quotient(long a, long b) {
        long rest = Long.remainderUnsigned(a, b);
        long up = Long.compareUnsigned(rest, b - rest) >= 0 ? 1 : 0;
        return Long.divideUnsigned(a, b) + up;
    }

    /// A counter as a key of 32 bits; larger ones are the largest of these.
    public static long asKey(long counter) {
        return Long.compareUnsigned(counter, MAX_KEY) > 0 ? MAX_KEY : counter;
    }

    /// The number that is nearest.
    public static double asDouble(long counter) {
        return (counter >>> 1) * 2.0 + (counter & 1);
    }
}
