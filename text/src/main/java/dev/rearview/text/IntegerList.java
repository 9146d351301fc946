package dev.rearview.text;

import java.util.BitSet;
import java.util.stream.IntStream;

/// Parses SiLK's integer lists such as `1,3,5-9,20-`.
public final class IntegerList {
    private IntegerList() {}

    /// The numbers of one item such as `3` or `5-9`, ascending.
    ///
    /// @param what the numbers are, for messages
    /// @throws IllegalArgumentException naming the faulty item
    public static IntStream range(String item, int max, String what) {
        int dash = item.indexOf('-');
        long low = IpText.parseDigits(dash < 0 ? item : item.substring(0, dash), max, what);
        long high = dash < 0 ? low : IpText.parseDigits(item.substring(dash + 1), max, what);
        checkUpwards(low, high, item);
        return IntStream.rangeClosed((int) low, (int) high);
    }

    private static void checkUpwards(long low, long high, String item) {
        if (high < low) {
            throw new IllegalArgumentException("range '" + item + "' runs down");
        }
    }

    /// The set of numbers that a list names; an open range runs to `max`.
    ///
    /// Blanks are allowed at both ends and empty items after the first number; an empty list is an
    /// error.
    ///
    /// @throws IllegalArgumentException naming the faulty item
    public static BitSet parse(String text, int min, int max) {
        String s = text.strip();
        if (s.isEmpty()) {
            throw new IllegalArgumentException("empty list");
        }
        if (s.charAt(0) == ',') {
            throw new IllegalArgumentException("'" + s + "' starts with a comma");
        }
        BitSet out = new BitSet();
        for (String item : s.split(",", -1)) {
            if (item.isEmpty()) {
                continue;
            }
            int dash = item.indexOf('-');
            long low = IpText.parseDigits(dash < 0 ? item : item.substring(0, dash), max, "item");
            long high = low;
            if (dash >= 0) {
                String end = item.substring(dash + 1);
                high = end.isEmpty() ? max : IpText.parseDigits(end, max, "item");
            }
            if (low < min) {
                throw new IllegalArgumentException(low + " is below the minimum of " + min);
            }
            checkUpwards(low, high, item);
            out.set((int) low, (int) high + 1);
        }
        return out;
    }
}
