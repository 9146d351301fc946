package dev.rearview.wire;

import static dev.rearview.wire.registry.ElementIds.FIREWALL_EVENT;
import static dev.rearview.wire.registry.ElementIds.FIREWALL_EVENT_V9;
import static dev.rearview.wire.registry.ElementIds.FIREWALL_EXT_EVENT_V9;
import static dev.rearview.wire.registry.ElementIds.FLOW_ID;
import static dev.rearview.wire.registry.ElementIds.OCTET_DELTA_COUNT;
import static dev.rearview.wire.registry.ElementIds.PACKET_DELTA_COUNT;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.ConnectionTotals.Counts;
import dev.rearview.wire.FlowMapper.Context;

/// What firewalls tell in events: which of them are flows, and of how much.
final class FirewallEvents {
    private static final int DELETED = 2;
    private static final int DENIED = 3;
    private static final int UPDATED = 5;

    /// Cisco's reasons of denying, as the extended event gives them.
    private static final int FIRST_DENIAL = 1001;

    private static final int LAST_DENIAL = 1004;

    private final ProbeOptions options;

    FirewallEvents(ProbeOptions options) {
        this.options = options;
    }

    boolean isEvent(Elements e, Context context) {
        return (options.firewallEvents() || options.firewallUpdates() || context.netflow9())
                && e.hasAny(FIREWALL_EVENT, FIREWALL_EVENT_V9);
    }

    /// Reads firewall events; false if the record is one to ignore. Events that count packets and
    /// octets describe traffic, whatever happened: PAN-OS marks all its flows so.
    boolean isFlow(Elements e, Context context, FlowRecord f) {
        if (!isEvent(e, context)) {
            return true;
        }
        long event = e.first(FIREWALL_EVENT, FIREWALL_EVENT_V9);
        if (event == DENIED) {
            long extended = e.get(FIREWALL_EXT_EVENT_V9);
            f.memo = extended >= FIRST_DENIAL && extended <= LAST_DENIAL ? (int) extended : DENIED;
        }
        return event == DELETED
                || event == DENIED
                || event == 0
                || event == UPDATED && options.firewallUpdates()
                || isTraffic(e);
    }

    private static boolean isTraffic(Elements e) {
        return e.get(PACKET_DELTA_COUNT) != 0 && e.get(OCTET_DELTA_COUNT) != 0;
    }

    /// Takes what a firewall tells of a connection that it gives octets of in updates and, as their
    /// sum, at its end: the counts become what has not been counted yet, since the update before.
    ///
    /// @return whether the record is one of those that tell a part
    boolean part(Elements e, Context context, FlowRecord f, Counts c) {
        if (!options.firewallUpdates() || isTraffic(e)) {
            return false;
        }
        ConnectionTotals connections = context.exporter().connections(context);
        long event = e.first(FIREWALL_EVENT, FIREWALL_EVENT_V9);
        long key = ConnectionTotals.key(f, e.get(FLOW_ID));
        long end = f.stime + f.duration;
        long before;
        if (event == UPDATED) {
            before =
                    c.isZero()
                            ? f.stime
                            : connections.add(key, c, f.stime, end, context.receivedUs());
        } else if (event == DELETED) {
            before = connections.finish(key, c, f.stime);
            if (before == ConnectionTotals.NONE) {
                return false;
            }
        } else {
            return false;
        }
        long start = Math.clamp(before, f.stime, end);
        FlowTimes.put(f, start, end - start);
        c.packets = c.bytes > 0 ? Math.max(1, c.packets) : 0;
        c.reversePackets = c.reverseBytes > 0 ? Math.max(1, c.reversePackets) : 0;
        return true;
    }
}
