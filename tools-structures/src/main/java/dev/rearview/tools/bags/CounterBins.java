package dev.rearview.tools.bags;

import dev.rearview.sets.BagCounter;
import java.util.Locale;

/// The scales of `--bin-ips`.
final class CounterBins {
    private static final int LINEAR_BELOW = 100;
    private static final int PER_DECADE = 100;
    private static final double SIGN = 0x1p63;

    private CounterBins() {}

    /// The bin of a counter above 0, as the number that it is ordered by.
    static long bin(long counter, String scale) {
        return switch (scale) {
            case "binary" -> Long.SIZE - 1 - Long.numberOfLeadingZeros(counter);
            case "decimal" -> decimal(counter);
            default -> BagCounter.asKey(counter);
        };
    }

    /// Below 100 a bin for each counter, above a hundred for each decade, named by their middle.
    private static long decimal(long counter) {
        if (Long.compareUnsigned(counter, LINEAR_BELOW) < 0) {
            return counter;
        }
        double value = BagCounter.asDouble(counter);
        double bin = Math.floor(PER_DECADE * Math.log10(value));
        double low = Math.ceil(Math.pow(10, bin / PER_DECADE));
        double high = Math.ceil(Math.pow(10, (bin + 1) / PER_DECADE)) - 1;
        return unsigned((low + high) / 2);
    }

    private static long unsigned(double n) {
        return n < SIGN ? (long) n : (long) (n - SIGN) ^ Long.MIN_VALUE;
    }

    static String text(long bin, String scale) {
        return scale.equals("binary")
                ? String.format(Locale.ROOT, "2^%02d to 2^%02d-1", bin, bin + 1)
                : Long.toUnsignedString(bin);
    }
}
