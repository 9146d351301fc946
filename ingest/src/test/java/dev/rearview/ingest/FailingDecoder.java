package dev.rearview.ingest;

import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.netflow5.NetFlow5;
import java.util.Map;

/// Decoders with an error in them.
public final class FailingDecoder {
    private FailingDecoder() {}

    /// A decoder of NetFlow v5 that fails behind the last record of a datagram, in what it takes
    /// for another one.
    public static Decoder of(Probe probe) {
        NetFlow5 good = new NetFlow5();
        return new Decoder(
                probe,
                Map.of(
                        ExportFormat.NETFLOW_V5,
                        (in, from, arrival, counters, out) -> {
                            good.decode(in, from, arrival, counters, out);
                            counters.add(Total.RECORDS, 1);
                            throw new IllegalStateException("of the test");
                        }));
    }
}
