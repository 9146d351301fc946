package dev.rearview.wire;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one observation domain of one exporter has announced: templates, sampling rates, sequence.
///
/// Data sets that come before their template wait, bounded in number, size and time.
public final class Domain {
    static final int MAX_TEMPLATES = 4096;
    static final int MAX_WAITING = 256;
    static final int MAX_WAITING_OCTETS = 1 << 20;
    static final long WAIT_US = 300_000_000L;
    private static final int MAX_SAMPLERS = 4096;

    private record Waiting(
            int templateId, byte[] data, FlowMapper.Context context, long arrivedUs) {}

    private final Map<Integer, Template> templates = new HashMap<>();
    private final Map<Integer, Long> refreshed = new HashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int waitingOctets;
    private final Map<Long, Long> samplers = new HashMap<>();
    private final Map<Long, Long> interfaces = new HashMap<>();
    private long defaultSampling;
    private long bootUs = -1;
    private SequenceTracker sequence = new SequenceTracker();

    /// Data that waited for a template.
    ///
    /// @param context that of the message it came in
    public record Released(byte[] data, FlowMapper.Context context) {}

    /// What the domain's sequence numbers have been.
    public SequenceTracker sequence() {
        return sequence;
    }

    /// Starts sequence accounting anew with the next message.
    public void forgetSequence() {
        sequence = new SequenceTracker();
    }

    public @Nullable Template template(int id) {
        return templates.get(id);
    }

    /// Stores a template and hands back the data that waited for it.
    List<Released> define(Template t, long nowUs, Counters counters) {
        if (templates.size() >= MAX_TEMPLATES && !templates.containsKey(t.id())) {
            counters.drop(Drop.TABLE_FULL, 1);
            return List.of();
        }
        templates.put(t.id(), t);
        refreshed.put(t.id(), nowUs);
        counters.add(Counters.Total.TEMPLATES, 1);
        List<Released> out = new ArrayList<>();
        for (Iterator<Waiting> i = waiting.iterator(); i.hasNext(); ) {
            Waiting w = i.next();
            if (w.templateId == t.id()) {
                out.add(new Released(w.data, w.context));
                waitingOctets -= w.data.length;
                i.remove();
            }
        }
        return out;
    }

    void withdraw(int id) {
        templates.remove(id);
        refreshed.remove(id);
    }

    void withdrawAll(boolean options) {
        templates.values().removeIf(t -> t.isOptions() == options);
        refreshed.keySet().retainAll(templates.keySet());
    }

    /// Forgets templates that were not refreshed for `ageUs`.
    public void expire(long nowUs, long ageUs) {
        refreshed.values().removeIf(at -> nowUs - at > ageUs);
        templates.keySet().retainAll(refreshed.keySet());
    }

    /// Keeps a data set whose template is not known yet; the oldest are dropped when it is full.
    void await(int templateId, byte[] data, FlowMapper.Context context, long nowUs, Counters c) {
        while (!waiting.isEmpty()
                && (waiting.size() >= MAX_WAITING
                        || waitingOctets + data.length > MAX_WAITING_OCTETS
                        || nowUs - waiting.getFirst().arrivedUs > WAIT_US)) {
            waitingOctets -= waiting.removeFirst().data.length;
            c.drop(Drop.UNKNOWN_TEMPLATE, 1);
        }
        if (data.length > MAX_WAITING_OCTETS) {
            c.drop(Drop.UNKNOWN_TEMPLATE, 1);
            return;
        }
        waiting.addLast(new Waiting(templateId, data, context, nowUs));
        waitingOctets += data.length;
    }

    /// Data sets that wait for their template.
    public int waitingCount() {
        return waiting.size();
    }

    /// Takes what an option record tells about the exporter: its sampling rates and, for times that
    /// count from it, its start.
    void options(Elements e, boolean scopedByInterface, long scope) {
        long start = e.get(160);
        if (start > 0 && start < Long.MAX_VALUE / 1000) {
            bootUs = start * 1000;
        }
        sampling(e, scopedByInterface, scope);
    }

    /// When the exporter started, microseconds since 1970, or -1 if it has not told.
    long bootUs() {
        return bootUs;
    }

    /// Takes a sampling rate from an option record.
    ///
    /// @param scopedByInterface whether the scope is an interface
    private void sampling(Elements e, boolean scopedByInterface, long scope) {
        long rate = e.first(34, 50);
        if (e.get(305) > 0) {
            rate = (e.get(305) + e.get(306)) / e.get(305);
        }
        if (rate == 0) {
            return;
        }
        if (e.hasAny(48, 302)) {
            long id = e.has(48) ? e.get(48) : e.get(302);
            if (samplers.size() < MAX_SAMPLERS || samplers.containsKey(id)) {
                samplers.put(id, rate);
            }
        } else if (scopedByInterface) {
            if (interfaces.size() < MAX_SAMPLERS || interfaces.containsKey(scope)) {
                interfaces.put(scope, rate);
            }
        } else {
            defaultSampling = rate;
        }
    }

    /// The rate that applies to a data record, 0 if none is known.
    long samplingOf(Elements e) {
        long own = e.first(34, 50);
        if (own > 0) {
            return own;
        }
        if (e.get(305) > 0) {
            return (e.get(305) + e.get(306)) / e.get(305);
        }
        if (e.hasAny(48, 302)) {
            Long rate = samplers.get(e.has(48) ? e.get(48) : e.get(302));
            if (rate != null) {
                return rate;
            }
        }
        Long byInterface = interfaces.get(e.get(10));
        return byInterface != null
                ? byInterface
                : samplers.size() == 1 && defaultSampling == 0 && !e.hasAny(48, 302)
                        ? samplers.values().iterator().next()
                        : defaultSampling;
    }
}
