package dev.rearview.engine.detect;

import dev.rearview.model.FlowRecord;
import java.util.Locale;

/// The metrics of ICMP. Their sum is known for echo requests to one network; how it divides among
/// the weights is ours (see `docs/reference/scan-models.md`).
final class IcmpMetrics extends Metrics {
    private static final double CONSTANT = -3.4495636;
    private static final double NETWORKS = 0.0243861;
    private static final double RUNS = 0.0243861;
    private static final double MOST = 0.0243861;
    private static final double ALL = 0.0243861;
    private static final double ECHO = 3;

    private static final int ECHO_REQUEST = 8;
    private static final int SUBNET_BITS = 8;

    private boolean isFirst = true;
    private int previous;
    private int networks;
    private int mostNetworks;
    private int runs;
    private int mostRuns;
    private int here;
    private int mostHere;
    private long echoes;

    @Override
    void forget() {
        isFirst = true;
        networks = 0;
        mostNetworks = 0;
        runs = 0;
        mostRuns = 0;
        here = 0;
        mostHere = 0;
        echoes = 0;
    }

    @Override
    void arrived(int destination) {
        int network = destination >>> SUBNET_BITS;
        int before = previous >>> SUBNET_BITS;
        if (isFirst || network != before) {
            networks = !isFirst && Math.abs(network - before) == 1 ? networks + 1 : 1;
            runs = 1;
            here = 0;
        } else if (Math.abs(destination - previous) != 1) {
            runs++;
        }
        here++;
        mostNetworks = Math.max(mostNetworks, networks);
        mostRuns = Math.max(mostRuns, runs);
        mostHere = Math.max(mostHere, here);
        previous = destination;
        isFirst = false;
    }

    @Override
    void count(FlowRecord r) {
        if (r.dport >>> 8 == ECHO_REQUEST) {
            echoes++;
        }
    }

    @Override
    double score() {
        return CONSTANT
                + NETWORKS * mostNetworks
                + RUNS * mostRuns
                + MOST * mostHere
                + ALL * destinations()
                + ECHO * share(echoes);
    }

    @Override
    String text() {
        return String.format(
                Locale.ROOT,
                "icmp (%d, %d, %d, %d, %.3f)",
                mostNetworks,
                mostRuns,
                mostHere,
                destinations(),
                share(echoes));
    }
}
