package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A file descriptor that belongs to whoever has this object. It is closed when the last call that
/// uses it has returned, so that no call meets another file under its number.
public final class Descriptor implements Closeable {
    /// What is waited for.
    static final short READABLE = 1;

    static final short WRITABLE = 4;

    private static final int RWF_NOWAIT = 8;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final long FIONREAD = 0x541b;
    private static final int O_CLOEXEC = 0x80000;

    /// What a pipe takes without waiting as soon as it takes anything.
    private static final int PIPE_BUF = 4096;

    private final int number;
    private int users;
    private boolean closing;

    Descriptor(int number) {
        this.number = number;
    }

    /// One that is not open, such as a standard stream that a shell has closed.
    public static Descriptor closed() {
        Descriptor out = new Descriptor(-1);
        out.closing = true;
        return out;
    }

    /// A descriptor of this process that nobody else looks after.
    public static Descriptor of(int number) {
        return new Descriptor(number);
    }

    /// A new pipe: where it is read, and where it is written to.
    public static Descriptor[] pipe() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(JAVA_INT, 2);
            Libc.checked(Libc.pipe2(pair, O_CLOEXEC));
            return new Descriptor[] {
                new Descriptor(pair.getAtIndex(JAVA_INT, 0)),
                new Descriptor(pair.getAtIndex(JAVA_INT, 1))
            };
        }
    }

    /// A call of the system with the number.
    @FunctionalInterface
    interface Use {
        long with(int number) throws IOException;
    }

    long use(Use call) throws IOException {
        synchronized (this) {
            if (closing) {
                throw Libc.failure(Libc.EBADF);
            }
            users++;
        }
        try {
            return call.with(number);
        } finally {
            leave();
        }
    }

    private void leave() {
        boolean last;
        synchronized (this) {
            users--;
            last = closing && users == 0;
        }
        if (last) {
            Libc.close(number);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            if (users > 0) {
                return;
            }
        }
        Libc.checked(Libc.close(number));
    }

    public synchronized boolean isOpen() {
        return !closing;
    }

    // Asking ------------------------------------------------------------------------------------

    public FileStatus status() throws IOException {
        FileStatus[] out = new FileStatus[1];
        use(n -> {
            out[0] = FileStatus.of(n);
            return 0;
        });
        return out[0];
    }

    public boolean isTerminal() throws IOException {
        return use(n -> Libc.isatty(n) ? 1 : 0) == 1;
    }

    /// Whether reading or writing may have to wait for somebody else.
    boolean mayWait() throws IOException {
        if (!isOpen()) {
            return false;
        }
        FileStatus status = status();
        return status.isPipe() || status.isSocket() || isTerminal();
    }

    /// Octets that can be read without waiting, 0 where that cannot be known.
    public int available() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            long result = use(n -> Libc.ioctl(n, FIONREAD, count));
            return result == -1 ? 0 : Math.max(0, count.get(JAVA_INT, 0));
        }
    }

    // Waiting -----------------------------------------------------------------------------------

    /// Waits until this can be read or written.
    ///
    /// @param polled of two, which the caller keeps for this
    /// @param events [#READABLE] or [#WRITABLE]
    void await(Polled polled, short events, Stop stop) throws IOException {
        stop.event()
                .use(event ->
                        use(own -> {
                            polled.set(0, own, events);
                            polled.set(1, event, READABLE);
                            while (!polled.poll(-1)) {
                                stop.check();
                            }
                            return 0;
                        }));
        stop.check();
    }

    /// Waits until this can be read.
    ///
    /// @param timeoutMs at most
    /// @return whether it can
    public boolean awaitReadable(int timeoutMs) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Polled polled = new Polled(arena, 1);
            return use(own -> {
                polled.set(0, own, READABLE);
                return polled.poll(timeoutMs) ? 1 : 0;
            })
                    == 1;
        }
    }

    // Reading and writing -----------------------------------------------------------------------

    /// Reads once.
    ///
    /// @return octets, 0 at the end; -1 if it would have to wait
    long readOnce(MemorySegment to, long length) throws IOException {
        return use(n -> transferred(Libc.read(n, to, Math.min(length, to.byteSize()))));
    }

    /// Writes once.
    ///
    /// @return octets; -1 if it would have to wait
    long writeOnce(MemorySegment from, long length) throws IOException {
        return use(n -> transferred(Libc.write(n, from, Math.min(length, from.byteSize()))));
    }

    /// Writes once to a socket what it takes without waiting.
    ///
    /// @return octets; -1 if it would have to wait
    long sendSome(MemorySegment from, long length) throws IOException {
        long most = Math.min(length, from.byteSize());
        return use(n -> transferred(Libc.send(n, from, most, MSG_DONTWAIT | MSG_NOSIGNAL)));
    }

    /// Writes once what a pipe, a terminal or the like takes without waiting. Whether a descriptor
    /// waits cannot be set here: all who share it would see that.
    ///
    /// @param vector of one piece, which the caller keeps for this
    /// @return octets; -1 if it would have to wait
    long writeSome(MemorySegment from, MemorySegment vector) throws IOException {
        vector.set(ADDRESS, 0, from);
        vector.set(JAVA_LONG, 8, from.byteSize());
        return use(n -> {
            long written = Libc.pwritev2(n, vector, RWF_NOWAIT);
            if (written != -1 || Libc.error() != Libc.EOPNOTSUPP) {
                return transferred(written);
            }
            // An older system, or a terminal: as much as fits when anything does.
            return isWritable(n)
                    ? transferred(Libc.write(n, from, Math.min(from.byteSize(), PIPE_BUF)))
                    : -1;
        });
    }

    /// What [#writeSome] needs.
    static MemorySegment vector(Arena arena) {
        return arena.allocate(ADDRESS.byteSize() + JAVA_LONG.byteSize(), ADDRESS.byteAlignment());
    }

    private static boolean isWritable(int number) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Polled polled = new Polled(arena, 1);
            polled.set(0, number, WRITABLE);
            return polled.poll(0);
        }
    }

    private static long transferred(long result) throws IOException {
        if (result == -1 && Libc.error() != Libc.EAGAIN) {
            throw Libc.failure();
        }
        return result;
    }
}
