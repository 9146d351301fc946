package dev.rearview.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The file `.rearview/lock`: one process owns a repository and takes flows in; any process may
/// change the manifest of an hour while it holds the second lock. The file's octets are a number
/// that no journal epoch has reached.
final class RepositoryLock implements Closeable {
    // Places behind the content, of one octet each.
    private static final long OWNER = 1 << 20;
    private static final long MANIFESTS = OWNER + 1;

    private final FileChannel channel;

    private RepositoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Opens the file without owning the repository.
    static RepositoryLock open(Path root) throws IOException {
        Path state = root.resolve(FlowStore.STATE);
        Files.createDirectories(state);
        return new RepositoryLock(
                FileChannel.open(
                        state.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    /// Opens the file and owns the repository until it is closed.
    ///
    /// @throws IOException if another process does
    static RepositoryLock own(Path root) throws IOException {
        RepositoryLock lock = open(root);
        FileLock owner;
        try {
            owner = lock.channel.tryLock(OWNER, 1, false);
        } catch (OverlappingFileLockException e) {
            owner = null;
        }
        if (owner == null) {
            lock.close();
            throw new IOException(root + ": another process is writing to this repository");
        }
        return lock;
    }

    /// A change of a manifest.
    @FunctionalInterface
    interface Change<T> {
        T make() throws IOException;
    }

    /// Makes a change while no other process makes one.
    synchronized <T> T change(Change<T> change) throws IOException {
        try (FileLock _ = channel.lock(MANIFESTS, 1, false)) {
            return change.make();
        }
    }

    /// The number in the file, 0 if there is none.
    long number() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(Long.BYTES);
        return channel.read(b, 0) == Long.BYTES ? b.getLong(0) : 0;
    }

    void setNumber(long number) throws IOException {
        channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, number), 0);
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
