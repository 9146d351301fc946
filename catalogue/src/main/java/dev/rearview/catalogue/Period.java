package dev.rearview.catalogue;

/// A time for which something holds, in milliseconds since 1970.
///
/// @param startMs `Long.MIN_VALUE` where it has no start
/// @param endMs exclusive; `Long.MAX_VALUE` where it has no end
public record Period(long startMs, long endMs) {
    /// All times.
    public static final Period ALWAYS = new Period(Long.MIN_VALUE, Long.MAX_VALUE);

    public Period {
        if (startMs >= endMs) {
            throw new IllegalArgumentException("a time that ends before it begins");
        }
    }

    /// A moment.
    public static Period at(long ms) {
        return new Period(ms, ms + 1);
    }
}
