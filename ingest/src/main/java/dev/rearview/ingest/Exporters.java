package dev.rearview.ingest;

import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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

    /// Least octets of an entry that is written.
    private static final int ENTRY_SAVED = 4 * Integer.BYTES;

    /// Writes what tells exporters apart, and reads it again.
    ///
    /// @param <K> tells exporters apart
    public interface Keys<K> {
        void save(K key, StateWriter out) throws IOException;

        K restore(StateReader in) throws StateReader.Malformed;
    }

    /// Knows what exporters are going to announce, and takes the data for which that is late.
    ///
    /// @param <K> tells exporters apart
    public interface LateData<K> {
        Exporter.Later later(K key);

        /// Takes what an exporter has kept, if anything ([Exporter#takeLate]).
        void take(K key, Exporter from, Counters counters);
    }

    private final StateBudget budget;
    private final Function<K, Counters> ledger;
    private final LongSupplier generation;
    // Both in the order of the last message.
    private final LinkedHashMap<K, Entry> unproven = new LinkedHashMap<>(16, 0.75f, true);
    private final LinkedHashMap<K, Entry> proven = new LinkedHashMap<>(16, 0.75f, true);
    private Consumer<K> evicted = k -> {};
    private Optional<LateData<K>> late = Optional.empty();
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

    /// Has somebody told of each that makes room.
    public void onEviction(Consumer<K> told) {
        evicted = told;
    }

    /// Has data kept whose template comes late, in place of being given up. To be called while no
    /// exporter is known.
    public void expect(LateData<K> data) {
        late = Optional.of(data);
    }

    private void takeLate(K key, Entry e) {
        late.ifPresent(l -> l.take(key, e.exporter, counters(key, e)));
    }

    private Exporter expecting(K key, Exporter exporter) {
        late.ifPresent(l -> exporter.expect(l.later(key)));
        return exporter;
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
        Entry e = known != null ? known : entry(key, spare);
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
            takeLate(key, e);
            makeRoom(e);
        }
        return valid;
    }

    private Entry entry(K key, Exporter exporter) {
        Exporter its = expecting(key, exporter);
        return new Entry(its, ledger.apply(key), generation.getAsLong());
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
        evicted.accept(oldest.getKey());
        return true;
    }

    private void close(K key, Entry e) {
        e.exporter.giveUp(counters(key, e));
        takeLate(key, e);
        e.exporter.close(counters(key, e));
        budget.release(ENTRY_OCTETS);
    }

    /// Forgets an exporter, if it is known; what waits is given up and counted.
    public void remove(K key) {
        Entry e = proven.remove(key);
        e = e == null ? unproven.remove(key) : e;
        if (e != null) {
            close(key, e);
        }
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
        expire(nowMs, TEMPLATE_AGE_MS);
    }

    /// As the other.
    ///
    /// @param ageMs [Long#MAX_VALUE] where templates live as long as their session
    public void expire(long nowMs, long ageMs) {
        forEach((i, e) -> {
            Entry entry = e.getValue();
            entry.exporter.expire(nowMs, ageMs, counters(e.getKey(), entry));
            takeLate(e.getKey(), entry);
            if (nowMs - entry.lastMs > ageMs) {
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

    /// Gives up what waits for templates, which is counted.
    public void giveUp() {
        forEach((i, e) -> {
            e.getValue().exporter.giveUp(counters(e.getKey(), e.getValue()));
            takeLate(e.getKey(), e.getValue());
        });
    }

    /// Forgets what exporters have announced, and not what waits.
    public void forgetAnnouncements() {
        forEach((i, e) -> e.getValue().exporter.forgetAnnouncements());
    }

    /// Waits for what other exporters wait for, in the place of what these do; they no longer wait
    /// for anything.
    public void takeWaiting(Exporters<K> before) {
        forEach((i, e) -> {
            Entry was = before.known(e.getKey());
            Exporter from = was == null ? new Exporter(budget) : was.exporter;
            e.getValue().exporter.takeWaiting(from, counters(e.getKey(), e.getValue()));
        });
        before.forEach((i, e) -> {
            Exporter from = e.getValue().exporter;
            if (from.waitingCount() > 0) {
                K key = e.getKey();
                Entry own = entry(key, new Exporter(budget));
                own.lastMs = e.getValue().lastMs;
                budget.charge(ENTRY_OCTETS);
                own.exporter.takeWaiting(from, counters(key, own));
                unproven.put(key, own);
            }
        });
        forEach((i, e) -> takeLate(e.getKey(), e.getValue()));
    }

    private @Nullable Entry known(K key) {
        Entry e = proven.get(key);
        return e == null ? unproven.get(key) : e;
    }

    // State ---------------------------------------------------------------------------------------

    /// Writes all exporters for another process to go on with, those that make room last first;
    /// what has no room is left out.
    ///
    /// @param mostOctets that they may take
    /// @param nowMs now, by the clock of what comes
    public byte[] save(Keys<K> keys, long mostOctets, long nowMs) throws IOException {
        List<byte[]> all = new ArrayList<>();
        long octets = Integer.BYTES;
        for (LinkedHashMap<K, Entry> table : List.of(proven, unproven)) {
            for (Map.Entry<K, Entry> e : table.sequencedEntrySet().reversed()) {
                byte[] one = saved(e.getKey(), e.getValue(), keys, nowMs);
                octets += Integer.BYTES + one.length;
                if (octets > mostOctets) {
                    break;
                }
                all.add(one);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter state = new StateWriter(new DataOutputStream(out), nowMs);
        state.number(all.size());
        for (byte[] one : all) {
            state.octets(one);
        }
        return out.toByteArray();
    }

    private static <K> byte[] saved(K key, Entry e, Keys<K> keys, long nowMs) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter state = new StateWriter(new DataOutputStream(out), nowMs);
        keys.save(key, state);
        state.moment(e.lastMs);
        e.exporter.save(state);
        return out.toByteArray();
    }

    /// Takes up what [#save] wrote, in the place of all exporters that are known. What has no room
    /// here is left out.
    ///
    /// @param nowMs the moment of its writing, by the clock of what comes
    /// @throws StateReader.Malformed if it wrote something else; what was read before is kept
    public void restore(Keys<K> keys, ByteBuffer saved, long nowMs) throws StateReader.Malformed {
        close();
        StateReader all = new StateReader(saved, nowMs);
        int count = all.count(ENTRY_SAVED);
        List<byte[]> each = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            each.add(all.octets());
        }
        // The order of tables is that of the last message.
        for (byte[] one : each.reversed()) {
            StateReader in = new StateReader(ByteBuffer.wrap(one), nowMs);
            K key = keys.restore(in);
            if (!budget.isExceeded()) {
                restore(key, in);
            }
        }
    }

    private void restore(K key, StateReader in) throws StateReader.Malformed {
        Entry e = entry(key, new Exporter(budget));
        e.lastMs = in.moment();
        budget.charge(ENTRY_OCTETS);
        try {
            e.exporter.restore(in);
        } finally {
            remove(key);
            (e.exporter.isProven() ? proven : unproven).put(key, e);
        }
    }

    @Override
    public void close() {
        removeIf(k -> true);
    }
}
