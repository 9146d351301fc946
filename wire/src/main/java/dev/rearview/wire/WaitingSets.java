package dev.rearview.wire;

import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Data sets of one exporter that came before their template, bounded in number, size and time.
///
/// Each is counted when it starts to wait and, unless its template comes, when it is given up.
final class WaitingSets {
    /// Sets that wait for one exporter's templates.
    static final int MAX_SETS = 4096;

    /// Their octets: also the most that one template can set free, which bounds the work of the
    /// datagram that brings it.
    static final int MAX_OCTETS = 1 << 20;

    /// How long a set waits.
    static final long WAIT_MS = 300_000;

    /// Estimated octets of a set beside its data.
    static final int SET_OCTETS = 320;

    /// One data set.
    static final class Waiting {
        private final Domain.Key domain;
        private final int templateId;
        private final byte[] data;
        private final FlowMapper.Context context;
        private final int port;
        private final long sinceMs;

        Waiting(
                Domain.Key domain,
                int templateId,
                byte[] data,
                FlowMapper.Context context,
                Arrival arrival) {
            this.domain = domain;
            this.templateId = templateId;
            this.data = data;
            this.context = context;
            this.port = arrival.port();
            this.sinceMs = arrival.nowMs();
        }

        Domain.Key domain() {
            return domain;
        }

        int templateId() {
            return templateId;
        }

        byte[] data() {
            return data;
        }

        /// That of the message it came in.
        FlowMapper.Context context() {
            return context;
        }

        int port() {
            return port;
        }

        /// When it came, by a clock that nobody sets.
        long sinceMs() {
            return sinceMs;
        }

        private long octets() {
            return (long) SET_OCTETS + data.length;
        }

        /// The same for another object of its exporter.
        Waiting of(Exporter to) {
            FlowMapper.Context c = context;
            FlowMapper.Context own =
                    new FlowMapper.Context(
                            to,
                            c.receivedUs(),
                            c.exportUs(),
                            c.bootUs(),
                            c.sampling(),
                            c.netflow9());
            return new Waiting(domain, templateId, data, own, new Arrival(port, 0, sinceMs));
        }
    }

    private record Wanted(Domain.Key domain, int templateId) {}

    private final LinkedHashSet<Waiting> byAge = new LinkedHashSet<>();
    private final Map<Wanted, ArrayDeque<Waiting>> byTemplate = new HashMap<>();
    private long octets;

    int size() {
        return byAge.size();
    }

    /// Octets that all of them hold.
    long octets() {
        return octets;
    }

    void add(Waiting w) {
        byAge.add(w);
        byTemplate
                .computeIfAbsent(new Wanted(w.domain, w.templateId), k -> new ArrayDeque<>(2))
                .add(w);
        octets += w.octets();
    }

    /// Writes all, the oldest first.
    void save(StateWriter out) throws IOException {
        out.number(byAge.size());
        for (Waiting w : byAge) {
            out.number(w.domain.protocol());
            out.large(w.domain.number());
            out.number(w.templateId);
            out.number(w.port);
            out.moment(w.sinceMs);
            out.large(w.context.receivedUs());
            out.large(w.context.exportUs());
            out.large(w.context.bootUs());
            out.large(w.context.sampling());
            out.flag(w.context.netflow9());
            out.octets(w.data);
        }
    }

    /// Reads what [#save] wrote of one set.
    static Waiting restore(StateReader in, Exporter of) throws StateReader.Malformed {
        Domain.Key domain = new Domain.Key(in.number(), in.large());
        int templateId = in.number();
        int port = in.number();
        Arrival arrival = new Arrival(port, 0, in.moment());
        FlowMapper.Context context =
                new FlowMapper.Context(
                        of, in.large(), in.large(), in.large(), in.large(), in.flag());
        return new Waiting(domain, templateId, in.octets(), context, arrival);
    }

    /// Takes out the sets that wait for a template, in the order in which they came.
    List<Waiting> release(Domain.Key domain, int templateId) {
        ArrayDeque<Waiting> queue = byTemplate.remove(new Wanted(domain, templateId));
        if (queue == null) {
            return List.of();
        }
        for (Waiting w : queue) {
            byAge.remove(w);
            octets -= w.octets();
        }
        return new ArrayList<>(queue);
    }

    /// Takes out the set that has waited longest; null if none waits.
    @Nullable Waiting takeOldest() {
        if (byAge.isEmpty()) {
            return null;
        }
        Waiting w = byAge.removeFirst();
        octets -= w.octets();
        Wanted wanted = new Wanted(w.domain, w.templateId);
        // What waits longest is the first of its own queue, too.
        ArrayDeque<Waiting> queue = byTemplate.get(wanted);
        if (queue != null) {
            queue.remove(w);
            if (queue.isEmpty()) {
                byTemplate.remove(wanted);
            }
        }
        return w;
    }

    /// Whether one has waited too long.
    boolean isOverdue(long nowMs) {
        Waiting w = oldest();
        return w != null && nowMs - w.sinceMs > WAIT_MS;
    }

    private @Nullable Waiting oldest() {
        return byAge.isEmpty() ? null : byAge.getFirst();
    }
}
