package dev.rearview.engine.detect;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.TcpFlags;
import dev.rearview.sets.IpSet;

/// The threshold random walk over one source's flows of TCP: each destination that is contacted
/// first is a hit where it is active and a miss otherwise, and the likelihood ratio of the two
/// hypotheses moves with it until one of them is accepted.
final class RandomWalk {
    private static final double FALSE_ALARMS = 0.01;
    private static final double DETECTIONS = 0.99;

    /// At or above this ratio the source scans.
    private static final double UPPER = DETECTIONS / FALSE_ALARMS;

    /// At or below this ratio the source is benign.
    private static final double LOWER = (1 - DETECTIONS) / (1 - FALSE_ALARMS);

    private final IpSet active;
    private final double hit;
    private final double miss;
    private double ratio = 1;
    private boolean isOver;
    private boolean isFirst = true;
    private int last;
    private long hits;
    private long misses;

    /// @param active the internal addresses that are in use
    /// @param theta0 probability that a connection of a benign source succeeds
    /// @param theta1 probability that one of a scanner does
    RandomWalk(IpSet active, double theta0, double theta1) {
        this.active = active;
        this.hit = theta1 / theta0;
        this.miss = (1 - theta1) / (1 - theta0);
    }

    void clear() {
        ratio = 1;
        isOver = false;
        isFirst = true;
        hits = 0;
        misses = 0;
    }

    void add(FlowRecord r) {
        if (isOver) {
            return;
        }
        if ((r.flags & TcpFlags.ACK) != 0) {
            // A connection that was established, or an answer: not a first contact that failed.
            isOver = true;
            return;
        }
        int destination = (int) r.dipLo;
        if (!isFirst && destination == last) {
            return;
        }
        isFirst = false;
        last = destination;
        boolean isHit = active.contains(r.dipHi, r.dipLo);
        if (isHit) {
            hits++;
        } else {
            misses++;
        }
        ratio *= isHit ? hit : miss;
        isOver = ratio >= UPPER || ratio <= LOWER;
    }

    double ratio() {
        return ratio;
    }

    boolean isScan() {
        return ratio >= UPPER;
    }

    boolean isBenign() {
        return ratio <= LOWER;
    }

    /// Whether the source has contacted destinations, none of which is known as internal.
    boolean missesAll() {
        return misses > 0 && hits == 0;
    }

    String text() {
        return "trw (" + hits + ", " + misses + ")";
    }
}
