package dev.rearview.tools.rwgeoip2ccmap;

import java.io.IOException;

/// Something that gives countries for ranges of addresses.
@FunctionalInterface
interface CountrySource {
    /// Takes ranges in the mapped 128-bit space; later ones override earlier ones.
    @FunctionalInterface
    interface RangeConsumer {
        /// @param country value of [dev.rearview.sets.CountryCode]
        void range(long loHi, long loLo, long hiHi, long hiLo, int country);
    }

    void forEach(RangeConsumer out) throws IOException;
}
