package dev.rearview.engine.expr;

/// Which prefix map is meant; [dev.rearview.engine.filter.References] opens it.
public sealed interface MapRef {
    /// A map in a file.
    ///
    /// @param path as the user spelt it
    record File(String path) implements MapRef {}

    /// The map of countries: the one that is configured or installed, else the one built in.
    record Countries() implements MapRef {}

    /// The map of address types that is configured or installed.
    record AddressTypes() implements MapRef {}
}
