package dev.rearview.model;

/// The two addresses of a packet or flow, 128 bits each as in a [FlowRecord], for keys of tables.
///
/// @param sipHi upper half of the source
/// @param sipLo lower half of the source
/// @param dipHi upper half of the destination
/// @param dipLo lower half of the destination
public record AddressPair(long sipHi, long sipLo, long dipHi, long dipLo) {
    /// That of a flow.
    public static AddressPair of(FlowRecord r) {
        return new AddressPair(r.sipHi, r.sipLo, r.dipHi, r.dipLo);
    }
}
