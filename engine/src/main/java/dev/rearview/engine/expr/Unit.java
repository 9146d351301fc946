package dev.rearview.engine.expr;

/// What a number counts.
public enum Unit {
    /// Nothing: a name, a code, bits.
    NONE,
    PACKETS,
    OCTETS,
    MILLISECONDS,
    PACKETS_PER_SECOND,
    OCTETS_PER_SECOND,
    OCTETS_PER_PACKET,
    /// One packet in so many was looked at.
    PACKETS_PER_SAMPLE
}
