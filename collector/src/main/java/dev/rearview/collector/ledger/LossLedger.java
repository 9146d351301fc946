package dev.rearview.collector.ledger;

import dev.rearview.ingest.Ledger;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// What every exporter sent and what became of it: flows stored, and losses by reason.
///
/// Rows are bounded, sums are exact: where there are too many addresses, or one has been silent for
/// long, its counts go to the row of its network, and from there to the row `others` of its probe.
/// Rows of addresses are made and folded by one thread; others may read, and count in rows that
/// have no address.
public final class LossLedger implements Ledger {
    /// Rows of addresses that probes accept; some 500 octets each.
    static final int MAX_EXPORTERS = 4096;

    /// Rows of addresses that no probe accepts, whose senders are as likely made up.
    static final int MAX_STRANGERS = 256;

    /// Rows of networks.
    static final int MAX_NETWORKS = 4096;

    /// What is silent for 30 days is no exporter any more.
    static final long AGE_MS = 30L * 24 * 3600 * 1000;

    /// The exporter of those that have no row.
    public static final String OTHERS = "others";

    private static final int TOTALS = Total.values().length;
    private static final int COUNTS = TOTALS + Drop.values().length;

    /// @param probe name of the probe, "-" where no probe takes what was sent
    /// @param exporter address or network of the sender, "-" where it is not known, "others" for
    ///   those that have no row
    public record Key(String probe, String exporter) implements Comparable<Key> {
        @Override
        public int compareTo(Key o) {
            int c = probe.compareTo(o.probe);
            return c != 0 ? c : exporter.compareTo(o.exporter);
        }

        private Kind kind() {
            if (exporter.equals(NONE) || exporter.equals(OTHERS)) {
                return Kind.FIXED;
            }
            if (exporter.indexOf('/') > 0) {
                return Kind.NETWORK;
            }
            return probe.equals(NONE) ? Kind.STRANGER : Kind.EXPORTER;
        }
    }

    private enum Kind {
        EXPORTER(MAX_EXPORTERS),
        STRANGER(MAX_STRANGERS),
        NETWORK(MAX_NETWORKS),
        /// As many as there are probes.
        FIXED(Integer.MAX_VALUE);

        private final int limit;

        Kind(int limit) {
            this.limit = limit;
        }
    }

    /// Those who are told what is new since they were told last.
    enum Reader {
        LOG,
        SERIES
    }

    private static final class Row {
        private final Counters counters = new Counters();
        // What each reader was told, and what there was at the last look.
        private final long[][] told = new long[Reader.values().length][COUNTS];
        private long[] seen = new long[COUNTS];
        private long activeMs;
        // When it last lost something, 0 if it never did.
        private long lostMs;
        // The causes of losses that the log has named.
        private final Set<LossCauses.Cause> named = EnumSet.noneOf(LossCauses.Cause.class);

        private Row(long activeMs) {
            this.activeMs = activeMs;
        }
    }

    private final Map<Key, Row> rows = new HashMap<>();
    private final int[] sizes = new int[Kind.values().length];
    private final LongSupplier clockMs;
    private volatile long generation;

    public LossLedger() {
        this(System::currentTimeMillis);
    }

    /// @param clockMs milliseconds since 1970
    LossLedger(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /// The counters of an exporter, or those of its network where it gets no row of its own.
    @Override
    public synchronized Counters of(String probe, String exporter) {
        return row(new Key(probe, exporter)).counters;
    }

    /// Rises whenever rows were folded.
    @Override
    public long generation() {
        return generation;
    }

    private Row row(Key key) {
        Row known = rows.get(key);
        if (known != null) {
            return known;
        }
        Kind kind = key.kind();
        if (sizes[kind.ordinal()] >= kind.limit) {
            if (kind == Kind.STRANGER) {
                // Those that came first keep their rows: they are as good as any.
                return row(wider(key));
            }
            makeRoom(kind);
        }
        Row fresh = new Row(clockMs.getAsLong());
        rows.put(key, fresh);
        sizes[kind.ordinal()]++;
        return fresh;
    }

    /// Folds an eighth of the rows of a kind: those that never had a flow before those that had, as
    /// addresses are made up more easily than flows; among these those silent longest.
    private void makeRoom(Kind kind) {
        look();
        List<Map.Entry<Key, Row>> all = new ArrayList<>();
        for (Map.Entry<Key, Row> e : rows.entrySet()) {
            if (e.getKey().kind() == kind) {
                all.add(e);
            }
        }
        all.sort(
                Comparator.comparing((Map.Entry<Key, Row> e) -> hadFlows(e.getValue()))
                        .thenComparingLong(e -> e.getValue().activeMs));
        all.subList(0, Math.max(1, kind.limit / 8)).stream()
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::fold);
    }

    private static boolean hadFlows(Row row) {
        return row.counters.total(Total.FLOWS) > 0;
    }

    /// Notes which rows have counted anything since the last look.
    private void look() {
        long now = clockMs.getAsLong();
        for (Row row : rows.values()) {
            long[] counts = counts(row.counters);
            if (!Arrays.equals(counts, row.seen)) {
                if (lost(counts) > lost(row.seen)) {
                    row.lostMs = now;
                }
                row.seen = counts;
                row.activeMs = now;
            }
        }
    }

    /// Folds the rows of those that have been silent for 30 days.
    public synchronized void age() {
        look();
        long oldest = clockMs.getAsLong() - AGE_MS;
        for (Map.Entry<Key, Row> e : List.copyOf(rows.entrySet())) {
            if (e.getKey().kind() != Kind.FIXED && e.getValue().activeMs < oldest) {
                fold(e.getKey());
            }
        }
    }

    private void fold(Key key) {
        Row from = rows.remove(key);
        if (from == null) {
            return;
        }
        sizes[key.kind().ordinal()]--;
        generation++;
        Row to = row(wider(key));
        addAll(to.counters, from.counters);
        for (Reader reader : Reader.values()) {
            int at = reader.ordinal();
            to.told[at] = sum(to.told[at], from.told[at]);
        }
        to.seen = counts(to.counters);
        to.activeMs = Math.max(to.activeMs, from.activeMs);
        to.lostMs = Math.max(to.lostMs, from.lostMs);
    }

    /// Adds counts up; of which templates and elements they are is not kept.
    private static void addAll(Counters to, Counters from) {
        for (Total t : Total.values()) {
            to.add(t, from.total(t));
        }
        for (Drop d : Drop.values()) {
            to.drop(d, from.dropped(d));
        }
    }

    /// The row that an address or network is folded into.
    private static Key wider(Key key) {
        String network = key.kind() == Kind.NETWORK ? OTHERS : network(key.exporter).orElse(OTHERS);
        return new Key(key.probe, network);
    }

    /// The network of an address: /24 or /48.
    private static Optional<String> network(String address) {
        try {
            byte[] octets = InetAddress.ofLiteral(address).getAddress();
            int kept = octets.length == 4 ? 3 : 6;
            Arrays.fill(octets, kept, octets.length, (byte) 0);
            return Optional.of(InetAddress.getByAddress(octets).getHostAddress() + "/" + kept * 8);
        } catch (IllegalArgumentException | UnknownHostException e) {
            return Optional.empty();
        }
    }

    /// A snapshot in order.
    public synchronized Map<Key, Counters> entries() {
        Map<Key, Counters> out = new TreeMap<>();
        rows.forEach((key, row) -> out.put(key, row.counters));
        return out;
    }

    /// When a row last changed, milliseconds since 1970.
    ///
    /// @param activeMs when it counted anything
    /// @param lostMs when it lost something, 0 if it never did
    record Activity(long activeMs, long lostMs) {}

    synchronized Map<Key, Activity> activity() {
        look();
        Map<Key, Activity> out = new HashMap<>();
        rows.forEach((key, row) -> out.put(key, new Activity(row.activeMs, row.lostMs)));
        return out;
    }

    /// Notes that the log names a cause of a row's losses.
    ///
    /// @return whether it is the first time
    synchronized boolean name(String probe, String exporter, LossCauses.Cause cause) {
        return row(new Key(probe, exporter)).named.add(cause);
    }

    /// Takes up a row of an earlier run, with what it counted; that counts as told.
    synchronized void restore(Key key, Activity activity, Counters counts) {
        Row row = row(key);
        addAll(row.counters, counts);
        row.seen = counts(row.counters);
        Arrays.setAll(row.told, i -> row.seen.clone());
        row.activeMs = activity.activeMs;
        row.lostMs = activity.lostMs;
    }

    /// What was counted since a reader's last call, by row and in order; see [#total] and
    /// [#dropped].
    synchronized Map<Key, long[]> news(Reader reader) {
        Map<Key, long[]> out = new TreeMap<>();
        rows.forEach((key, row) -> {
            long[] now = counts(row.counters);
            out.put(key, difference(row.told[reader.ordinal()], now));
            row.told[reader.ordinal()] = now;
        });
        return out;
    }

    static long total(long[] counts, Total t) {
        return counts[t.ordinal()];
    }

    static long dropped(long[] counts, Drop d) {
        return counts[TOTALS + d.ordinal()];
    }

    /// Adds counts of [#news] to others.
    static long[] sum(long[] a, long[] b) {
        long[] out = new long[COUNTS];
        for (int i = 0; i < COUNTS; i++) {
            out[i] = a[i] + b[i];
        }
        return out;
    }

    /// Counts of someone who sent nothing.
    static long[] nothing() {
        return new long[COUNTS];
    }

    /// All that is lost; what is left out on purpose is not.
    static long lost(long[] counts) {
        long sum = 0;
        for (Drop d : Drop.values()) {
            sum += d.isLoss() ? dropped(counts, d) : 0;
        }
        return sum;
    }

    /// What was counted since an earlier state of one exporter's counters; see [#counts].
    public static long[] difference(long[] before, Counters counters) {
        return difference(before, counts(counters));
    }

    private static long[] difference(long[] before, long[] after) {
        long[] out = new long[COUNTS];
        for (int i = 0; i < COUNTS; i++) {
            out[i] = after[i] - before[i];
        }
        return out;
    }

    /// A copy; see [#total] and [#dropped].
    public static long[] counts(Counters c) {
        long[] out = new long[COUNTS];
        for (Total t : Total.values()) {
            out[t.ordinal()] = c.total(t);
        }
        for (Drop d : Drop.values()) {
            out[TOTALS + d.ordinal()] = c.dropped(d);
        }
        return out;
    }
}
