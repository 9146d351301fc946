package dev.rearview.sets;

import dev.rearview.model.Ip;

/// A set that is asked for one address after the other: of each IPv4 network of 16 bits it knows
/// whether none of it, all of it or some of it is a member, so that most are told with one look.
/// Takes 16 KB besides the set.
public final class FastSet {
    /// Bits of an IPv4 address behind those of its network.
    public static final int SHIFT = 16;

    /// IPv4 networks of 16 bits.
    public static final int NETWORKS = 1 << Integer.SIZE - SHIFT;

    private static final long LAST = (1L << SHIFT) - 1;

    private final IpSet set;
    private final long[] some = new long[NETWORKS / Long.SIZE];
    private final long[] all = new long[NETWORKS / Long.SIZE];

    public FastSet(IpSet set) {
        this.set = set;
        set.forEachRange(this::add);
    }

    private void add(long loHi, long loLo, long hiHi, long hiLo) {
        boolean isBelow = Ip.compare(hiHi, hiLo, 0, Ip.MAPPED) < 0;
        boolean isAbove = Ip.compare(loHi, loLo, 0, Ip.mapped(-1)) > 0;
        if (isBelow || isAbove) {
            return;
        }
        boolean fromFirst = Ip.compare(loHi, loLo, 0, Ip.MAPPED) <= 0;
        boolean toLast = Ip.compare(hiHi, hiLo, 0, Ip.mapped(-1)) >= 0;
        long first = fromFirst ? 0 : loLo & 0xFFFF_FFFFL;
        long last = toLast ? 0xFFFF_FFFFL : hiLo & 0xFFFF_FFFFL;
        for (int network = (int) (first >>> SHIFT); network <= last >>> SHIFT; network++) {
            long from = (long) network << SHIFT;
            some[network >> 6] |= 1L << network;
            if (first <= from && last >= (from | LAST)) {
                all[network >> 6] |= 1L << network;
            }
        }
    }

    /// Whether some address of an IPv4 network is a member.
    ///
    /// @param network the upper 16 bits of its addresses
    public boolean hasSome(int network) {
        return (some[network >> 6] >>> network & 1) != 0;
    }

    /// Whether all addresses of an IPv4 network are members.
    ///
    /// @param network the upper 16 bits of its addresses
    public boolean hasAll(int network) {
        return (all[network >> 6] >>> network & 1) != 0;
    }

    /// Whether the address, IPv4 as `::ffff:a.b.c.d`, is a member.
    public boolean contains(long hi, long lo) {
        if (!Ip.isMapped(hi, lo)) {
            return set.contains(hi, lo);
        }
        int network = (int) lo >>> SHIFT;
        return hasSome(network) && (hasAll(network) || set.contains(hi, lo));
    }
}
