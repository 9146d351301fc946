package dev.rearview.wire.pcap;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What of a capture was handed out and what was not, by reason.
public final class CaptureReport {
    /// Link types that are told by number; of more only the number of their packets.
    private static final int MAX_LINK_TYPES = 8;

    /// Why octets of a capture reached nobody.
    public enum Reason {
        /// Packets of link types that are not read.
        LINK_TYPE("packets of link types that are not read", true),
        /// Packets that are not IP, or too short to tell.
        NOT_IP("packets that are not IP", false),
        /// Packets of IP that hold neither UDP nor TCP with IPFIX in it.
        OTHER("packets of neither UDP nor IPFIX over TCP", false),
        /// Packets whose transport header is missing or contradicts itself.
        DAMAGED("packets with a damaged UDP or TCP header", true),
        /// Datagrams that some of their fragments did not come for, or contradicting ones, or that
        /// there was no room for.
        FRAGMENTS("datagrams whose fragments do not make a whole", true),
        /// Gaps in streams: octets that no segment has, that there was no room to wait for, or that
        /// are no message.
        STREAM_GAP("gaps in TCP streams", true),
        /// Streams that there was no room for.
        STREAMS("TCP streams dropped for others", true);

        private final String text;
        private final boolean isLoss;

        Reason(String text, boolean isLoss) {
            this.text = text;
            this.isLoss = isLoss;
        }
    }

    private final long[] counts = new long[Reason.values().length];
    private final Set<Integer> linkTypes = new TreeSet<>();
    private long packets;
    private long payloads;

    void packet() {
        packets++;
    }

    void payload() {
        payloads++;
    }

    void skip(Reason reason, long count) {
        counts[reason.ordinal()] += count;
    }

    void unknownLink(int link) {
        skip(Reason.LINK_TYPE, 1);
        if (linkTypes.size() < MAX_LINK_TYPES) {
            linkTypes.add(link);
        }
    }

    /// Packets that the capture has.
    public long packets() {
        return packets;
    }

    /// Datagrams and messages that were handed out.
    public long payloads() {
        return payloads;
    }

    public long count(Reason reason) {
        return counts[reason.ordinal()];
    }

    /// What may have been exports and was lost: packets, datagrams and gaps.
    public long lost() {
        long sum = 0;
        for (Reason r : Reason.values()) {
            sum += r.isLoss ? counts[r.ordinal()] : 0;
        }
        return sum;
    }

    /// The losses in words, empty if there are none.
    public String losses() {
        List<String> out = new ArrayList<>();
        for (Reason r : Reason.values()) {
            if (r.isLoss && counts[r.ordinal()] > 0) {
                String types = r == Reason.LINK_TYPE ? " " + linkTypes : "";
                out.add(counts[r.ordinal()] + " " + r.text + types);
            }
        }
        return String.join(", ", out);
    }
}
