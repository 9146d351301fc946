package dev.rearview.model;

/// The distinct values of a coded column of addresses, ascending as unsigned 128-bit numbers.
public interface AddressDictionary {
    int size();

    /// Upper word of the value of a code, 0 to `size() - 1`.
    long hi(int code);

    /// Lower word of the value of a code.
    long lo(int code);

    /// Whether every value lies in ::ffff:0:0/96, so that 32 bits tell it.
    boolean isIpv4();

    /// The codes of values that lie in some blocks of 4096 addresses, where all are IPv4.
    ///
    /// @param blocks a bit for each of the 2^20 blocks
    /// @param codes gets them, ascending; of the length [#size] at least
    /// @return how many they are
    default int inBlocks(long[] blocks, int[] codes) {
        int found = 0;
        for (int i = 0; i < size(); i++) {
            int block = (int) lo(i) >>> 12;
            codes[found] = i;
            found += (int) (blocks[block >>> 6] >>> block & 1);
        }
        return found;
    }
}
