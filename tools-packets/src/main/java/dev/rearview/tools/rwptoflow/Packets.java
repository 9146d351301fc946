package dev.rearview.tools.rwptoflow;

import dev.rearview.kit.options.Options;
import dev.rearview.text.TimeText;
import dev.rearview.tools.captures.PacketFlow;
import dev.rearview.wire.pcap.CaptureReader;
import java.io.PrintStream;
import java.time.InstantSource;

/// Which packets become flows, and how many became what.
final class Packets {
    private final PacketFlow packet = new PacketFlow();
    private long fromUs = Long.MIN_VALUE;
    private long toUs = Long.MAX_VALUE;
    private boolean hasWindow;
    private boolean rejectFragments;
    private boolean rejectLater;
    private boolean rejectIncomplete;

    private long read;
    private long before;
    private long after;
    private long tooShort;
    private long notIpv4;
    private long rejectedFragments;
    private long rejectedIncomplete;
    private long flows;
    private long fragments;
    private long first;
    private long incomplete;

    /// What becomes of a packet.
    enum Fate {
        FLOW,
        REJECTED,
        IGNORED
    }

    void declare(Options o) {
        o.value(
                        "active-time",
                        "START[-END]",
                        "Ignore packets before START and after END",
                        v -> limit(TimeText.range(v, InstantSource.system())))
                .once();
        o.flag("reject-all-fragments", "Reject every fragment", () -> rejectFragments = true);
        o.flag(
                "reject-nonzero-fragments",
                "Reject fragments other than the first of a datagram",
                () -> rejectLater = true);
        o.flag(
                "reject-incomplete",
                "Reject packets too short for ports and flags, or type and code",
                () -> rejectIncomplete = true);
    }

    private void limit(TimeText.Range range) {
        fromUs = range.start().ms() * 1000;
        toUs = range.end().map(Packets::endUs).orElse(Long.MAX_VALUE);
        hasWindow = true;
    }

    /// The last microsecond of a window: that of the day, hour or minute named, but a second is
    /// taken as the instant at which it begins, as SiLK does.
    private static long endUs(TimeText.Moment end) {
        return switch (end.precision()) {
            case SECOND, FRACTION -> end.ms() * 1000;
            default -> end.endMs() * 1000 + 999;
        };
    }

    /// The packet that was decided on last, as a flow.
    PacketFlow packet() {
        return packet;
    }

    /// Decides on the packet that a capture is at.
    Fate decide(CaptureReader in) {
        read++;
        if (in.timeUs() < fromUs) {
            before++;
            return Fate.IGNORED;
        }
        if (in.timeUs() > toUs) {
            after++;
            return Fate.IGNORED;
        }
        return switch (packet.read(in)) {
            case TOO_SHORT -> {
                tooShort++;
                yield Fate.REJECTED;
            }
            case NOT_IPV4 -> {
                notIpv4++;
                yield Fate.REJECTED;
            }
            case FLOW -> ipv4();
        };
    }

    private Fate ipv4() {
        boolean isLater = packet.isFragment() && !packet.isFirst();
        if (rejectFragments && packet.isFragment() || rejectLater && isLater) {
            rejectedFragments++;
            return Fate.REJECTED;
        }
        if (rejectIncomplete && packet.isIncomplete()) {
            rejectedIncomplete++;
            return Fate.REJECTED;
        }
        flows++;
        if (packet.isFragment()) {
            fragments++;
            first += packet.isFirst() ? 1 : 0;
        }
        incomplete += packet.isIncomplete() ? 1 : 0;
        return Fate.FLOW;
    }

    /// Prints how many packets became what.
    void print(String name, PrintStream out) {
        out.println("Packet count statistics for " + name);
        line(out, read, "read");
        if (hasWindow) {
            line(out, before, "ignored: before active-time");
            line(out, after, "ignored: after active-time");
        }
        line(out, tooShort, "rejected: too short to get information");
        line(out, notIpv4, "rejected: not IPv4");
        if (rejectFragments) {
            line(out, rejectedFragments, "rejected: fragmented");
        } else if (rejectLater) {
            line(out, rejectedFragments, "rejected: fragment that is not the first");
        }
        if (rejectIncomplete) {
            line(out, rejectedIncomplete, "rejected: incomplete (no ports and/or flags)");
        }
        out.println();
        line(out, flows, "total written");
        if (!rejectFragments) {
            line(out, fragments, "total fragmented packets");
            line(out, first, "zero-packet of a fragment");
        }
        if (!rejectIncomplete) {
            line(out, incomplete, "incomplete (no ports and/or flags)");
        }
    }

    private static void line(PrintStream out, long count, String what) {
        String number = Long.toString(count);
        out.println(" ".repeat(Math.max(0, 20 - number.length())) + number + " " + what);
    }
}
