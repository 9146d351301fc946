package dev.rearview.wire;

/// Protocols that IP headers name, by IANA's numbers.
public final class IpProtocols {
    public static final int ICMP = 1;

    /// IPv4 in IP.
    public static final int IPV4 = 4;

    public static final int TCP = 6;
    public static final int UDP = 17;

    /// IPv6 in IP.
    public static final int IPV6 = 41;

    public static final int ICMPV6 = 58;
    public static final int SCTP = 132;

    // Extension headers of IPv6.
    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int DESTINATION_OPTIONS = 60;
    static final int MOBILITY = 135;

    private IpProtocols() {}
}
