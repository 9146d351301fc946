package dev.rearview.descriptors;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Whether a stream has been used, and what is asked before it is for the first time.
final class Gated {
    private volatile @Nullable Gate gate;
    private volatile boolean used;

    /// @param before none where the stream may be used at once
    void gate(@Nullable Gate before) {
        gate = before;
    }

    boolean isUsed() {
        return used;
    }

    /// Whether a gate stands before it that has not opened.
    boolean isHeld() {
        return gate != null;
    }

    /// To be asked at each use, for which the stream is then taken to be used.
    ///
    /// @return whether it may be
    boolean opens() throws IOException {
        Gate known = gate;
        if (known != null && !known.opens()) {
            return false;
        }
        gate = null;
        used = true;
        return true;
    }
}
