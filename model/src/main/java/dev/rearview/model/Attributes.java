package dev.rearview.model;

/// Bits of a flow's attributes octet, which is SiLK's tcp_state as it stands on disk.
public final class Attributes {
    /// Initial and session flags are meaningful.
    public static final int EXPANDED = 0x01;

    /// The start time is when the record was received: the exporter's own was not credible. Kept in
    /// Parquet; SiLK has no such bit, so its files never carry it.
    public static final int TIME_REPLACED = 0x02;

    /// Packets other than a bare ACK followed a FIN.
    public static final int FIN_FOLLOWED = 0x08;

    /// All packets have the same size.
    public static final int UNIFORM = 0x10;

    /// The record was cut by a timeout.
    public static final int TIMED_OUT = 0x20;

    /// The record continues one that was cut.
    public static final int CONTINUED = 0x40;

    /// The record carries IPv6 addresses.
    public static final int IPV6 = 0x80;

    /// The bits that have letters: T, C, F and S.
    public static final int VISIBLE = FIN_FOLLOWED | UNIFORM | TIMED_OUT | CONTINUED;

    private Attributes() {}
}
