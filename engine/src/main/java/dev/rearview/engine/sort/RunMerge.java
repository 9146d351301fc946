package dev.rearview.engine.sort;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges sorted runs by a tree of losers: each row is compared once on each level. Of equal rows
/// those of the first run come first, and perhaps alone.
final class RunMerge {
    private final List<SortedRun> runs;
    private final int[] keys;
    private final boolean reverse;

    /// The run that lost at each node; the children of node `i` are `2 * i` and `2 * i + 1`, and
    /// run `r` stands at node `runs + r`.
    private final int[] losers;

    private final boolean[] ended;
    private int winner;

    /// Whether the winner's row has been handed out.
    private boolean taken;

    /// The row that was handed out last, where the next is none with the same keys.
    private final long @Nullable [] last;

    private boolean any;

    /// @param runs rewound, at least one
    /// @param keys words by which they are sorted, the most significant first
    /// @param distinct whether of rows with equal keys only the first is handed out
    RunMerge(List<SortedRun> runs, int[] keys, boolean reverse, boolean distinct)
            throws IOException {
        this.runs = runs;
        this.keys = keys;
        this.reverse = reverse;
        this.losers = new int[runs.size()];
        this.ended = new boolean[runs.size()];
        this.last = distinct ? new long[keys.length] : null;
        for (int i = 0; i < runs.size(); i++) {
            ended[i] = !runs.get(i).advance();
        }
        this.winner = play(1);
    }

    private int play(int node) {
        if (node >= losers.length) {
            return node - losers.length;
        }
        int left = play(2 * node);
        int right = play(2 * node + 1);
        boolean isLeft = isBefore(left, right);
        losers[node] = isLeft ? right : left;
        return isLeft ? left : right;
    }

    private boolean isBefore(int a, int b) {
        if (ended[a] || ended[b]) {
            return !ended[a];
        }
        SortedRun left = runs.get(a);
        SortedRun right = runs.get(b);
        for (int key : keys) {
            int c = Long.compareUnsigned(left.row()[key], right.row()[key]);
            if (c != 0) {
                return c < 0 != reverse;
            }
        }
        return a < b;
    }

    /// The run whose row is the next, null where there is none; the row is there until the next
    /// call.
    @Nullable SortedRun next() throws IOException {
        SortedRun run = following();
        if (last == null) {
            return run;
        }
        while (run != null && any && isSame(run.row(), last)) {
            run = following();
        }
        if (run != null) {
            for (int i = 0; i < keys.length; i++) {
                last[i] = run.row()[keys[i]];
            }
            any = true;
        }
        return run;
    }

    private boolean isSame(long[] row, long[] as) {
        for (int i = 0; i < keys.length; i++) {
            if (row[keys[i]] != as[i]) {
                return false;
            }
        }
        return true;
    }

    private @Nullable SortedRun following() throws IOException {
        if (taken) {
            goOn();
        }
        taken = !ended[winner];
        return taken ? runs.get(winner) : null;
    }

    /// Goes to the next row of the run whose row was the last, and finds the one that is next now.
    private void goOn() throws IOException {
        int best = winner;
        ended[best] = !runs.get(best).advance();
        for (int node = winner + losers.length >> 1; node > 0; node >>= 1) {
            if (isBefore(losers[node], best)) {
                int lost = best;
                best = losers[node];
                losers[node] = lost;
            }
        }
        winner = best;
    }
}
