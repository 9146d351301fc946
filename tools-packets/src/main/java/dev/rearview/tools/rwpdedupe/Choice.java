package dev.rearview.tools.rwpdedupe;

import dev.rearview.wire.pcap.CaptureReader;
import dev.rearview.wire.pcap.CaptureWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Writes one of each group of duplicates: packets of one digest no more than a threshold behind
/// the first of them. Packets come in order of time.
///
/// With a random choice a packet waits until no duplicate of it can come any more. Where there is
/// no room to wait, the choice is made among those that have come.
final class Choice {
    /// What remembering a group costs, octets of the heap.
    private static final int GROUP_OCTETS = 160;

    private static final class Group {
        final PacketDigest digest;
        final long firstUs;

        /// What time it was when it began: that of the latest packet of its capture, where that is
        /// not in order.
        final long beganUs;

        int size = 1;

        /// The packet chosen so far, until it is written.
        @Nullable Waiting chosen;

        Group(PacketDigest digest, long firstUs, long beganUs) {
            this.digest = digest;
            this.firstUs = firstUs;
            this.beganUs = beganUs;
        }
    }

    /// A packet that waits.
    private static final class Waiting {
        final Group group;
        final ByteBuffer packet;
        final long timeUs;
        final long length;

        /// Whether it is the one of its group so far.
        boolean isChosen = true;

        Waiting(Group group, CaptureReader in) {
            this.group = group;
            this.packet = in.bytes();
            this.timeUs = in.timeUs();
            this.length = in.length();
        }
    }

    private final CaptureWriter out;
    private final long thresholdUs;
    private final Optional<RandomGenerator> random;
    private final long mostOctets;
    private final PacketDigest.Maker digests = new PacketDigest.Maker();
    private final Map<PacketDigest, Group> known = new HashMap<>();

    /// The known groups, by their first packets.
    private final Deque<Group> byTime = new ArrayDeque<>();

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long octets;
    private long forgotten;

    /// @param random what chooses; the first of each group where there is none
    /// @param mostOctets that packets and what is remembered of them may take
    Choice(CaptureWriter out, long thresholdUs, Optional<RandomGenerator> random, long mostOctets) {
        this.out = out;
        this.thresholdUs = thresholdUs;
        this.random = random;
        this.mostOctets = mostOctets;
    }

    /// Groups that were forgotten before their time was over, because there was no room for them:
    /// duplicates of their packets may have been written.
    long forgotten() {
        return forgotten;
    }

    /// @param nowUs time of the latest packet that the capture has had
    void take(CaptureReader in, long nowUs) throws IOException {
        settle(nowUs);
        PacketDigest digest = digests.of(in.bytes());
        Group group = known.get(digest);
        if (group == null || Math.abs(in.timeUs() - group.firstUs) > thresholdUs) {
            begin(digest, in, nowUs);
        } else {
            group.size++;
            boolean isTaken =
                    group.chosen != null
                            && random.isPresent()
                            && random.get().nextInt(group.size) == 0;
            if (isTaken) {
                await(group, in);
            }
        }
        makeRoom();
    }

    private void begin(PacketDigest digest, CaptureReader in, long nowUs) throws IOException {
        Group group = new Group(digest, in.timeUs(), nowUs);
        known.put(digest, group);
        byTime.add(group);
        octets += GROUP_OCTETS;
        if (random.isPresent()) {
            await(group, in);
        } else {
            out.write(in);
        }
    }

    private void await(Group group, CaptureReader in) {
        Waiting w = new Waiting(group, in);
        if (group.chosen != null) {
            group.chosen.isChosen = false;
        }
        group.chosen = w;
        waiting.add(w);
        octets += GROUP_OCTETS + w.packet.capacity();
    }

    /// Ends the groups whose time is over, and writes what waits before what may still change.
    private void settle(long nowUs) throws IOException {
        while (!byTime.isEmpty() && nowUs - byTime.getFirst().beganUs > thresholdUs) {
            forget(byTime.removeFirst());
        }
        while (!waiting.isEmpty() && isSettled(waiting.getFirst(), nowUs)) {
            release();
        }
    }

    private boolean isSettled(Waiting w, long nowUs) {
        return !w.isChosen || nowUs - w.group.beganUs > thresholdUs;
    }

    @SuppressWarnings("ReferenceEquality") // A later group may have the digest.
    private void forget(Group group) {
        octets -= GROUP_OCTETS;
        if (known.get(group.digest) == group) {
            known.remove(group.digest);
        }
    }

    /// Writes the packet that waits longest, if it is the one of its group.
    private void release() throws IOException {
        Waiting w = waiting.removeFirst();
        octets -= GROUP_OCTETS + w.packet.capacity();
        if (w.isChosen) {
            out.write(w.packet, w.timeUs, w.length);
            w.group.chosen = null;
        }
    }

    private void makeRoom() throws IOException {
        while (octets > mostOctets && !waiting.isEmpty()) {
            release();
        }
        while (octets > mostOctets && !byTime.isEmpty()) {
            forget(byTime.removeFirst());
            forgotten++;
        }
    }

    /// Writes what waits.
    void end() throws IOException {
        while (!waiting.isEmpty()) {
            release();
        }
    }
}
