package dev.rearview.store.state;

import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.RegularFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/// The file `.rearview/lock`: one process owns a repository and takes flows in; any process may
/// change the manifest of an hour while it holds the second lock. The file's octets are a number
/// that no journal epoch has reached, and its CRC-32; big-endian.
public final class RepositoryLock implements Closeable {
    /// Numbers of epochs are milliseconds of a clock; beyond this, in the year 140,000, a name or
    /// the lock file was made up.
    public static final long MAX_EPOCH = 1L << 52;

    // Places behind the content, of one octet each.
    private static final long OWNER = 1 << 20;
    private static final long MANIFESTS = OWNER + 1;
    private static final long REPACK = OWNER + 2;

    private static final int NUMBER = Long.BYTES + Integer.BYTES;

    /// Between two looks whether another thread of this process, with a file of its own, is done.
    private static final long PAUSE_MS = 5;

    private static final int OWN_TRIES = 20;

    private final Path root;
    private final Path file;
    private final FileChannel channel;

    private RepositoryLock(Path root, Path file) throws IOException {
        this.root = root;
        this.file = file;
        this.channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
    }

    /// Opens the file without owning the repository.
    ///
    /// @throws IOException if a link or something else stands in its place: it is written to
    public static RepositoryLock open(Path root) throws IOException {
        Path file = StateDirectory.lock(root);
        RegularFile.makeDirectory(file.getParent());
        try {
            RegularFile.checkOwn(file);
        } catch (NoSuchFileException e) {
            // It is made.
        }
        return new RepositoryLock(root, file);
    }

    /// Opens the file and owns the repository until it is closed.
    ///
    /// @throws IOException if another process does
    public static RepositoryLock own(Path root) throws IOException {
        return take(root, OWNER, ": another process is writing to this repository");
    }

    /// Opens the file to replace hours, until it is closed, whoever owns the repository.
    ///
    /// @throws IOException if another process does
    public static RepositoryLock repack(Path root) throws IOException {
        return take(root, REPACK, ": another process is replacing hours of this repository");
    }

    private static RepositoryLock take(Path root, long place, String refusal) throws IOException {
        RepositoryLock lock = open(root);
        for (int i = 0; i < OWN_TRIES; i++) {
            try {
                if (lock.channel.tryLock(place, 1, false) != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                break;
            }
            // Somebody may just be looking whether there is an owner.
            pause();
        }
        lock.close();
        throw new IOException(root + refusal);
    }

    /// The number of the process that owns a repository, 0 if it is not known, empty if there is
    /// none. To be asked by processes that do not own it themselves.
    static OptionalLong owner(Path root) throws IOException {
        Path file = StateDirectory.lock(root);
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        OptionalLong told = toldBySystem(String.valueOf(Files.getAttribute(file, "unix:ino")));
        if (told.isPresent()) {
            return told;
        }
        // Locks of other containers are not told.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileLock free = channel.tryLock(OWNER, 1, true)) {
            return free == null ? OptionalLong.of(0) : OptionalLong.empty();
        }
    }

    /// Looks for the owner's lock in the system's list, which disturbs nobody.
    private static OptionalLong toldBySystem(String inode) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/locks"))) {
                // NUMBER: POSIX ADVISORY WRITE PID DEVICE:INODE FIRST LAST
                String[] words = line.strip().split(" +", -1);
                if (words.length == 8
                        && words[5].endsWith(":" + inode)
                        && words[6].equals(Long.toString(OWNER))) {
                    return OptionalLong.of(Math.max(0, Long.parseLong(words[4])));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    /// A change of a manifest.
    @FunctionalInterface
    public interface Change<T> {
        T make() throws IOException;
    }

    /// Makes a change while no other process makes one, after what another one has begun and not
    /// finished.
    public synchronized <T> T change(Change<T> change) throws IOException {
        try (FileLock _ = lockManifests()) {
            Replacement.finish(root);
            return change.make();
        }
    }

    private FileLock lockManifests() throws IOException {
        while (true) {
            try {
                return channel.lock(MANIFESTS, 1, false);
            } catch (OverlappingFileLockException e) {
                pause();
            }
        }
    }

    /// The file that is locked.
    public Path file() {
        return file;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for another change of a manifest");
        }
    }

    /// The number in the file, 0 if there is none, -1 if it is damaged.
    public long number() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(NUMBER);
        int n = 0;
        while (b.hasRemaining() && n >= 0) {
            n = channel.read(b, b.position());
        }
        // The version before wrote the number alone.
        boolean alone = b.position() == Long.BYTES;
        boolean right =
                alone
                        || b.position() == NUMBER
                                && b.getInt(Long.BYTES) == Checksum.of(b.slice(0, Long.BYTES));
        if (b.position() == 0) {
            return 0;
        }
        long number = right ? b.getLong(0) : -1;
        return number >= 0 && number < MAX_EPOCH ? number : -1;
    }

    public void setNumber(long number) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(NUMBER).putLong(0, number);
        b.putInt(Long.BYTES, Checksum.of(b.slice(0, Long.BYTES)));
        while (b.hasRemaining()) {
            channel.write(b, b.position());
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
