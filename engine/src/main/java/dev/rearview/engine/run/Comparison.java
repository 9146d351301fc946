package dev.rearview.engine.run;

import java.io.IOException;
import java.util.Optional;

/// How two lists of flows compare.
///
/// @param kind of the first difference
/// @param number of the flow that differs, from 1
/// @param failure what kept the second list from being read to its end
public record Comparison(Kind kind, long number, Optional<IOException> failure) {
    /// Where two lists part.
    public enum Kind {
        SAME,
        /// A flow is another one.
        DIFFERENT,
        FIRST_ENDS,
        SECOND_ENDS
    }
}
