package dev.rearview.engine.detect;

import dev.rearview.model.FlowRecord;

/// What the regression weighs of the flows of one source and protocol. Flows come grouped by
/// destination, so that nothing is kept of those that are through.
abstract sealed class Metrics permits TcpMetrics, UdpMetrics, IcmpMetrics {
    private static final int FEW_PACKETS = 3;
    private static final int MANY_OCTETS = 60;

    private long flows;
    private long destinations;
    private long small;
    private long large;
    private int last;

    /// Forgets all flows.
    final void clear() {
        flows = 0;
        destinations = 0;
        small = 0;
        large = 0;
        forget();
    }

    final void add(FlowRecord r) {
        int destination = (int) r.dipLo;
        if (flows == 0 || destination != last) {
            arrived(destination);
            destinations++;
            last = destination;
        }
        flows++;
        if (r.packets < FEW_PACKETS) {
            small++;
        }
        if ((double) r.bytes >= (double) r.packets * MANY_OCTETS) {
            large++;
        }
        count(r);
    }

    final long flows() {
        return flows;
    }

    final long destinations() {
        return destinations;
    }

    final double share(long of) {
        return (double) of / flows;
    }

    /// Share of flows of fewer than three packets.
    final double smallShare() {
        return share(small);
    }

    /// Share of flows whose packets have 60 octets or more on average.
    final double largeShare() {
        return share(large);
    }

    abstract void forget();

    /// Told before the first flow to another destination.
    abstract void arrived(int destination);

    abstract void count(FlowRecord r);

    /// The weighted sum, of which the probability is the logistic function.
    abstract double score();

    /// The metrics, for a person.
    abstract String text();
}
