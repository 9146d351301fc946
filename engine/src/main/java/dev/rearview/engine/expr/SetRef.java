package dev.rearview.engine.expr;

import dev.rearview.text.IpRange;
import java.util.List;

/// Which set of addresses is meant.
public sealed interface SetRef {
    /// A set in a file; [dev.rearview.engine.filter.References] opens it.
    ///
    /// @param path as the user spelt it
    record File(String path) implements SetRef {}

    /// Ranges that were spelt out.
    record Ranges(List<IpRange> ranges) implements SetRef {
        public Ranges {
            ranges = List.copyOf(ranges);
        }
    }
}
