package dev.rearview.model;

/// One column of a [FlowBatch]: plain values, or codes into a sorted dictionary.
///
/// A coded column lets an operator work once per dictionary entry instead of once per row.
public sealed interface Column permits LongColumn, AddressColumn {
    /// Whether the rows are codes into a dictionary.
    boolean isCoded();

    /// Entries of the dictionary; only for a coded column.
    int dictionarySize();

    /// The codes; only for a coded column.
    Codes codes();
}
