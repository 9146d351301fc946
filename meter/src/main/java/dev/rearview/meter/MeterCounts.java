package dev.rearview.meter;

import java.util.ArrayList;
import java.util.List;

/// What became of the packets that a meter was given. Each is counted once: metered, not IP, of a
/// link type that is not read, or left out.
public final class MeterCounts {
    long packets;
    long metered;
    long notIp;
    long unknownLinks;
    long otherFamily;
    long fragmentsLeftOut;
    long inTunnels;
    long fragments;
    long strayFragments;
    long impossibleTimes;
    long flows;
    long pushedOut;

    /// Packets that came.
    public long packets() {
        return packets;
    }

    /// Packets that are part of a flow.
    public long metered() {
        return metered;
    }

    /// Packets that are not IP, or too short to tell.
    public long notIp() {
        return notIp;
    }

    /// Packets of link types that are not read.
    public long unknownLinks() {
        return unknownLinks;
    }

    /// Packets of a family of addresses that is not wanted.
    public long otherFamily() {
        return otherFamily;
    }

    /// Fragments that were not wanted.
    public long fragmentsLeftOut() {
        return fragmentsLeftOut;
    }

    /// Packets whose flow is one inside a tunnel.
    public long inTunnels() {
        return inTunnels;
    }

    /// Fragments that are part of a flow.
    public long fragments() {
        return fragments;
    }

    /// Of these, those whose ports are not known, because the first fragment did not come.
    public long strayFragments() {
        return strayFragments;
    }

    /// Packets with a time that cannot be, which got the time of the packet before.
    public long impossibleTimes() {
        return impossibleTimes;
    }

    /// Flows that were handed out.
    public long flows() {
        return flows;
    }

    /// Of these, those that ended for want of room.
    public long pushedOut() {
        return pushedOut;
    }

    /// What was left out or cut short, in words; empty if nothing was.
    public String losses() {
        List<String> out = new ArrayList<>();
        add(out, unknownLinks, "packets of link types that are not read");
        add(out, strayFragments, "fragments whose ports are not known");
        add(out, impossibleTimes, "packets with impossible times");
        add(out, pushedOut, "flows ended early for want of memory");
        return String.join(", ", out);
    }

    private static void add(List<String> out, long count, String what) {
        if (count > 0) {
            out.add(count + " " + what);
        }
    }
}
