package dev.rearview.collector.ledger;

import dev.rearview.collector.log.Log;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Tells the log from time to time what came and what was lost since the last time: a line for each
/// probe that listens as SiLK has it, and one for each exporter of which something was lost. Those
/// that lost most have lines of their own; the rest share one for each reason.
public final class Statistics {
    /// Lines of exporters for each reason and call.
    static final int MAX_LINES = 20;

    /// Templates named in a line.
    private static final int MAX_TEMPLATES = 4;

    private final LossLedger ledger;
    private final LossCauses causes;
    private final Log log;

    /// @param ledger what it holds so far counts as told
    public Statistics(LossLedger ledger, LossCauses causes, Log log) {
        this.ledger = ledger;
        this.causes = causes;
        this.log = log;
    }

    /// A line for each probe that listens, in their order and also where nothing came; then what
    /// was lost.
    public void tell(List<Probe> probes) {
        Map<LossLedger.Key, long[]> news = ledger.news(LossLedger.Reader.LOG);
        tellProbes(news, probes);
        tellLosses(news);
        tellAwaited(news);
        tellTemplates(news);
    }

    private void tellProbes(Map<LossLedger.Key, long[]> news, List<Probe> probes) {
        Map<String, long[]> sums = new HashMap<>();
        news.forEach((key, counts) -> sums.merge(key.probe(), counts, LossLedger::sum));
        for (Probe p : probes) {
            if (p.port() > 0) {
                log.info(ProbeLine.of(p, sums.getOrDefault(p.name(), LossLedger.nothing())));
            }
        }
    }

    /// Says once for each exporter that templates do not come.
    private void tellTemplates(Map<LossLedger.Key, long[]> news) {
        Map<LossLedger.Key, Counters> entries = ledger.entries();
        news.forEach((key, counts) -> {
            Counters counters = entries.get(key);
            if (LossLedger.dropped(counts, Drop.UNKNOWN_TEMPLATE) > 0 && counters != null) {
                causes.template(key.probe(), key.exporter(), awaited(counters.awaited()));
            }
        });
    }

    /// What rows without a line of their own lost for one reason.
    private static final class Rest {
        private long rows;
        private long lost;
    }

    private void tellLosses(Map<LossLedger.Key, long[]> news) {
        List<Map.Entry<LossLedger.Key, long[]>> losers = new ArrayList<>();
        for (Map.Entry<LossLedger.Key, long[]> e : news.entrySet()) {
            if (LossLedger.lost(e.getValue()) != 0) {
                losers.add(e);
            }
        }
        losers.sort(
                Comparator.comparingLong((Map.Entry<LossLedger.Key, long[]> e) ->
                                LossLedger.lost(e.getValue()))
                        .reversed());
        Map<Drop, Integer> lines = new EnumMap<>(Drop.class);
        Map<Drop, Rest> rest = new EnumMap<>(Drop.class);
        for (Map.Entry<LossLedger.Key, long[]> e : losers) {
            StringBuilder losses = new StringBuilder();
            for (Drop d : Drop.values()) {
                long n = d.isLoss() ? LossLedger.dropped(e.getValue(), d) : 0;
                if (n == 0) {
                    continue;
                }
                if (lines.merge(d, 1, Integer::sum) <= MAX_LINES) {
                    losses.append(losses.isEmpty() ? "" : ", ").append(d.label() + " " + n);
                } else {
                    Rest r = rest.computeIfAbsent(d, k -> new Rest());
                    r.rows++;
                    r.lost += n;
                }
            }
            if (!losses.isEmpty()) {
                LossLedger.Key key = e.getKey();
                log.notice("'" + key.probe() + "': losses from " + key.exporter() + ": " + losses);
            }
        }
        rest.forEach((d, r) ->
                log.notice(
                        String.format(
                                Locale.ROOT,
                                "Losses from %,d other addresses: %s %,d",
                                r.rows,
                                d.label(),
                                r.lost)));
    }

    /// Names the templates that data waited for since the last time.
    private void tellAwaited(Map<LossLedger.Key, long[]> news) {
        Map<LossLedger.Key, Counters> entries = ledger.entries();
        int lines = 0;
        long rows = 0;
        long sets = 0;
        for (Map.Entry<LossLedger.Key, long[]> e : news.entrySet()) {
            long fresh = LossLedger.total(e.getValue(), Total.AWAITED_SETS);
            Counters counters = entries.get(e.getKey());
            if (fresh == 0 || counters == null) {
                continue;
            }
            if (lines++ < MAX_LINES) {
                log.notice(
                        "'"
                                + e.getKey().probe()
                                + "': data before its template from "
                                + e.getKey().exporter()
                                + ": "
                                + fresh
                                + " sets"
                                + awaited(counters.awaited()));
            } else {
                rows++;
                sets += fresh;
            }
        }
        if (rows > 0) {
            log.notice(
                    String.format(
                            Locale.ROOT,
                            "Data before its template from %,d other addresses: %,d sets",
                            rows,
                            sets));
        }
    }

    /// The tail of a line; empty where rows were folded, as theirs are gone then.
    private static String awaited(List<Counters.Awaited> all) {
        if (all.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        for (Counters.Awaited a : all.subList(0, Math.min(all.size(), MAX_TEMPLATES))) {
            out.append(out.isEmpty() ? "" : ", ");
            out.append(
                    a.isOthers()
                            ? "other templates"
                            : "template " + a.templateId() + " of domain " + a.domain());
            out.append(" " + a.sets() + " (" + a.givenUpSets() + " given up)");
        }
        return "; so far " + out + (all.size() > MAX_TEMPLATES ? ", and more in the ledger" : "");
    }
}
