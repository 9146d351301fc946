package dev.rearview.engine.expr;

/// The ports on which a host that is infected with the worm Conficker.C listens: two that follow
/// from its address, and two that follow from its address and the week, as analyses of the worm
/// published in 2009 describe them.
public final class ConfickerPorts {
    private static final long MULTIPLIER = 0x015A_4E35L;
    private static final long WORD = 0xFFFF_FFFFL;
    private static final int STEPS = 10;

    /// Monday, 5 January 1970: when week 0 starts.
    private static final long FIRST_WEEK_MS = 345_600_000L;

    private static final long WEEK_MS = 604_800_000L;

    /// How wrong the clock of an infected host may be at the turn of a week.
    private static final long CLOCK_ERROR_MS = 300_000L;

    /// Ports that the worm avoids: a bit for each 32 ports, from the lowest on.
    private static final int[] AVOIDED = {
        0xFFFFFFFF, 0xFFFFFFFF, 0xF0F6BFBB, 0xBB5A5FF3, 0xF3977011, 0xEB67BFBF, 0x5F9BFAC8,
        0x34D88091, 0x1E2282DF, 0x573402C4, 0xC0000084, 0x03000209, 0x01600002, 0x00005000,
        0x801000C0, 0x00500040, 0x000000A1, 0x01000000, 0x01000000, 0x00022A20, 0x00000080,
        0x04000000, 0x40020000, 0x88000000, 0x00000180, 0x00081000, 0x08801900, 0x00800B81,
        0x00000280, 0x080002C0, 0x00A80000, 0x00008000, 0x00100040, 0x00100000, 0x00000000,
        0x00000000, 0x10000008, 0x00000000, 0x00000000, 0x00000004, 0x00000002, 0x00000000,
        0x00040000, 0x00000000, 0x00000000, 0x00000000, 0x00410000, 0x82000000, 0x00000000,
        0x00000000, 0x00000001, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
        0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000008,
        0x80000000
    };

    private ConfickerPorts() {}

    /// Whether a host would listen on a port at a time. In the minutes around the turn of a week
    /// the ports of both weeks count.
    ///
    /// @param ipv4 the address as it is written, its first octet highest
    public static boolean areOpenAt(long timeMs, int ipv4, int port) {
        long before = week(timeMs - CLOCK_ERROR_MS);
        long after = week(timeMs + CLOCK_ERROR_MS);
        return areOpen(before, ipv4, port) || before != after && areOpen(after, ipv4, port);
    }

    private static long week(long timeMs) {
        return Math.floorDiv(timeMs - FIRST_WEEK_MS, WEEK_MS);
    }

    /// Whether a host would listen on a port.
    ///
    /// @param seed weeks since the first one
    /// @param ipv4 the address as it is written, its first octet highest
    public static boolean areOpen(long seed, int ipv4, int port) {
        if (isAvoided(port)) {
            return false;
        }
        long state = ~Integer.reverseBytes(ipv4) & WORD;
        for (int pair = 0; pair < 2; pair++) {
            int even = 0;
            int odd = 0;
            do {
                for (int step = 0; step < STEPS; step++) {
                    long product = state * MULTIPLIER + 1;
                    state = product & WORD;
                    int bits = (int) (product >>> Integer.SIZE >>> step) & 0xFFFF;
                    if ((step & 1) == 0) {
                        even ^= bits;
                    } else {
                        odd ^= bits;
                    }
                }
            } while (isAvoided(even) || isAvoided(odd) || even == odd);
            if (port == even || port == odd) {
                return true;
            }
            state ^= seed & WORD;
        }
        return false;
    }

    private static boolean isAvoided(int port) {
        int block = port >>> 5;
        return (AVOIDED[block >>> 5] >>> (block & 31) & 1) != 0;
    }
}
