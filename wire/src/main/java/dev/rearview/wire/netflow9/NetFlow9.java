package dev.rearview.wire.netflow9;

import dev.rearview.wire.Counters;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Domain;
import dev.rearview.wire.Domains;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.FlowMapper;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.SetDecoder;

/// Decodes NetFlow version 9 datagrams of one exporter (RFC 3954).
public final class NetFlow9 {
    public static final int VERSION = 9;
    private static final int HEADER = 20;

    private final ProbeOptions options;
    private final SetDecoder sets;
    private final Domains domains = new Domains();

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
        Domain domain = domains.of(source, counters);
        if (domain == null) {
            return;
        }
        long uptimeUs = uptime * (options.sysUptimeSeconds() ? 1_000_000 : 1000);
        long exportUs = seconds * 1_000_000;
        long boot = exportUs - uptimeUs;
        domain.sequence().accept(sequence, 1, 0, counters);
        FlowMapper.Context context = new FlowMapper.Context(exportUs, boot, 0, true);
        sets.sets(in, domain, context, counters, out);
    }

    /// Forgets templates that were not refreshed for `ageUs`.
    public void expire(long nowUs, long ageUs) {
        domains.expire(nowUs, ageUs);
    }

    /// Data sets that wait for their template.
    public int waitingCount() {
        return domains.waitingCount();
    }
}
