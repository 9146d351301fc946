package dev.rearview.store.disk;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The channels by which files are read that are mapped as well: no more than a few, however many
/// files are open. The one that came first is closed for the next, and whoever reads by it goes on
/// with what is mapped. One that nobody refers to any longer is the collector's to close.
public final class OpenChannels {
    /// As many as threads that read at the same time need, and some more.
    static final int MOST = 64;

    private static final Deque<WeakReference<FileChannel>> ALL = new ArrayDeque<>();

    private OpenChannels() {}

    /// Takes a channel in. It may be closed by others from now on.
    public static void add(FileChannel channel) throws IOException {
        FileChannel first = replace(channel);
        if (first != null) {
            first.close();
        }
    }

    /// @return the channel that has to go, if there are too many
    private static @Nullable FileChannel replace(FileChannel channel) {
        synchronized (ALL) {
            ALL.removeIf(r -> {
                FileChannel c = r.get();
                return c == null || !c.isOpen();
            });
            WeakReference<FileChannel> first = ALL.size() < MOST ? null : ALL.poll();
            ALL.add(new WeakReference<>(channel));
            return first == null ? null : first.get();
        }
    }
}
