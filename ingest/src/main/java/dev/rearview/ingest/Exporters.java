package dev.rearview.ingest;

import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.StateBudget;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// All exporters that a thread decodes, by what tells them apart: the probe's name and the address.
/// Sessions own what theirs announce.
///
/// The first valid message of an exporter makes its entry. While the budget is exceeded, entries
/// make room: first those that never sent a data record that could be decoded, then all others,
/// whoever has been silent longest first. Each is counted as [Drop#TABLE_FULL] where it came from.
/// What an evicted exporter announces later is taken like that of a new one.
///
/// @param <K> tells exporters apart
public final class Exporters<K> implements AutoCloseable {
    /// Estimated octets of an entry whose exporter has announced nothing.
    static final int ENTRY_OCTETS = 448;

    /// How long a template serves that is not announced again; also how long an exporter that is
    /// silent is remembered.
    static final long TEMPLATE_AGE_MS = 24L * 3600 * 1000;

    private static final class Entry {
        private final Exporter exporter;
        private Counters counters;
        private long generation;
        private long lastMs;

        private Entry(Exporter exporter, Counters counters, long generation) {
            this.exporter = exporter;
            this.counters = counters;
            this.generation = generation;
        }
    }

    private final StateBudget budget;
    private final Function<K, Counters> ledger;
    private final LongSupplier generation;
    // Both in the order of the last message.
    private final LinkedHashMap<K, Entry> unproven = new LinkedHashMap<>(16, 0.75f, true);
    private final LinkedHashMap<K, Entry> proven = new LinkedHashMap<>(16, 0.75f, true);
    // For senders that are not known: most of a flood never gets further.
    private Exporter spare;

    /// @param budget what all exporters may hold; tables of several threads need parts of one, as
    ///   each evicts of its own until the budget is kept
    /// @param ledger gives the counters of an exporter
    public Exporters(StateBudget budget, Function<K, Counters> ledger) {
        this(budget, ledger, () -> 0);
    }

    /// @param ledger gives the counters of an exporter
    /// @param generation changes whenever counters given before may no longer count
    public Exporters(StateBudget budget, Function<K, Counters> ledger, LongSupplier generation) {
        this.budget = budget;
        this.ledger = ledger;
        this.generation = generation;
        this.spare = new Exporter(budget);
    }

    /// Decodes a message of an exporter, which is taken into the table if the message is valid.
    ///
    /// @param arrival how it came
    /// @return whether its header and length are those of its protocol
    public boolean decode(
            K key, Decoder decoder, ByteBuffer bytes, Arrival arrival, FlowConsumer out) {
        Entry known = proven.get(key);
        boolean wasProven = known != null;
        known = known != null ? known : unproven.get(key);
        Entry e =
                known != null ? known : new Entry(spare, ledger.apply(key), generation.getAsLong());
        Counters counters = counters(key, e);
        boolean valid = decoder.decode(bytes, e.exporter, arrival, counters, out);
        if (known == null && decoder.failure().isPresent()) {
            // What was read of the message before it failed is not the next sender's.
            spare.close(counters);
            spare = new Exporter(budget);
        }
        if (valid) {
            e.lastMs = arrival.nowMs();
            if (known == null) {
                spare = new Exporter(budget);
                budget.charge(ENTRY_OCTETS);
                unproven.put(key, e);
            }
            if (!wasProven && e.exporter.isProven()) {
                unproven.remove(key);
                proven.put(key, e);
            }
            makeRoom(e);
        }
        return valid;
    }

    private Counters counters(K key, Entry e) {
        long now = generation.getAsLong();
        if (e.generation != now) {
            e.counters = ledger.apply(key);
            // The ledger may have made room just now.
            e.generation = generation.getAsLong();
        }
        return e.counters;
    }

    /// Exporters in the table.
    int size() {
        return unproven.size() + proven.size();
    }

    private void makeRoom(Entry keep) {
        while (budget.isExceeded() && (evict(unproven, keep) || evict(proven, keep))) {
            // One after the other.
        }
    }

    private boolean evict(LinkedHashMap<K, Entry> from, Entry keep) {
        var oldest = from.firstEntry();
        if (oldest == null || oldest.getValue() == keep) {
            return false;
        }
        from.remove(oldest.getKey());
        counters(oldest.getKey(), oldest.getValue()).drop(Drop.TABLE_FULL, 1);
        close(oldest.getKey(), oldest.getValue());
        return true;
    }

    private void close(K key, Entry e) {
        e.exporter.close(counters(key, e));
        budget.release(ENTRY_OCTETS);
    }

    /// Forgets exporters, such as those of a probe that is no more; what waits is given up and
    /// counted.
    public void removeIf(Predicate<K> unwanted) {
        forEach((i, e) -> {
            if (unwanted.test(e.getKey())) {
                i.remove();
                close(e.getKey(), e.getValue());
            }
        });
    }

    /// Forgets templates that were not announced for [#TEMPLATE_AGE_MS], and gives up data that has
    /// waited too long. Exporters that were silent for as long go as a whole.
    public void expire(long nowMs) {
        forEach((i, e) -> {
            Entry entry = e.getValue();
            entry.exporter.expire(nowMs, TEMPLATE_AGE_MS, counters(e.getKey(), entry));
            if (nowMs - entry.lastMs > TEMPLATE_AGE_MS) {
                i.remove();
                close(e.getKey(), entry);
            }
        });
    }

    private void forEach(BiConsumer<Iterator<Map.Entry<K, Entry>>, Map.Entry<K, Entry>> action) {
        for (LinkedHashMap<K, Entry> table : List.of(unproven, proven)) {
            Iterator<Map.Entry<K, Entry>> i = table.entrySet().iterator();
            while (i.hasNext()) {
                action.accept(i, i.next());
            }
        }
    }

    @Override
    public void close() {
        removeIf(k -> true);
    }
}
