package dev.rearview.engine.group;

import java.util.Objects;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/// Bins by number, which need no object for their number: a table of 2^n places, half of which are
/// empty.
final class BinTable {
    private static final int FIRST = 64;

    /// 2^64 divided by the golden ratio, which spreads neighbours.
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long[] numbers = new long[FIRST];
    private TimeBins.@Nullable Bin[] bins = new TimeBins.@Nullable Bin[FIRST];
    private int size;

    int size() {
        return size;
    }

    TimeBins.@Nullable Bin get(long number) {
        return bins[place(number)];
    }

    /// Adds a bin whose number there is none of yet.
    void put(long number, TimeBins.Bin bin) {
        if (size * 2 >= numbers.length) {
            grow();
        }
        int at = place(number);
        numbers[at] = number;
        bins[at] = bin;
        size++;
    }

    /// Where a number is, or would be.
    private int place(long number) {
        int mask = numbers.length - 1;
        int at = (int) (number * GOLDEN >>> 32) & mask;
        while (bins[at] != null && numbers[at] != number) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldNumbers = numbers;
        TimeBins.@Nullable Bin[] oldBins = bins;
        numbers = new long[oldNumbers.length * 2];
        bins = new TimeBins.@Nullable Bin[oldNumbers.length * 2];
        for (int i = 0; i < oldNumbers.length; i++) {
            if (oldBins[i] != null) {
                int at = place(oldNumbers[i]);
                numbers[at] = oldNumbers[i];
                bins[at] = oldBins[i];
            }
        }
    }

    /// Hands out all bins in any order.
    void forEach(ObjLongConsumer<TimeBins.Bin> out) {
        for (int i = 0; i < numbers.length; i++) {
            if (bins[i] != null) {
                out.accept(Objects.requireNonNull(bins[i]), numbers[i]);
            }
        }
    }
}
