package dev.rearview.engine.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values that were read from files, such as sets and maps, for the next run that names them. A
/// file is looked at anew each time: what was read from one of another size, time of change or
/// inode is not handed out. What was not wanted for longest goes when there is too much.
public final class Kept {
    /// Files that changed so lately may change again without a trace in the time of the change.
    private static final long FRESH_MS = 2_000;

    /// Reads the value.
    @FunctionalInterface
    public interface Loader<T> {
        T load() throws IOException;
    }

    /// Tells how much a value counts.
    @FunctionalInterface
    public interface Size<T> {
        long octets(T value);
    }

    private static final class Entry {
        /// Of the file that it was read from.
        private final String stamp;

        private final long octets;
        private final Object value;
        private long usedNs = System.nanoTime();

        Entry(String stamp, long octets, Object value) {
            this.stamp = stamp;
            this.octets = octets;
            this.value = value;
        }
    }

    private final long most;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long octets;

    /// @param most octets of what is kept together; nothing is where that is 0
    public Kept(long most) {
        this.most = most;
    }

    /// The value of a file, which is not to be changed by anybody. It counts as much as the file.
    ///
    /// @param kind of the value
    /// @param loader reads it where it is not here; two runs may read the same file at the same
    ///   time
    public <T> T get(Path file, Class<T> kind, Loader<T> loader) throws IOException {
        return get(file, kind, loader, null);
    }

    /// The value of a file, as above.
    ///
    /// @param size how much it counts, null for as much as the file
    public <T> T get(Path file, Class<T> kind, Loader<T> loader, @Nullable Size<T> size)
            throws IOException {
        if (most == 0) {
            return loader.load();
        }
        BasicFileAttributes before = attributes(file);
        if (!before.isRegularFile()) {
            return loader.load();
        }
        String key = String.join("\0", List.of(kind.getName(), file.toAbsolutePath().toString()));
        String stamp = stamp(before);
        Object known = find(key, stamp);
        if (known != null) {
            return kind.cast(known);
        }
        T value = loader.load();
        boolean isFresh =
                before.lastModifiedTime().toMillis() > System.currentTimeMillis() - FRESH_MS;
        if (!isFresh && stamp(attributes(file)).equals(stamp)) {
            put(key, new Entry(stamp, size == null ? before.size() : size.octets(value), value));
        }
        return value;
    }

    /// Octets of what is here.
    public synchronized long octets() {
        return octets;
    }

    /// How many values are here.
    public synchronized int count() {
        return entries.size();
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private static String stamp(BasicFileAttributes file) {
        return String.join(
                "\0",
                List.of(
                        Long.toString(file.size()),
                        file.lastModifiedTime().toString(),
                        String.valueOf(file.fileKey())));
    }

    private synchronized @Nullable Object find(String key, String stamp) {
        Entry entry = entries.get(key);
        if (entry == null || !entry.stamp.equals(stamp)) {
            return null;
        }
        entry.usedNs = System.nanoTime();
        return entry.value;
    }

    /// Forgets what has not been wanted for so long.
    public synchronized void forgetUnused(long ns) {
        long now = System.nanoTime();
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            if (now - entry.usedNs < ns) {
                return;
            }
            octets -= entry.octets;
            oldest.remove();
        }
    }

    private synchronized void put(String key, Entry entry) {
        if (entry.octets > most) {
            return;
        }
        Entry old = entries.put(key, entry);
        octets += entry.octets - (old == null ? 0 : old.octets);
        Iterator<Entry> oldest = entries.values().iterator();
        while (octets > most) {
            octets -= oldest.next().octets;
            oldest.remove();
        }
    }
}
