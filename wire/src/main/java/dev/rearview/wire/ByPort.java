package dev.rearview.wire;

import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Values of one name that several ports of one address have announced.
///
/// What an address announces holds for all its ports, because exporters change theirs. Only where
/// two processes at one address contradict each other does the port tell them apart: a port has its
/// own announcement, any other the most recent one.
final class ByPort<V> {
    /// Ports of which one name's values are kept.
    static final int MAX_PORTS = 16;

    /// Estimated octets of one port's entry.
    static final int PORT_OCTETS = 56;

    private static final class Entry<V> {
        private final int port;
        private V value;
        private long announcedMs;
        private boolean used;
        private @Nullable Entry<V> next;

        private Entry(int port, V value) {
            this.port = port;
            this.value = value;
        }
    }

    // The most recently announced first.
    private @Nullable Entry<V> first;
    private int size;

    int size() {
        return size;
    }

    /// The value that a port announced itself, or null.
    @Nullable V own(int port) {
        Entry<V> e = entry(port);
        return e == null ? null : e.value;
    }

    /// The value that a port announced itself, or null; it is wanted from then on.
    @Nullable V ownWanted(int port) {
        Entry<V> e = entry(port);
        if (e == null) {
            return null;
        }
        e.used = true;
        return e.value;
    }

    /// The value that counts for a port: its own, else the most recently announced, else null.
    @Nullable V get(int port) {
        V own = ownWanted(port);
        return own != null || first == null ? own : first.value;
    }

    /// Takes an announcement. Beyond [#MAX_PORTS] one port makes room: the longest silent of those
    /// that never asked for what they announced, or else the longest silent of all.
    void put(int port, V value, long nowMs) {
        Entry<V> e = unlink(port);
        if (e == null) {
            if (size >= MAX_PORTS) {
                unlink(leastWanted());
            }
            e = new Entry<>(port, value);
        }
        e.value = value;
        e.announcedMs = nowMs;
        e.next = first;
        first = e;
        size++;
    }

    /// Writes a value.
    @FunctionalInterface
    interface Saver<V> {
        void save(V value) throws IOException;
    }

    /// Takes a value that was read.
    @FunctionalInterface
    interface Putter {
        void put(Arrival announced) throws StateReader.Malformed;
    }

    /// Writes the values of all ports, the longest silent first.
    void save(StateWriter out, Saver<V> values) throws IOException {
        List<Entry<V>> all = new ArrayList<>(size);
        for (Entry<V> e = first; e != null; e = e.next) {
            all.add(e);
        }
        out.number(all.size());
        for (Entry<V> e : all.reversed()) {
            out.number(e.port);
            out.moment(e.announcedMs);
            out.flag(e.used);
            values.save(e.value);
        }
    }

    /// Reads what [#save] wrote.
    ///
    /// @param values to be asked for each port, and puts its value to `into`
    static void restore(StateReader in, Supplier<ByPort<?>> into, Putter values)
            throws StateReader.Malformed {
        int ports = in.count(3 * Integer.BYTES);
        for (int i = 0; i < ports; i++) {
            int port = in.number();
            long announcedMs = in.moment();
            boolean isUsed = in.flag();
            values.put(new Arrival(port, 0, announcedMs));
            if (isUsed) {
                into.get().ownWanted(port);
            }
        }
    }

    /// Removes what a port announced; false if it did not.
    boolean remove(int port) {
        return unlink(port) != null;
    }

    /// Hands a value of any port over to this one: null if none fulfils the condition.
    @Nullable V takeOver(int port, Predicate<V> wanted, long nowMs) {
        for (Entry<V> e = first; e != null; e = e.next) {
            if (wanted.test(e.value)) {
                unlink(e.port);
                put(port, e.value, nowMs);
                return e.value;
            }
        }
        return null;
    }

    /// One that equals a value, to be shared, or null.
    @Nullable V equal(V value) {
        for (Entry<V> e = first; e != null; e = e.next) {
            if (e.value.equals(value)) {
                return e.value;
            }
        }
        return null;
    }

    /// Values that equal none before them.
    void forEachDistinct(Consumer<V> out) {
        for (Entry<V> e = first; e != null; e = e.next) {
            Entry<V> same = first;
            while (same != e && !Objects.requireNonNull(same).value.equals(e.value)) {
                same = same.next;
            }
            if (same == e) {
                out.accept(e.value);
            }
        }
    }

    /// Forgets what was announced more than `ageMs` ago.
    void expire(long nowMs, long ageMs) {
        Entry<V> last = null;
        for (Entry<V> e = first; e != null; e = e.next) {
            // The list is in the order of announcement: all that follows is older.
            if (nowMs - e.announcedMs > ageMs) {
                if (last == null) {
                    first = null;
                } else {
                    last.next = null;
                }
                for (Entry<V> old = e; old != null; old = old.next) {
                    size--;
                }
                return;
            }
            last = e;
        }
    }

    private @Nullable Entry<V> entry(int port) {
        for (Entry<V> e = first; e != null; e = e.next) {
            if (e.port == port) {
                return e;
            }
        }
        return null;
    }

    private int leastWanted() {
        int unused = -1;
        int last = -1;
        for (Entry<V> e = first; e != null; e = e.next) {
            unused = e.used ? unused : e.port;
            last = e.port;
        }
        return unused >= 0 ? unused : last;
    }

    private @Nullable Entry<V> unlink(int port) {
        Entry<V> before = null;
        for (Entry<V> e = first; e != null; e = e.next) {
            if (e.port == port) {
                if (before == null) {
                    first = e.next;
                } else {
                    before.next = e.next;
                }
                e.next = null;
                size--;
                return e;
            }
            before = e;
        }
        return null;
    }
}
