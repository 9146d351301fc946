package dev.rearview.tools.rwpmatch;

import dev.rearview.kit.options.ToolException;
import dev.rearview.model.AddressPair;
import dev.rearview.model.FlowCursor;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.Protocols;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The flows whose packets have not come yet, up to the time that the packets have reached. A flow
/// goes with the first packet that fits it.
final class WaitingFlows {
    /// Flows that may wait. Inputs that are in order of time have those of one second here.
    private static final int MOST = 1 << 20;

    private static final long SECOND_US = 1_000_000;

    private record Key(long time, AddressPair addresses, int protocol, int ports) {}

    private final FlowCursor flows;
    private final long unitUs;
    private final boolean comparesPorts;
    private final Map<Key, Integer> waiting = new HashMap<>();
    private final FlowRecord ahead = new FlowRecord();
    private int count;
    private boolean hasAhead;
    private long reached = Long.MIN_VALUE;
    private Optional<MalformedInputException> damage = Optional.empty();

    /// @param milliseconds whether times have to agree in milliseconds, not only in seconds
    WaitingFlows(FlowSource flows, boolean milliseconds, boolean comparesPorts) throws IOException {
        this.flows = new FlowCursor(flows);
        this.unitUs = milliseconds ? 1000 : SECOND_US;
        this.comparesPorts = comparesPorts;
        advance();
    }

    /// What is wrong with the flows behind those that were read.
    Optional<MalformedInputException> damage() {
        return damage;
    }

    /// Whether a packet belongs to a flow that waits, which then waits no more.
    boolean takes(FlowRecord packet) throws IOException {
        long time = time(packet);
        reached = Math.max(reached, time);
        while (hasAhead && time(ahead) <= reached) {
            await();
            advance();
        }
        Key key = key(packet);
        Integer left = waiting.get(key);
        if (left == null) {
            return false;
        }
        count--;
        if (left == 1) {
            waiting.remove(key);
        } else {
            waiting.put(key, left - 1);
        }
        return true;
    }

    /// How many flows have had no packet when all packets have come.
    long left() throws IOException {
        long rest = 0;
        while (hasAhead) {
            rest++;
            advance();
        }
        return count + rest;
    }

    private void await() {
        if (count == MOST) {
            throw ToolException.failure(
                    "more than "
                            + MOST
                            + " flows have no packet; both inputs have to be in order"
                            + " of time");
        }
        count++;
        waiting.merge(key(ahead), 1, Integer::sum);
    }

    private void advance() throws IOException {
        try {
            hasAhead = flows.next(ahead);
        } catch (MalformedInputException e) {
            hasAhead = false;
            damage = Optional.of(e);
        }
    }

    private long time(FlowRecord r) {
        return Math.floorDiv(r.stime, unitUs);
    }

    private Key key(FlowRecord r) {
        boolean hasPorts = r.protocol == Protocols.TCP || r.protocol == Protocols.UDP;
        int ports = comparesPorts && hasPorts ? r.sport << 16 | r.dport : 0;
        return new Key(time(r), AddressPair.of(r), r.protocol, ports);
    }
}
