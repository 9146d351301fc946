package dev.rearview.tools.rwresolve;

import java.util.Optional;

/// Finds the name of an address; may take as long as it was told to at most.
interface Lookup {
    /// @return empty where there is none, or nobody says so in time
    Optional<String> name(long hi, long lo);
}
