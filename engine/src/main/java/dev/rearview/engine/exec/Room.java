package dev.rearview.engine.exec;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// What one operator may fill before it writes to disk, and where it writes to then. The operator
/// closes it, which gives the memory back.
public final class Room implements Closeable {
    private static final int CRUMB_SHARE = 16;

    private final Context context;
    private final Budget.Share share;
    private final Path directory;
    private final long most;
    private final long given;
    private long more;
    private volatile long limit;
    private boolean closed;

    /// @param most octets that it can come to hold
    /// @param directory for temporary files
    Room(Context context, Budget.Share share, long most, Path directory) {
        this.context = context;
        this.share = share;
        this.most = most;
        this.directory = directory;
        this.given = share.enter();
        this.limit = Math.min(given, most);
    }

    /// The run that the operator is part of.
    public Context context() {
        return context;
    }

    /// The most that this can come to hold, in octets.
    public long most() {
        return most;
    }

    /// Whether so much may be held; asks for more memory where that is needed.
    public boolean holds(long octets) {
        return octets <= limit || octets <= most && grow(octets);
    }

    /// Twice as much where that can be had, else less, but no crumbs, so that it is asked for
    /// rarely.
    private synchronized boolean grow(long octets) {
        long now = limit;
        if (octets <= now) {
            return true;
        }
        long needed = octets - now;
        long least = Math.max(needed, now / CRUMB_SHARE);
        for (long step = Math.max(needed, now); step > least; step /= 2) {
            if (growBy(Math.min(step, most - now))) {
                return true;
            }
        }
        return growBy(Math.min(least, most - now));
    }

    private synchronized boolean growBy(long octets) {
        if (closed || !share.grow(octets)) {
            return false;
        }
        more += octets;
        limit += octets;
        return true;
    }

    /// A new temporary file.
    ///
    /// @param suffix end of its name
    public Path temporaryFile(String suffix) throws IOException {
        return context.leftovers().temporary(directory, suffix);
    }

    /// Deletes a temporary file.
    public void delete(Path file) throws IOException {
        context.leftovers().delete(file);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            share.leave(given, more);
        }
    }
}
