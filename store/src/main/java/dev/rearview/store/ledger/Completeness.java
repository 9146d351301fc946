package dev.rearview.store.ledger;

import dev.rearview.store.state.Expiry;
import dev.rearview.store.state.Quarantine;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// How complete flows of a window are, as far as the ledger's series tells: what was lost, and when
/// no collector ran.
///
/// A flow is received when it has ended, which is up to an active timeout after its start. So what
/// counts for a window is what was received from its begin until [#LATE_MS] after its end.
///
/// @param window that was asked for
/// @param knownFromMs when the series begins, milliseconds since 1970; `Long.MAX_VALUE` where there
///   is none
/// @param gaps when no collector ran, of what is known, in order
/// @param exporters what each sent and lost, by probe and exporter
/// @param damagedLines that could have told more
/// @param disk what became of stored flows
public record Completeness(
        Window window,
        long knownFromMs,
        List<Gap> gaps,
        List<Exporter> exporters,
        long damagedLines,
        Disk disk) {
    /// Half an hour, the longest active timeout that is usual.
    public static final long LATE_MS = 1_800_000;

    /// What the collector has counted lately is not written yet.
    private static final long UNWRITTEN_MS = 120_000;

    /// What is left out on purpose is no loss.
    private static final String IGNORED = LedgerPeriod.LOST + "ignored";

    /// What is asked.
    ///
    /// @param fromMs begin, milliseconds since 1970
    /// @param toMs end, exclusive
    /// @param sensors by name; all where there are none
    public record Window(long fromMs, long toMs, List<String> sensors) {}

    /// What became of flows that were stored.
    ///
    /// @param quarantined files with flows of the window that were damaged or could not be
    ///   explained
    /// @param expired whether hours of it were let go
    public record Disk(int quarantined, boolean expired) {
        private static Disk of(Path root, Window window) throws IOException {
            OptionalLong last = Expiry.of(root).last();
            return new Disk(
                    Quarantine.count(root, window.fromMs, window.toMs),
                    last.isPresent() && last.getAsLong() >= window.fromMs);
        }

        private boolean isWhole() {
            return quarantined == 0 && !expired;
        }
    }

    /// When no collector ran.
    public record Gap(long fromMs, long toMs) {
        /// Its length, rounded up.
        public long seconds() {
            return (toMs - fromMs + 999) / 1000;
        }
    }

    /// What one exporter of a probe sent and lost.
    ///
    /// @param counts by name
    public record Exporter(String probe, String address, Map<String, Long> counts) {
        /// Whether anything was lost.
        public boolean hasLosses() {
            return counts.keySet().stream().anyMatch(Completeness::isLoss);
        }
    }

    /// Reads what the series tells of a window.
    ///
    /// @param nowMs the present, milliseconds since 1970
    /// @throws IOException if a file cannot be read
    public static Completeness of(Path root, Window window, long nowMs) throws IOException {
        LedgerSeries series = LedgerSeries.of(root);
        Disk disk = Disk.of(root, window);
        List<LocalDate> days = series.days();
        if (days.isEmpty()) {
            return new Completeness(window, Long.MAX_VALUE, List.of(), List.of(), 0, disk);
        }
        Sums sums = new Sums(window);
        // A period that began before the window may reach into it.
        long fromMs = window.fromMs - UNWRITTEN_MS;
        long damaged = series.read(fromMs, window.toMs + LATE_MS, sums::take);
        long knownFromMs = days.getFirst().atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        if (knownFromMs + TimeText.DAY_MS > window.fromMs) {
            knownFromMs = begin(series, knownFromMs);
        }
        long lastMs = Math.min(window.toMs + LATE_MS, nowMs - UNWRITTEN_MS);
        List<Gap> gaps = sums.gaps(Math.max(window.fromMs, knownFromMs), lastMs);
        return new Completeness(window, knownFromMs, gaps, sums.exporters(), damaged, disk);
    }

    /// When the first period of a day began.
    private static long begin(LedgerSeries series, long dayMs) throws IOException {
        long[] first = {Long.MAX_VALUE};
        series.read(
                dayMs, dayMs + TimeText.DAY_MS, p -> first[0] = Math.min(first[0], p.startMs()));
        return first[0];
    }

    /// Whether nothing is missing, as far as is known, and all of it is known.
    public boolean isComplete() {
        return knownFromMs <= window.fromMs
                && gaps.isEmpty()
                && damagedLines == 0
                && disk.isWhole()
                && exporters.stream().noneMatch(Exporter::hasLosses);
    }

    /// The sum of a count over all exporters.
    public long total(String name) {
        return exporters.stream().mapToLong(e -> e.counts.getOrDefault(name, 0L)).sum();
    }

    /// What was lost, by reason, ascending.
    public Map<String, Long> lost() {
        Map<String, Long> out = new TreeMap<>();
        for (Exporter e : exporters) {
            e.counts.forEach((name, n) -> {
                if (isLoss(name)) {
                    out.merge(name.substring(LedgerPeriod.LOST.length()), n, Long::sum);
                }
            });
        }
        return out;
    }

    /// Seconds without a collector.
    public long missingSeconds() {
        return gaps.stream().mapToLong(Gap::seconds).sum();
    }

    private static boolean isLoss(String name) {
        return name.startsWith(LedgerPeriod.LOST) && !name.equals(IGNORED);
    }

    /// Adds periods up.
    private static final class Sums {
        private final Window window;
        private final Set<String> wanted;
        private final Map<String, Set<String>> fed = new HashMap<>();
        private final Map<String, Map<String, Map<String, Long>>> sums = new TreeMap<>();
        private final List<Gap> running = new ArrayList<>();

        Sums(Window window) {
            this.window = window;
            this.wanted = new HashSet<>(window.sensors);
        }

        void take(LedgerPeriod p) {
            if (p.isRunning()) {
                long seconds = Math.min(p.count(LedgerPeriod.UP), TimeText.DAY_MS / 1000);
                running.add(new Gap(p.startMs(), p.startMs() + seconds * 1000));
            } else if (!p.sensors().isEmpty()) {
                fed.put(p.probe(), new HashSet<>(p.sensors()));
            } else if (p.startMs() >= window.fromMs && mayConcern(p.probe())) {
                Map<String, Long> into =
                        sums.computeIfAbsent(p.probe(), k -> new TreeMap<>())
                                .computeIfAbsent(p.exporter(), k -> new TreeMap<>());
                p.counts().forEach((name, n) -> into.merge(name, n, Long::sum));
            }
        }

        /// Whether a probe feeds a sensor that is asked for. Of one whose sensors are not told,
        /// such as what the kernel dropped before anyone could look, nobody knows that it does not.
        private boolean mayConcern(String probe) {
            Set<String> sensors = fed.get(probe);
            return wanted.isEmpty()
                    || sensors == null
                    || sensors.stream().anyMatch(wanted::contains);
        }

        List<Exporter> exporters() {
            List<Exporter> out = new ArrayList<>();
            sums.forEach((probe, of) ->
                    of.forEach((address, counts) -> out.add(new Exporter(probe, address, counts))));
            return out;
        }

        /// What of a stretch is covered by no period.
        List<Gap> gaps(long fromMs, long toMs) {
            running.sort(Comparator.comparingLong(Gap::fromMs));
            List<Gap> out = new ArrayList<>();
            long at = fromMs;
            for (Gap up : running) {
                if (up.fromMs > at && at < toMs) {
                    out.add(new Gap(at, Math.min(up.fromMs, toMs)));
                }
                at = Math.max(at, up.toMs);
            }
            if (at < toMs) {
                out.add(new Gap(at, toMs));
            }
            return out;
        }
    }
}
