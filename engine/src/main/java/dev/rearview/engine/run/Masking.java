package dev.rearview.engine.run;

import dev.rearview.engine.plan.FlowPlan.Prefixes;
import dev.rearview.engine.scan.Batches;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.List;

/// Cuts addresses of flows down to prefixes before they go on.
final class Masking implements RowConsumer {
    private final List<Prefixes> addresses;
    private final Batches out;
    private final FlowRecord record = new FlowRecord();

    Masking(List<Prefixes> addresses, RowConsumer consumer) {
        this.addresses = addresses;
        this.out = new Batches(consumer);
    }

    @Override
    public boolean accept(FlowBatch batch, Selection rows) throws IOException {
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            addresses.forEach(this::cut);
            out.add(record);
        }
        out.flush();
        return out.isWanted();
    }

    private void cut(Prefixes p) {
        // An IPv4 address lies in ::ffff:0:0/96.
        int bits = record.isIpv6() ? p.ipv6Bits() : 96 + p.ipv4Bits();
        long hi = Ip.maskHi(bits);
        long lo = Ip.maskLo(bits);
        switch (p.address()) {
            case SIP -> {
                record.sipHi &= hi;
                record.sipLo &= lo;
            }
            case DIP -> {
                record.dipHi &= hi;
                record.dipLo &= lo;
            }
            default -> {
                record.nhipHi &= hi;
                record.nhipLo &= lo;
            }
        }
    }
}
