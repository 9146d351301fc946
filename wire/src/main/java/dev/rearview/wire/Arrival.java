package dev.rearview.wire;

/// How a message came.
///
/// @param port that it was sent from
/// @param receivedUs when it came, microseconds since 1970
/// @param nowMs when it came, by a clock that nobody sets
public record Arrival(int port, long receivedUs, long nowMs) {}
