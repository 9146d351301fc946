package dev.rearview.engine.contacts;

import dev.rearview.engine.expr.SetRef;
import dev.rearview.model.Ip;
import dev.rearview.text.IpRange;
import java.util.ArrayList;
import java.util.List;

/// The hosts whose contacts a hop looks for, and since when they count.
final class Frontier {
    private final SetRef hosts;
    private final long[] hi;
    private final long[] lo;
    private final long[] atUs;
    private final long firstUs;

    private Frontier(SetRef hosts, long[][] columns, long firstUs) {
        this.hosts = hosts;
        this.hi = columns[0];
        this.lo = columns[1];
        this.atUs = columns[2];
        this.firstUs = firstUs;
    }

    /// Hosts that were all reached at one time.
    static Frontier of(SetRef hosts, long atUs) {
        return new Frontier(hosts, new long[3][0], atUs);
    }

    /// @param hosts at least one, ascending by address
    static Frontier of(List<Reached> hosts) {
        long[][] columns = new long[3][hosts.size()];
        List<IpRange> ranges = new ArrayList<>();
        long firstUs = Long.MAX_VALUE;
        for (int i = 0; i < hosts.size(); i++) {
            Reached r = hosts.get(i);
            columns[0][i] = r.host().hi();
            columns[1][i] = r.host().lo();
            columns[2][i] = r.atUs();
            firstUs = Math.min(firstUs, r.atUs());
            ranges.add(IpRange.of(r.host()));
        }
        return new Frontier(new SetRef.Ranges(ranges), columns, firstUs);
    }

    SetRef hosts() {
        return hosts;
    }

    /// When the first of them was reached.
    long firstUs() {
        return firstUs;
    }

    /// When one of them was reached.
    long atUs(long hostHi, long hostLo) {
        int low = 0;
        int high = hi.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int c = Ip.compare(hi[middle], lo[middle], hostHi, hostLo);
            if (c == 0) {
                return atUs[middle];
            }
            if (c < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return firstUs;
    }
}
