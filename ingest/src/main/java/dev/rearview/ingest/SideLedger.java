package dev.rearview.ingest;

import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The counts of a thread that may not touch the rows of exporters, until the one that may takes
/// them over. One thread counts and hands over, another one takes.
///
/// Rows are bounded, sums are exact: beyond some rows a probe's further exporters share one.
public final class SideLedger implements Ledger {
    /// Rows between two times that they are handed over.
    private static final int MAX_ROWS = 4096;

    private record Key(String probe, String exporter) {}

    private final String others;
    private final AtomicReference<@Nullable Map<Key, Counters>> handedOver =
            new AtomicReference<>();
    private Map<Key, Counters> rows = new LinkedHashMap<>();

    /// @param others what the ledger calls exporters that have no row
    public SideLedger(String others) {
        this.others = others;
    }

    /// The counters of an exporter, until they are handed over.
    @Override
    public Counters of(String probe, String exporter) {
        Key key = new Key(probe, exporter);
        boolean hasRoom = rows.size() < MAX_ROWS || rows.containsKey(key);
        return rows.computeIfAbsent(hasRoom ? key : new Key(probe, others), k -> new Counters());
    }

    @Override
    public long generation() {
        return 0;
    }

    /// Hands over what was counted, if what was handed over before has been taken.
    public void handOver() {
        if (!rows.isEmpty() && handedOver.compareAndSet(null, rows)) {
            rows = new LinkedHashMap<>();
        }
    }

    /// Adds what was handed over to another ledger, on the thread that may.
    public void moveTo(Ledger ledger) {
        if (handedOver.getPlain() == null) {
            return;
        }
        Map<Key, Counters> taken = handedOver.getAndSet(null);
        if (taken != null) {
            taken.forEach((key, from) -> add(ledger.of(key.probe, key.exporter), from));
        }
    }

    private static void add(Counters to, Counters from) {
        for (Total t : Total.values()) {
            to.add(t, from.total(t));
        }
        for (Drop d : Drop.values()) {
            to.drop(d, from.dropped(d));
        }
    }
}
