package dev.rearview.engine.filter;

import dev.rearview.text.IpRange;
import java.util.BitSet;

/// A partial five-tuple: ranges of addresses, and numbers that count; an empty set stands for all.
///
/// @param sport source ports
/// @param dport destination ports
public record Tuple(
        IpRange source, IpRange destination, BitSet sport, BitSet dport, BitSet protocol) {
    /// All addresses.
    public static final IpRange ANYWHERE = new IpRange(0, 0, -1L, -1L, true);

    /// The same with source and destination exchanged.
    Tuple reversed() {
        return new Tuple(
                /* source= */ destination,
                /* destination= */ source,
                /* sport= */ dport,
                /* dport= */ sport,
                protocol);
    }

    static boolean has(BitSet set, long value) {
        return set.isEmpty() || set.get((int) value);
    }
}
