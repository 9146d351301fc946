package dev.rearview.collector;

import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tells the log from time to time what came and what was lost since the last time: a line for each
/// probe as SiLK has it, and one for each exporter of which something was lost.
final class Statistics {
    private static final int TOTALS = Total.values().length;
    private static final int COUNTS = TOTALS + Drop.values().length;

    private final LossLedger ledger;
    private final Log log;
    private final Map<LossLedger.Key, long[]> told = new HashMap<>();

    /// @param ledger what it holds so far counts as told
    Statistics(LossLedger ledger, Log log) {
        this.ledger = ledger;
        this.log = log;
        ledger.entries().forEach((key, c) -> told.put(key, counts(c)));
    }

    private static long[] counts(Counters c) {
        long[] out = new long[COUNTS];
        for (Total t : Total.values()) {
            out[t.ordinal()] = c.total(t);
        }
        for (Drop d : Drop.values()) {
            out[TOTALS + d.ordinal()] = c.dropped(d);
        }
        return out;
    }

    void tell(List<Probe> probes) {
        Map<String, long[]> sums = new HashMap<>();
        ledger.entries()
                .forEach((key, c) -> {
                    long[] now = counts(c);
                    long[] before = told.put(key, now.clone());
                    long[] sum = sums.computeIfAbsent(key.probe(), k -> new long[COUNTS]);
                    for (int i = 0; i < COUNTS; i++) {
                        now[i] -= before == null ? 0 : before[i];
                        sum[i] += now[i];
                    }
                    tellLosses(key, now);
                });
        for (Probe p : probes) {
            long[] sum = sums.get(p.name());
            if (sum != null) {
                boolean pdus = p.type() == Probe.Type.NETFLOW_V5;
                log.info("'" + p.name() + "': " + (pdus ? pdus(sum) : flows(p.type(), sum)));
            }
        }
    }

    private static long of(long[] counts, Drop d) {
        return counts[TOTALS + d.ordinal()];
    }

    private static String pdus(long[] n) {
        long all = n[Total.DATAGRAMS.ordinal()];
        long good = all - of(n, Drop.MALFORMED) - of(n, Drop.VERSION);
        return "Pkts %d/%d, Recs %d, MissRecs %d, BadRecs %d"
                .formatted(
                        good,
                        all,
                        n[Total.FLOWS.ordinal()],
                        of(n, Drop.SEQUENCE_GAP),
                        of(n, Drop.BAD_RECORD));
    }

    private static String flows(Probe.Type type, long[] n) {
        String missing =
                switch (type) {
                    case NETFLOW_V9 -> ", nf9: missing-pkts " + of(n, Drop.SEQUENCE_GAP);
                    case SFLOW -> ", sflow: missing-pkts " + of(n, Drop.SEQUENCE_GAP);
                    default -> "";
                };
        return "forward %d, reverse %d, ignored %d%s"
                .formatted(
                        n[Total.FLOWS.ordinal()],
                        n[Total.REVERSE_FLOWS.ordinal()],
                        of(n, Drop.IGNORED),
                        missing);
    }

    private void tellLosses(LossLedger.Key key, long[] n) {
        StringBuilder losses = new StringBuilder();
        for (Drop d : Drop.values()) {
            if (of(n, d) != 0 && d != Drop.IGNORED) {
                losses.append(losses.isEmpty() ? "" : ", ");
                losses.append(d.label()).append(' ').append(of(n, d));
            }
        }
        if (!losses.isEmpty()) {
            log.notice("'" + key.probe() + "': losses from " + key.exporter() + ": " + losses);
        }
    }
}
