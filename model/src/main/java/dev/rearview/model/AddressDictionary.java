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
}
