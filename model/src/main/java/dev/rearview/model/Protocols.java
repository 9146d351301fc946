package dev.rearview.model;

/// The numbers of IP protocols whose flows are told apart.
public final class Protocols {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;

    /// ICMP of IPv6; in IPv4 it is a protocol without types.
    public static final int ICMPV6 = 58;

    public static final int SCTP = 132;

    private Protocols() {}

    /// Whether flows of a protocol have an ICMP type and code instead of a destination port.
    public static boolean isIcmp(long protocol, boolean isIpv6) {
        return protocol == ICMP || protocol == ICMPV6 && isIpv6;
    }
}
