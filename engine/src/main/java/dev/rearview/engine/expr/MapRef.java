package dev.rearview.engine.expr;

/// Which prefix map is meant; [dev.rearview.engine.filter.References] opens it.
public sealed interface MapRef {
    /// What it says, for a person.
    String text();

    /// A map in a file.
    ///
    /// @param path as the user spelt it
    record File(String path) implements MapRef {
        @Override
        public String text() {
            return path;
        }
    }

    /// The map of countries: the one that is configured or installed, else the one built in.
    record Countries() implements MapRef {
        @Override
        public String text() {
            return "countries";
        }
    }

    /// The map of address types that is configured or installed.
    record AddressTypes() implements MapRef {
        @Override
        public String text() {
            return "address types";
        }
    }
}
