package dev.rearview.engine.changes;

/// The values of a key in all parts of both windows, as they come.
final class Counts {
    private final Windows windows;
    private final boolean distinct;
    private double before;
    private double squares;
    private double after;
    private double flowsBefore;
    private double flowsAfter;

    /// @param distinct whether values count distinct things, and not what flows have
    Counts(Windows windows, boolean distinct) {
        this.windows = windows;
        this.distinct = distinct;
    }

    void clear() {
        before = 0;
        squares = 0;
        after = 0;
        flowsBefore = 0;
        flowsAfter = 0;
    }

    /// @param part of the window before, counted from 0, or the window after
    void add(long part, double value, double flows) {
        if (part == windows.parts()) {
            after += value;
            flowsAfter += flows;
        } else {
            before += value;
            squares += value * value;
            flowsBefore += flows;
        }
    }

    boolean isBefore() {
        return flowsBefore > 0;
    }

    boolean isAfter() {
        return flowsAfter > 0;
    }

    Change change(long[] key) {
        double usual = before * windows.scale();
        Change.Kind kind =
                !isBefore()
                        ? Change.Kind.NEW
                        : !isAfter()
                                ? Change.Kind.GONE
                                : after > usual ? Change.Kind.GROWN : Change.Kind.SHRUNK;
        return new Change(key, kind, usual, after, Math.max(chance(), spread()));
    }

    private double chance() {
        double value = before + after;
        double events = distinct ? value : flowsBefore + flowsAfter;
        return events == 0 ? 0 : value / events * Math.sqrt(windows.scale() * events);
    }

    private double spread() {
        if (!windows.showsSpread()) {
            return 0;
        }
        double k = windows.parts();
        double variance = Math.max(0, squares - before * before / k) / (k - 1);
        return Math.sqrt(variance * (1 + 1 / k));
    }
}
