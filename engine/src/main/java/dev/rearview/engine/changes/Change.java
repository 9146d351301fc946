package dev.rearview.engine.changes;

import dev.rearview.model.words.WordRows;

/// A key whose value has changed.
///
/// What is usual is the value of the window before, scaled to the length of the window after, which
/// is the mean of the parts where there are any. The noise is how far the value would be off that
/// if nothing had changed (one standard deviation): the larger one of
///
/// - what chance makes of events that come independently. A key of n flows in both windows with the
///   value v together is taken to have flows of v/n each, and so a noise of v/n * sqrt(s * n), with
///   s the lengths' ratio, after by before; of a value that counts distinct things, sqrt(s * v);
/// - the spread of the parts, if there are three or more: their standard deviation, divided by k-1,
///   times sqrt(1 + 1/k) for k parts, since their mean is as uncertain.
public final class Change {
    /// What has become of a key.
    public enum Kind {
        NEW,
        GONE,
        GROWN,
        SHRUNK
    }

    private final long[] key;
    private final Kind kind;
    private final double before;
    private final double after;
    private final double noise;

    Change(long[] key, Kind kind, double before, double after, double noise) {
        this.key = key.clone();
        this.kind = kind;
        this.before = before;
        this.after = after;
        this.noise = noise;
    }

    /// The words of the key.
    public long[] key() {
        return key.clone();
    }

    public Kind kind() {
        return kind;
    }

    /// What was usual before.
    public double before() {
        return before;
    }

    public double after() {
        return after;
    }

    /// How much it has changed.
    public double difference() {
        return after - before;
    }

    public double noise() {
        return noise;
    }

    /// How many times the noise the difference is.
    public double score() {
        return Math.abs(difference()) / noise;
    }

    /// Compares keys.
    int compareKey(Change other) {
        return WordRows.compare(key, 0, other.key, 0, key.length);
    }
}
