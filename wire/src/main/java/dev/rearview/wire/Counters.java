package dev.rearview.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// What was received, decoded and dropped for one exporter. Written by one thread, read by others.
///
/// Nothing gets lost in between: once nothing waits any more, each data record is a flow (of either
/// direction, or of both), or under one reason why it is none:
///
/// ```
/// RECORDS       = FLOWS + IGNORED + BAD_RECORD
/// AWAITED_SETS  = sets that were decoded later + UNKNOWN_TEMPLATE
/// ```
///
/// What cannot be told apart into records, because the datagram, set or sample breaks its protocol,
/// is counted as [Drop#MALFORMED], once for each.
public final class Counters {
    /// Templates of which is kept what waited for them; all others share a row.
    public static final int MAX_AWAITED = 64;

    /// Elements without a meaning for flows that are named; others are only counted.
    public static final int MAX_UNKNOWN = 32;

    private static final Drop[] DROPS = Drop.values();
    private static final int TOTALS = Total.values().length;
    private static final int OBJECT_OCTETS = 112;
    private static final int ROW_OCTETS = 72;
    private static final int UNKNOWN_OCTETS = 104;

    private final AtomicLongArray drops = new AtomicLongArray(DROPS.length);
    private final AtomicLongArray totals = new AtomicLongArray(TOTALS);
    private @Nullable List<Awaited> awaited;
    private @Nullable Map<UnknownElement, Long> unknown;

    /// What is counted besides drops.
    public enum Total {
        DATAGRAMS,
        /// Data records, whether or not they made flows.
        RECORDS,
        OPTION_RECORDS,
        TEMPLATES,
        /// Data records that made a flow.
        FLOWS,
        /// Second flows of records that describe both directions.
        REVERSE_FLOWS,
        COUNTER_SAMPLES,
        UNKNOWN_ELEMENTS,
        /// Flows whose start was not credible and was replaced by the time of receipt.
        TIMES_REPLACED,
        /// Flows of more packets or octets than the store can keep, of which it keeps the most.
        VOLUMES_CLIPPED,
        /// Sets that pass the length of their message but not the datagram, and were decoded.
        OVERLONG_SETS,
        /// Data sets that came before their template.
        AWAITED_SETS,
        AWAITED_OCTETS,
        /// Octets of the data sets that [Drop#UNKNOWN_TEMPLATE] counts.
        GIVEN_UP_OCTETS,
        /// Flows that stand for others, as their exporter samples packets.
        SAMPLED,
        /// Flows found in journals of an earlier run, which it may have counted or not.
        RECOVERED,
        /// Datagrams of kept journals that were let go: their flows stay.
        LET_GO
    }

    /// Data sets that waited for one template.
    ///
    /// @param domain observation domain; -1 for all that have no row of their own
    /// @param templateId number of the template; -1 for all that have no row of their own
    /// @param sets that started to wait
    /// @param givenUpSets those of them that never saw their template
    public record Awaited(
            long domain,
            int templateId,
            long sets,
            long octets,
            long givenUpSets,
            long givenUpOctets) {
        /// Whether it stands for all templates without a row of their own.
        public boolean isOthers() {
            return templateId < 0;
        }
    }

    /// An element of IPFIX or NetFlow v9 that no flow field needs.
    ///
    /// @param enterprise number of who defined it, 0 for IANA
    public record UnknownElement(long enterprise, int id) {}

    public void drop(Drop reason, long count) {
        if (count != 0) {
            add(drops, reason.ordinal(), count);
        }
    }

    public void add(Total total, long count) {
        add(totals, total.ordinal(), count);
    }

    private static void add(AtomicLongArray of, int at, long count) {
        of.setOpaque(at, of.getPlain(at) + count);
    }

    public long dropped(Drop reason) {
        return drops.get(reason.ordinal());
    }

    /// Messages of which nothing could be read.
    public long unreadable() {
        return dropped(Drop.MALFORMED) + dropped(Drop.VERSION);
    }

    public long total(Total total) {
        return totals.get(total.ordinal());
    }

    /// Counts a data set that starts to wait for its template.
    void awaits(long domain, int templateId, int octets) {
        add(Total.AWAITED_SETS, 1);
        add(Total.AWAITED_OCTETS, octets);
        addAwaited(new Awaited(domain, templateId, 1, octets, 0, 0));
    }

    /// Counts a data set whose template did not come.
    void gaveUp(long domain, int templateId, int octets) {
        drop(Drop.UNKNOWN_TEMPLATE, 1);
        add(Total.GIVEN_UP_OCTETS, octets);
        addAwaited(new Awaited(domain, templateId, 0, 0, 1, octets));
    }

    private synchronized void addAwaited(Awaited more) {
        List<Awaited> rows = awaited;
        if (rows == null) {
            rows = new ArrayList<>(1);
            awaited = rows;
        }
        for (int i = 0; i < rows.size(); i++) {
            Awaited row = rows.get(i);
            boolean own = row.domain == more.domain && row.templateId == more.templateId;
            if (own || i == MAX_AWAITED) {
                rows.set(
                        i,
                        new Awaited(
                                row.domain,
                                row.templateId,
                                row.sets + more.sets,
                                row.octets + more.octets,
                                row.givenUpSets + more.givenUpSets,
                                row.givenUpOctets + more.givenUpOctets));
                return;
            }
        }
        boolean others = rows.size() == MAX_AWAITED;
        rows.add(
                new Awaited(
                        others ? -1 : more.domain,
                        others ? -1 : more.templateId,
                        more.sets,
                        more.octets,
                        more.givenUpSets,
                        more.givenUpOctets));
    }

    /// The templates that data waited for, in the order in which they were first missed; at most
    /// [#MAX_AWAITED] and one row for all others. Safe to call from any thread.
    public synchronized List<Awaited> awaited() {
        return awaited == null ? List.of() : List.copyOf(awaited);
    }

    /// Counts elements of templates which no flow field needs, each as often as it is in the list.
    synchronized void announceUnknown(List<UnknownElement> elements) {
        if (elements.isEmpty()) {
            return;
        }
        Map<UnknownElement, Long> known = unknown;
        if (known == null) {
            known = new LinkedHashMap<>();
            unknown = known;
        }
        for (UnknownElement element : elements) {
            if (known.size() < MAX_UNKNOWN || known.containsKey(element)) {
                known.merge(element, 1L, Long::sum);
            }
        }
    }

    /// Elements that no flow field needs, and how many templates had them, in the order in which
    /// they first came; at most [#MAX_UNKNOWN]. Safe to call from any thread.
    public synchronized Map<UnknownElement, Long> unknownElements() {
        return unknown == null ? Map.of() : new LinkedHashMap<>(unknown);
    }

    /// Estimated octets in memory.
    public synchronized long octets() {
        return OBJECT_OCTETS
                + (unknown == null ? 0 : (long) UNKNOWN_OCTETS * unknown.size())
                + 8L * (DROPS.length + TOTALS)
                + (awaited == null ? 0 : (long) ROW_OCTETS * awaited.size());
    }
}
