package dev.rearview.wire.netflow9;

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

/// Decodes NetFlow version 9 datagrams of one exporter (RFC 3954).
public final class NetFlow9 {
    public static final int VERSION = 9;
    private static final int HEADER = 20;
    private static final int MAX_DOMAINS = 1024;

    private final ProbeOptions options;
    private final SetDecoder sets;
    private final Map<Long, Domain> domains = new HashMap<>();
    private final Map<Long, SequenceTracker> sequences = new HashMap<>();

    public NetFlow9(ProbeOptions options) {
        this.options = options;
        this.sets = new SetDecoder(options, true);
    }

    /// Decodes one datagram.
    public void decode(Cursor in, Counters counters, FlowConsumer out) {
        if (!in.has(HEADER)) {
            counters.drop(Drop.MALFORMED, 1);
            return;
        }
        if (in.u16() != VERSION) {
            counters.drop(Drop.VERSION, 1);
            return;
        }
        in.skip(2);
        long uptime = in.u32();
        long seconds = in.u32();
        long sequence = in.u32();
        long source = in.u32();
        if (domains.size() >= MAX_DOMAINS && !domains.containsKey(source)) {
            counters.drop(Drop.TABLE_FULL, 1);
            return;
        }
        Domain domain = domains.computeIfAbsent(source, k -> new Domain());
        long uptimeUs = uptime * (options.sysUptimeSeconds() ? 1_000_000 : 1000);
        long exportUs = seconds * 1_000_000;
        long boot = exportUs - uptimeUs;
        sequences
                .computeIfAbsent(source, k -> new SequenceTracker())
                .accept(sequence, 1, 0, counters);
        FlowMapper.Context context = new FlowMapper.Context(exportUs, boot, 0, true);
        while (in.has(4)) {
            int id = in.u16();
            int length = in.u16();
            if (length < 4 || !in.has(length - 4)) {
                counters.drop(Drop.MALFORMED, 1);
                return;
            }
            Cursor set = in.take(length - 4);
            try {
                if (id == 0 || id == 1) {
                    sets.templates(set, id == 1, domain, context, counters, out);
                } else if (id >= 256) {
                    sets.dataOrWait(set, id, domain, context, counters, out);
                }
            } catch (IndexOutOfBoundsException e) {
                counters.drop(Drop.MALFORMED, 1);
            }
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
