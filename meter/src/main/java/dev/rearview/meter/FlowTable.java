package dev.rearview.meter;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The flows that go on, found by their key and kept in the order of their last packets. The hash
/// has a seed of its own, so that nobody outside can fill one bucket.
final class FlowTable {
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final boolean isBiflow;
    private @Nullable Flow[] buckets = new Flow[1024];
    private int size;
    private @Nullable Flow oldest;
    private @Nullable Flow newest;

    FlowTable(boolean isBiflow) {
        this.isBiflow = isBiflow;
    }

    int size() {
        return size;
    }

    /// The flow longest without a packet.
    @Nullable Flow oldest() {
        return oldest;
    }

    /// The hash of a key: the same for both directions.
    long hash(FlowRecord r, int vlan) {
        long a = end(r.sipHi, r.sipLo, r.sport);
        long b = end(r.dipHi, r.dipLo, r.dport);
        return mix(a + b ^ mix((long) vlan << 8 | r.protocol));
    }

    private long end(long hi, long lo, int port) {
        return mix(mix(hi ^ seed) + lo) + port * 0x9E37_79B9_7F4A_7C15L;
    }

    private static long mix(long x) {
        long h = (x ^ x >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        h = (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return h ^ h >>> 32;
    }

    /// The flow that a packet belongs to.
    @Nullable Flow find(FlowRecord r, int vlan, long hash) {
        for (Flow f = buckets[bucket(hash)]; f != null; f = f.next) {
            if (f.hash == hash && isOf(f, r, vlan)) {
                return f;
            }
        }
        return null;
    }

    private boolean isOf(Flow f, FlowRecord r, int vlan) {
        return f.protocol == r.protocol
                && f.vlan == vlan
                && f.isIpv6 == r.isIpv6()
                && (isForward(f, r) || isBackward(f, r));
    }

    /// Whether a packet goes the way of a flow's first one.
    static boolean isForward(Flow f, FlowRecord r) {
        return f.ports == (r.sport << 16 | r.dport)
                && f.sipLo == r.sipLo
                && f.dipLo == r.dipLo
                && f.sipHi == r.sipHi
                && f.dipHi == r.dipHi;
    }

    /// The other way; ICMP, which has a type in place of ports, has none.
    private boolean isBackward(Flow f, FlowRecord r) {
        return isBiflow
                && f.ports == (r.dport << 16 | r.sport)
                && f.sipLo == r.dipLo
                && f.dipLo == r.sipLo
                && f.sipHi == r.dipHi
                && f.dipHi == r.sipHi
                && !Protocols.isIcmp(r.protocol, r.isIpv6());
    }

    private int bucket(long hash) {
        return (int) hash & buckets.length - 1;
    }

    void add(Flow f) {
        if (size >= buckets.length) {
            grow();
        }
        int at = bucket(f.hash);
        f.next = buckets[at];
        buckets[at] = f;
        size++;
        append(f);
    }

    private void grow() {
        @Nullable Flow[] old = buckets;
        buckets = new Flow[old.length * 2];
        for (Flow head : old) {
            Flow f = head;
            while (f != null) {
                Flow following = f.next;
                int at = bucket(f.hash);
                f.next = buckets[at];
                buckets[at] = f;
                f = following;
            }
        }
        Arrays.fill(old, null);
    }

    @SuppressWarnings("ReferenceEquality") // The flow itself is looked for.
    void remove(Flow f) {
        int at = bucket(f.hash);
        Flow before = null;
        for (Flow g = buckets[at]; g != f; g = g.next) {
            if (g == null) {
                throw new IllegalStateException("not in the table");
            }
            before = g;
        }
        if (before == null) {
            buckets[at] = f.next;
        } else {
            before.next = f.next;
        }
        f.next = null;
        size--;
        unlink(f);
    }

    /// Notes that a flow has had a packet.
    void touch(Flow f) {
        if (f.newer != null) {
            unlink(f);
            append(f);
        }
    }

    private void append(Flow f) {
        Flow last = newest;
        f.older = last;
        f.newer = null;
        if (last == null) {
            oldest = f;
        } else {
            last.newer = f;
        }
        newest = f;
    }

    private void unlink(Flow f) {
        Flow before = f.older;
        Flow behind = f.newer;
        if (before == null) {
            oldest = behind;
        } else {
            before.newer = behind;
        }
        if (behind == null) {
            newest = before;
        } else {
            behind.older = before;
        }
        f.older = null;
        f.newer = null;
    }
}
