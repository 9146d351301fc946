package dev.rearview.engine.plugin;

/// A whole number that is computed of values of one flow.
///
/// Several threads call it at once, and in no particular order: it keeps nothing between calls.
/// What it throws ends the command with a message.
@FunctionalInterface
public interface RowFunction {
    /// @param values of the arguments, one after the other: a word for a number, the bits of a
    ///   double where it has decimals; two for an address, of which IPv4's is `::ffff:a.b.c.d`.
    ///   Times and durations are milliseconds. The array is used again for the next flow
    long of(long[] values);
}
