package dev.rearview.model;

/// One IP address. An IPv4 address is held as `::ffff:a.b.c.d` in two words with `v6` false, so
/// that the words alone order and compare addresses of both families.
///
/// @param hi upper 64 bits
/// @param lo lower 64 bits
/// @param v6 whether the address was given as IPv6
public record Ip(long hi, long lo, boolean v6) implements Comparable<Ip> {
    /// Lower word of `::ffff:0.0.0.0`.
    public static final long MAPPED = 0x0000_FFFF_0000_0000L;

    /// An IPv4 address from its 32 bits.
    public static Ip v4(int bits) {
        return new Ip(0, mapped(bits), false);
    }

    public static Ip v6(long hi, long lo) {
        return new Ip(hi, lo, true);
    }

    /// Lower word of the mapped form of an IPv4 address.
    public static long mapped(int bits) {
        return MAPPED | (bits & 0xFFFF_FFFFL);
    }

    /// Whether the words lie in ::ffff:0:0/96.
    public static boolean isMapped(long hi, long lo) {
        return hi == 0 && (lo >>> 32) == 0xFFFF;
    }

    /// The IPv4 bits; meaningful for mapped addresses only.
    public int bits() {
        return (int) lo;
    }

    public boolean isMapped() {
        return isMapped(hi, lo);
    }

    /// Unsigned 128-bit comparison.
    public static int compare(long hi1, long lo1, long hi2, long lo2) {
        int c = Long.compareUnsigned(hi1, hi2);
        return c != 0 ? c : Long.compareUnsigned(lo1, lo2);
    }

    @Override
    public int compareTo(Ip other) {
        return compare(hi, lo, other.hi, other.lo);
    }

    /// Takes addresses.
    @FunctionalInterface
    public interface AddressConsumer<E extends Exception> {
        void address(long hi, long lo) throws E;
    }

    /// Hands out the addresses of an inclusive range, ascending.
    public static <E extends Exception> void forEach(
            long loHi, long loLo, long hiHi, long hiLo, AddressConsumer<E> out) throws E {
        long hi = loHi;
        long lo = loLo;
        while (true) {
            out.address(hi, lo);
            if (hi == hiHi && lo == hiLo) {
                return;
            }
            lo++;
            hi += lo == 0 ? 1 : 0;
        }
    }

    /// A bit of an address.
    ///
    /// @param at 0-127, the first one being the highest
    public static boolean bit(long hi, long lo, int at) {
        return ((at < 64 ? hi >>> 63 - at : lo >>> 127 - at) & 1) != 0;
    }

    /// Upper word of the mask of a prefix.
    ///
    /// @param length 0-128
    public static long maskHi(int length) {
        return length >= 64 ? -1L : length == 0 ? 0 : -1L << 64 - length;
    }

    /// Lower word of the mask of a prefix.
    ///
    /// @param length 0-128
    public static long maskLo(int length) {
        return length <= 64 ? 0 : -1L << 128 - length;
    }
}
