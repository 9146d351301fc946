package dev.rearview.model;

/// How much some flows are.
///
/// @param bytes octets of their packets
public record Volume(long flows, long packets, long bytes) {
    /// @throws ArithmeticException where a sum is above 63 bits
    public Volume plus(Volume other) {
        return new Volume(
                Math.addExact(flows, other.flows),
                Math.addExact(packets, other.packets),
                Math.addExact(bytes, other.bytes));
    }
}
