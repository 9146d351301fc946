package dev.rearview.wire.ipfix;

import dev.rearview.wire.Counters;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Domain;
import dev.rearview.wire.Domains;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.FlowMapper;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.SetDecoder;

/// Decodes IPFIX messages of one exporter or session (RFC 7011).
public final class Ipfix {
    public static final int VERSION = 10;
    public static final int HEADER = 16;

    private final SetDecoder sets;
    private final Domains domains = new Domains();

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
        Domain domain = domains.of(source, counters);
        if (domain == null) {
            return;
        }
        FlowMapper.Context context = new FlowMapper.Context(exportUs, -1, 0, false);
        long flowsBefore = counters.total(Counters.Total.RECORDS);
        long optionsBefore = counters.total(Counters.Total.OPTION_RECORDS);
        SetDecoder.Outcome outcome = sets.sets(in, domain, context, counters, out);
        if (outcome == SetDecoder.Outcome.BROKEN) {
            return;
        }
        // A message whose records cannot be counted yet says nothing about gaps.
        if (outcome == SetDecoder.Outcome.WAITING) {
            domain.forgetSequence();
        } else {
            domain.sequence()
                    .acceptMessage(
                            sequence,
                            counters.total(Counters.Total.RECORDS) - flowsBefore,
                            counters.total(Counters.Total.OPTION_RECORDS) - optionsBefore,
                            counters);
        }
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
