package dev.rearview.engine.detect;

import dev.rearview.model.FlowRecord;
import java.util.Locale;

/// The metrics of UDP. The weights are ours (see `docs/reference/scan-models.md`).
final class UdpMetrics extends Metrics {
    private static final double CONSTANT = -13.04;
    private static final double SMALL = 1;
    private static final double RUN = 0.05;
    private static final double LOW_PORTS = 0.01;
    private static final double LOW_RUN = 0.01;
    private static final double PORTS = -0.25;
    private static final double LARGE = -1;
    private static final double ALL_PORTS = -0.25;

    private static final int LOW = 1024;
    private static final int SUBNET_BITS = 8;

    private final PortSet ports = new PortSet();
    private final PortSet allPorts = new PortSet();
    private final boolean[] low = new boolean[LOW];
    private int lowHere;
    private int previous;
    private int run;
    private int longestRun;
    private int mostLow;
    private int longestLow;

    @Override
    void forget() {
        ports.clear();
        allPorts.clear();
        leaveHost();
        run = 0;
        longestRun = 0;
        mostLow = 0;
        longestLow = 0;
    }

    @Override
    void arrived(int destination) {
        leaveHost();
        ports.clear();
        boolean isNext =
                run > 0
                        && Math.abs(destination - previous) == 1
                        && destination >>> SUBNET_BITS == previous >>> SUBNET_BITS;
        run = isNext ? run + 1 : 1;
        longestRun = Math.max(longestRun, run);
        previous = destination;
    }

    /// Sums up the low ports of a host, and forgets them.
    private void leaveHost() {
        if (lowHere == 0) {
            return;
        }
        mostLow = Math.max(mostLow, lowHere);
        int neighbours = 0;
        for (int port = 0; port < LOW; port++) {
            neighbours = low[port] ? neighbours + 1 : 0;
            longestLow = Math.max(longestLow, neighbours);
            low[port] = false;
        }
        lowHere = 0;
    }

    @Override
    void count(FlowRecord r) {
        ports.add(r.sport);
        allPorts.add(r.sport);
        if (r.dport < LOW && !low[r.dport]) {
            low[r.dport] = true;
            lowHere++;
        }
    }

    @Override
    double score() {
        leaveHost();
        return CONSTANT
                + SMALL * smallShare()
                + RUN * longestRun
                + LOW_PORTS * mostLow
                + LOW_RUN * longestLow
                + PORTS * share(ports.size())
                + LARGE * largeShare()
                + ALL_PORTS * share(allPorts.size());
    }

    @Override
    String text() {
        leaveHost();
        return String.format(
                Locale.ROOT,
                "udp (%.3f, %d, %d, %d, %.3f, %.3f, %.3f)",
                smallShare(),
                longestRun,
                mostLow,
                longestLow,
                share(ports.size()),
                largeShare(),
                share(allPorts.size()));
    }
}
