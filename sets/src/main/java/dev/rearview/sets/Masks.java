package dev.rearview.sets;

import dev.rearview.model.Ip;
import java.math.BigInteger;

/// Sets of the blocks of one prefix length in which another set has addresses.
final class Masks {
    private Masks() {}

    /// All blocks of a prefix length that hold an address of a set, as a whole.
    static IpSet fill(IpSet set, int length) {
        IpSet.Builder builder = new IpSet.Builder();
        long maskHi = Ip.maskHi(length);
        long maskLo = Ip.maskLo(length);
        set.forEachRange((loHi, loLo, hiHi, hiLo) ->
                builder.addRange(loHi & maskHi, loLo & maskLo, hiHi | ~maskHi, hiLo | ~maskLo));
        return builder.build();
    }

    /// The first address of each block of a prefix length that holds an address of a set.
    ///
    /// @param length 1-127, of the 128-bit space
    /// @throws IllegalArgumentException where that are more than [IpSet#MAX_MASKED]
    static IpSet mask(IpSet set, int length) {
        IpSet.Builder builder = new IpSet.Builder();
        IpSet blocks = fill(set, length);
        BigInteger count = blocks.size().shiftRight(128 - length);
        if (count.compareTo(BigInteger.valueOf(IpSet.MAX_MASKED)) > 0) {
            throw new IllegalArgumentException(
                    "a set of " + count + " single addresses is too large");
        }
        long stepHi = length <= 64 ? 1L << 64 - length : 0;
        long stepLo = length > 64 ? 1L << 128 - length : 0;
        long restHi = ~Ip.maskHi(length);
        long restLo = ~Ip.maskLo(length);
        blocks.forEachRange((loHi, loLo, hiHi, hiLo) -> {
            long hi = loHi;
            long lo = loLo;
            while (true) {
                builder.add(hi, lo);
                if ((hi | restHi) == hiHi && (lo | restLo) == hiLo) {
                    break;
                }
                lo += stepLo;
                hi += stepHi + (stepLo != 0 && lo == 0 ? 1 : 0);
            }
        });
        return builder.build();
    }
}
