package dev.rearview.engine.addresses;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// What becomes of the octets of IPv4 addresses: for each of the four, first the most significant,
/// 256 numbers of which each is there once. So an address always becomes the same one, none is that
/// of two, and addresses that share their first octets still do.
public final class AddressMap {
    private static final int VALUES = 256;

    /// Numbers of a map.
    public static final int SIZE = 4 * VALUES;

    private AddressMap() {}

    /// A map that random numbers make.
    public static List<Integer> random(long seed) {
        Random random = new Random(seed);
        List<Integer> out = new ArrayList<>();
        for (int octet = 0; octet < 4; octet++) {
            List<Integer> values = new ArrayList<>();
            for (int v = 0; v < VALUES; v++) {
                values.add(v);
            }
            Collections.shuffle(values, random);
            out.addAll(values);
        }
        return out;
    }

    /// Checks that a map gives each address one of its own.
    ///
    /// @throws IllegalArgumentException if it does not
    public static void check(List<Integer> octets) {
        if (octets.size() != SIZE) {
            throw new IllegalArgumentException("has " + octets.size() + " numbers, not " + SIZE);
        }
        for (int from = 0; from < SIZE; from += VALUES) {
            BitSet seen = new BitSet();
            for (int value : octets.subList(from, from + VALUES)) {
                if (value < 0 || value >= VALUES || seen.get(value)) {
                    throw new IllegalArgumentException(
                            "has " + value + " where another number is missing");
                }
                seen.set(value);
            }
        }
    }

    /// The map for fast use.
    public static int[] of(List<Integer> octets) {
        return octets.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The address that another one becomes.
    ///
    /// @param map as [#of] gives it
    public static int apply(int[] map, int address) {
        return map[address >>> 24] << 24
                | map[VALUES + (address >>> 16 & 0xFF)] << 16
                | map[2 * VALUES + (address >>> 8 & 0xFF)] << 8
                | map[3 * VALUES + (address & 0xFF)];
    }
}
