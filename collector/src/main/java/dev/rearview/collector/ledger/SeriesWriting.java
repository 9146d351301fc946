package dev.rearview.collector.ledger;

import dev.rearview.site.Probe;
import dev.rearview.site.SensorConf;
import dev.rearview.store.ledger.LedgerPeriod;
import dev.rearview.store.ledger.LedgerSeries;
import dev.rearview.text.Names;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Keeps the ledger's series: what was counted, once a minute, and that the collector runs. Any
/// thread may say what is configured, one at a time writes.
public final class SeriesWriting {
    /// Exporters that are told apart in one period; a line takes about 100 octets.
    static final int MAX_ROWS = 1024;

    private static final long MINUTE_MS = 60_000;
    private static final List<Total> TOLD =
            List.of(
                    Total.DATAGRAMS,
                    Total.FLOWS,
                    Total.REVERSE_FLOWS,
                    Total.SAMPLED,
                    Total.TIMES_REPLACED,
                    Total.VOLUMES_CLIPPED,
                    Total.RECOVERED);

    private final LossLedger ledger;
    private final LedgerSeries series;
    private final LongSupplier clockMs;
    private volatile Map<String, List<String>> sensors = Map.of();
    private Map<String, List<String>> told = Map.of();
    private long sinceMs;

    /// @param clockMs milliseconds since 1970
    public SeriesWriting(LossLedger ledger, LedgerSeries series, LongSupplier clockMs) {
        this.ledger = ledger;
        this.series = series;
        this.clockMs = clockMs;
        this.sinceMs = second(clockMs.getAsLong());
    }

    /// Tells which sensors each probe feeds from now on.
    public void use(SensorConf.Result configuration) {
        Map<String, List<String>> next = new TreeMap<>();
        for (Probe probe : configuration.probes()) {
            List<String> fed =
                    configuration.sensorsOf(probe).stream()
                            .map(block -> block.sensor().name())
                            .distinct()
                            .toList();
            if (!fed.isEmpty()) {
                next.put(probe.name(), fed);
            }
        }
        sensors = next;
    }

    /// Writes what was counted if a minute has ended since the last time.
    void tick() throws IOException {
        if (clockMs.getAsLong() / MINUTE_MS != sinceMs / MINUTE_MS) {
            write();
        }
    }

    /// Writes what was counted since the last time.
    void write() throws IOException {
        long nowMs = second(clockMs.getAsLong());
        if (nowMs < sinceMs) {
            // The clock was set back: what it counted twice is not told twice.
            sinceMs = nowMs;
        }
        List<LedgerPeriod> periods = new ArrayList<>();
        Map<String, List<String>> fed = sensors;
        if (!fed.equals(told) || !series.hasDay(sinceMs)) {
            fed.forEach((probe, names) -> periods.add(LedgerPeriod.feeding(sinceMs, probe, names)));
        }
        periods.add(LedgerPeriod.running(sinceMs, (nowMs - sinceMs) / 1000));
        rows().forEach((key, counts) -> {
            Map<String, Long> named = named(counts);
            if (!named.isEmpty()) {
                periods.add(LedgerPeriod.counts(sinceMs, key.probe(), key.exporter(), named));
            }
        });
        // What cannot be written is told by the ledger alone, and the time as one without record.
        sinceMs = nowMs;
        series.append(periods);
        told = fed;
    }

    private static long second(long ms) {
        return ms - Math.floorMod(ms, 1000L);
    }

    /// What is new, by row; beyond the bound by probe.
    private Map<LossLedger.Key, long[]> rows() {
        Map<LossLedger.Key, long[]> out = new TreeMap<>();
        for (Map.Entry<LossLedger.Key, long[]> e :
                ledger.news(LossLedger.Reader.SERIES).entrySet()) {
            LossLedger.Key key =
                    out.size() < MAX_ROWS
                            ? e.getKey()
                            : new LossLedger.Key(e.getKey().probe(), LossLedger.OTHERS);
            if (isAny(e.getValue())) {
                out.merge(key, e.getValue(), LossLedger::sum);
            }
        }
        return out;
    }

    private static boolean isAny(long[] counts) {
        for (long n : counts) {
            if (n != 0) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Long> named(long[] counts) {
        Map<String, Long> out = new LinkedHashMap<>();
        for (Total t : TOLD) {
            put(Names.word(t), LossLedger.total(counts, t), out);
        }
        for (Drop d : Drop.values()) {
            put(LedgerPeriod.LOST + d.label(), LossLedger.dropped(counts, d), out);
        }
        return out;
    }

    private static void put(String name, long count, Map<String, Long> out) {
        if (count > 0) {
            out.put(name, count);
        }
    }
}
