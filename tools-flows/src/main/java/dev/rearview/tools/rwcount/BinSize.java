package dev.rearview.tools.rwcount;

import dev.rearview.text.NumberRange;
import java.math.BigDecimal;

/// The width of a bin.
///
/// @param ms milliseconds
/// @param fraction whether it was given with a fraction of a second, were it below a millisecond:
///   then bins are labelled with milliseconds
record BinSize(long ms, boolean fraction) {
    private static final double MIN_SECONDS = 0.001;
    private static final double MAX_SECONDS = Integer.MAX_VALUE;

    /// Parses seconds; what is below a millisecond is cut.
    static BinSize parse(String text) {
        String s = text.strip();
        double seconds = NumberRange.decimal(s);
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
            throw new IllegalArgumentException("must be between 0.001 and 2147483647");
        }
        // In decimal: what is a whole number of milliseconds there may lie just below it in binary.
        BigDecimal exact = new BigDecimal(s);
        return new BinSize(exact.movePointRight(3).longValue(), seconds != Math.rint(seconds));
    }
}
