package dev.rearview.engine.group;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.model.words.RadixSort;
import dev.rearview.model.words.WordRows;
import java.math.BigInteger;

/// The arithmetic of peaks: what flows put into bins of time, and which bin has most.
///
/// A flow's number is spread over its duration as rwcount does it, one millisecond longer than it
/// lasts. Its whole bins all get the same, so that it is no more than three rows, however long: the
/// bins where it starts and ends, and from where to where the same is added to each. Shares are
/// whole numbers and units of 2^-31, whose sums do not depend on the order.
final class Peaks {
    /// Words of a row behind the key: the bin.
    static final int KEY_WORDS = 1;

    private static final int SHIFT = 31;
    private static final long MASK = (1L << SHIFT) - 1;
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    /// What a bin has of its own as whole number and units, and what it and all behind it have.
    private static final Aggregate.Kind[] VALUES = {
        Aggregate.Kind.SUM, Aggregate.Kind.SUM, Aggregate.Kind.SUM, Aggregate.Kind.SUM
    };

    private final int keyWords;
    private final long binMs;
    private final Spool out;
    private final long[] row;

    /// @param keyWords of groups
    /// @param out takes a row of group, bin and values
    Peaks(int keyWords, long binMs, Spool out) {
        this.keyWords = keyWords;
        this.binMs = binMs;
        this.out = out;
        this.row = new long[keyWords + KEY_WORDS + VALUES.length];
    }

    /// What holds the rows.
    Spool rows() {
        return out;
    }

    /// How the words of a row behind its bin combine.
    static Aggregate.Kind[] values() {
        return VALUES.clone();
    }

    /// Puts a flow into bins.
    ///
    /// @param group starts with the group's key
    /// @param durationMs which counts as 0 if it is below
    /// @param number to spread; from 2^63 on it counts as 2^63 - 1
    void add(long[] group, long startMs, long durationMs, long number) {
        System.arraycopy(group, 0, row, 0, keyWords);
        long amount = number < 0 ? Long.MAX_VALUE : number;
        long end = startMs + Math.clamp(durationMs, 0L, Long.MAX_VALUE / 4);
        long first = Math.floorDiv(startMs, binMs);
        long last = Math.floorDiv(end, binMs);
        if (first == last) {
            put(first, amount, 0);
            out.add(row, 0);
            return;
        }
        int whole = keyWords + KEY_WORDS;
        long length = end - startMs + 1;
        share(first, amount, (first + 1) * binMs - startMs, length);
        out.add(row, 0);
        if (last - first > 1) {
            share(first + 1, amount, binMs, length);
            long perBin = row[whole];
            long unitsPerBin = row[whole + 1];
            put(first + 1, 0, 0);
            row[whole + 2] = perBin;
            row[whole + 3] = unitsPerBin;
            out.add(row, 0);
            share(last, amount, end + 1 - last * binMs, length);
            row[whole + 2] = -perBin;
            row[whole + 3] = -unitsPerBin;
        } else {
            share(last, amount, end + 1 - last * binMs, length);
        }
        out.add(row, 0);
    }

    private void put(long bin, long whole, long units) {
        int at = keyWords;
        // Keys are sorted without signs.
        row[at] = bin ^ Long.MIN_VALUE;
        row[at + 1] = whole;
        row[at + 2] = units;
        row[at + 3] = 0;
        row[at + 4] = 0;
    }

    /// Puts `amount * part / length`, rounded down to units.
    private void share(long bin, long amount, long part, long length) {
        long whole;
        long rest;
        if (Math.multiplyHigh(amount, part) == 0 && amount * part >= 0) {
            whole = amount * part / length;
            rest = amount * part % length;
        } else {
            BigInteger[] shared =
                    BigInteger.valueOf(amount)
                            .multiply(BigInteger.valueOf(part))
                            .divideAndRemainder(BigInteger.valueOf(length));
            whole = shared[0].min(LONG_MAX).longValue();
            rest = shared[1].longValue();
        }
        int tooLong = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(length) - 32);
        put(bin, whole, ((rest >> tooLong) << SHIFT) / (length >> tooLong));
    }

    /// The most that a bin of each group has.
    ///
    /// @param rows whose key is the group's and the bin
    /// @param keyWords of the group
    /// @param out takes the bits of a double for the group whose key starts in the rows at a place
    static void most(GroupTable rows, int keyWords, Taker out) {
        long[] words = rows.words();
        int stride = rows.stride();
        int[] order =
                RadixSort.order(
                        (row, k) -> words[row * stride + k], keyWords + KEY_WORDS, rows.size());
        for (int i = 0; i < order.length; ) {
            int group = order[i] * stride;
            long runningWhole = 0;
            long runningUnits = 0;
            long mostWhole = 0;
            long mostUnits = 0;
            for (;
                    i < order.length
                            && WordRows.compare(words, group, words, order[i] * stride, keyWords)
                                    == 0;
                    i++) {
                int at = order[i] * stride + keyWords + KEY_WORDS;
                runningWhole += words[at + 2];
                runningUnits += words[at + 3];
                long units = words[at + 1] + runningUnits;
                long whole = words[at] + runningWhole + (units >> SHIFT);
                units &= MASK;
                if (whole > mostWhole || whole == mostWhole && units > mostUnits) {
                    mostWhole = whole;
                    mostUnits = units;
                }
            }
            double most = mostWhole + mostUnits / (double) (1L << SHIFT);
            out.take(words, group, Double.doubleToLongBits(most));
        }
    }

    /// Takes the peak of a group.
    interface Taker {
        /// @param at where the group's key starts in the words
        void take(long[] words, int at, long peak);
    }
}
