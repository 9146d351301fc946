package dev.rearview.wire.ipfix;

import dev.rearview.wire.Counters;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Domain;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.FlowMapper;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.SequenceTracker;
import dev.rearview.wire.SetDecoder;
import java.util.HashMap;
import java.util.Map;

/// Decodes IPFIX messages of one exporter or session (RFC 7011).
public final class Ipfix {
    public static final int VERSION = 10;
    public static final int HEADER = 16;
    private static final int MAX_DOMAINS = 1024;

    private final SetDecoder sets;
    private final Map<Long, Domain> domains = new HashMap<>();
    private final Map<Long, SequenceTracker> sequences = new HashMap<>();

    public Ipfix(ProbeOptions options) {
        this.sets = new SetDecoder(options, false);
    }

    /// Decodes one message.
    public void decode(Cursor whole, Counters counters, FlowConsumer out) {
        if (!whole.has(HEADER)) {
            counters.drop(Drop.MALFORMED, 1);
            return;
        }
        if (whole.u16() != VERSION) {
            counters.drop(Drop.VERSION, 1);
            return;
        }
        int length = whole.u16();
        if (length < HEADER || !whole.has(length - 4)) {
            counters.drop(Drop.MALFORMED, 1);
            return;
        }
        Cursor in = whole.take(length - 4);
        long exportUs = in.u32() * 1_000_000;
        long sequence = in.u32();
        long source = in.u32();
        if (domains.size() >= MAX_DOMAINS && !domains.containsKey(source)) {
            counters.drop(Drop.TABLE_FULL, 1);
            return;
        }
        Domain domain = domains.computeIfAbsent(source, k -> new Domain());
        FlowMapper.Context context = new FlowMapper.Context(exportUs, -1, 0, false);
        long before =
                counters.total(Counters.Total.RECORDS)
                        + counters.total(Counters.Total.OPTION_RECORDS);
        boolean waited = false;
        while (in.has(4)) {
            int id = in.u16();
            int size = in.u16();
            if (size < 4 || !in.has(size - 4)) {
                counters.drop(Drop.MALFORMED, 1);
                return;
            }
            Cursor set = in.take(size - 4);
            try {
                if (id == 2 || id == 3) {
                    sets.templates(set, id == 3, domain, context, counters, out);
                } else if (id >= 256) {
                    waited |= domain.template(id) == null;
                    sets.dataOrWait(set, id, domain, context, counters, out);
                }
            } catch (IndexOutOfBoundsException e) {
                counters.drop(Drop.MALFORMED, 1);
            }
        }
        long records =
                counters.total(Counters.Total.RECORDS)
                        + counters.total(Counters.Total.OPTION_RECORDS)
                        - before;
        // A message whose records cannot be counted yet says nothing about gaps.
        if (waited) {
            sequences.remove(source);
        } else {
            sequences
                    .computeIfAbsent(source, k -> new SequenceTracker())
                    .accept(sequence, records, 0, counters);
        }
    }

    /// Forgets templates that were not refreshed for `ageUs`.
    public void expire(long nowUs, long ageUs) {
        domains.values().forEach(d -> d.expire(nowUs, ageUs));
    }

    /// Data sets that wait for their template.
    public int waitingCount() {
        return domains.values().stream().mapToInt(Domain::waitingCount).sum();
    }
}
