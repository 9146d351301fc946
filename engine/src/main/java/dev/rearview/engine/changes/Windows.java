package dev.rearview.engine.changes;

/// Two windows of time that are compared. Where the first is several times as long as the second,
/// it is taken in as many parts as long as that, which tell how much there is of something usually
/// and how much that varies; otherwise what it has is scaled by the lengths.
public record Windows(Window before, Window after) {
    /// The most parts; a longer window is scaled.
    public static final int MAX_PARTS = 1000;

    /// Parts that it takes to tell how much something varies.
    private static final int FEW = 3;

    /// A window of time.
    ///
    /// @param startMs milliseconds since 1970
    /// @param endMs exclusive
    public record Window(long startMs, long endMs) {
        public Window {
            if (endMs <= startMs) {
                throw new IllegalArgumentException("a window ends before it starts");
            }
        }

        public long lengthMs() {
            return endMs - startMs;
        }
    }

    public Windows {
        if (before.startMs < after.endMs && after.startMs < before.endMs) {
            throw new IllegalArgumentException("the windows overlap");
        }
    }

    /// Whether the first window consists of parts as long as the second.
    public boolean isWhole() {
        return before.lengthMs() % after.lengthMs() == 0
                && before.lengthMs() / after.lengthMs() <= MAX_PARTS;
    }

    /// Parts of the first window.
    public int parts() {
        return isWhole() ? (int) (before.lengthMs() / after.lengthMs()) : 1;
    }

    /// Whether the parts are enough to tell how much something varies.
    public boolean showsSpread() {
        return parts() >= FEW;
    }

    /// Length of a part.
    public long partMs() {
        return before.lengthMs() / parts();
    }

    /// What something of the first window counts in the second.
    public double scale() {
        return (double) after.lengthMs() / before.lengthMs();
    }
}
