package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A stream socket of the local machine, over which descriptors can go.
public final class LocalSocket implements Closeable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SO_PEERCRED = 17;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CTRUNC = 8;

    /// Octets of an address, and of the name in it with the zero at its end.
    private static final int ADDRESS_OCTETS = 110;

    private static final int NAME_OCTETS = 108;

    /// Octets of the header of a message, and of that of what goes beside its octets.
    private static final int MESSAGE = 56;

    private static final int BESIDE = 16;

    private final Descriptor descriptor;

    private LocalSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// Who is at the other end, as the system says.
    public record Peer(int process, int user, int group) {}

    /// What came in one message.
    ///
    /// @param octets how many, 0 at the end
    /// @param descriptors that came beside them, which are the caller's from now on
    public record Received(int octets, List<Descriptor> descriptors) {}

    // Making ------------------------------------------------------------------------------------

    /// A socket of this process that nobody else looks after.
    public static LocalSocket of(Descriptor descriptor) {
        return new LocalSocket(descriptor);
    }

    /// A socket that waits for others at a path.
    ///
    /// @param path absolute, of nothing yet
    /// @param waiting how many may wait to be accepted
    public static LocalSocket listening(String path, int waiting) throws IOException {
        LocalSocket out = unconnected();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, path);
            out.descriptor.use(n -> Libc.checked(Libc.bind(n, address, ADDRESS_OCTETS)));
            out.descriptor.use(n -> Libc.checked(Libc.listen(n, waiting)));
            return out;
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    /// A socket that is connected to one that waits at a path.
    ///
    /// @param path absolute
    public static LocalSocket connected(String path) throws IOException {
        LocalSocket out = unconnected();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, path);
            out.descriptor.use(n -> Libc.checked(Libc.connect(n, address, ADDRESS_OCTETS)));
            return out;
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    /// Two sockets that are connected with each other.
    public static LocalSocket[] pair() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(JAVA_INT, 2);
            Libc.checked(Libc.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, pair));
            return new LocalSocket[] {
                new LocalSocket(new Descriptor(pair.getAtIndex(JAVA_INT, 0))),
                new LocalSocket(new Descriptor(pair.getAtIndex(JAVA_INT, 1)))
            };
        }
    }

    private static LocalSocket unconnected() throws IOException {
        int number = Libc.checked(Libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC));
        return new LocalSocket(new Descriptor(number));
    }

    private static MemorySegment address(Arena arena, String path) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= NAME_OCTETS || path.indexOf('\0') >= 0) {
            throw new IOException(path + ": no name for a socket");
        }
        MemorySegment out = arena.allocate(ADDRESS_OCTETS, 2);
        out.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, out, JAVA_BYTE, 2, name.length);
        return out;
    }

    // Using -------------------------------------------------------------------------------------

    public Descriptor descriptor() {
        return descriptor;
    }

    /// The next one who has come to a socket that waits.
    public LocalSocket accept() throws IOException {
        long number = descriptor.use(n -> Libc.checked(Libc.accept(n, SOCK_CLOEXEC)));
        return new LocalSocket(new Descriptor((int) number));
    }

    public Peer peer() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT, 3);
            MemorySegment length = arena.allocateFrom(JAVA_INT, 12);
            descriptor.use(n -> Libc.checked(Libc.getsockopt(n, SO_PEERCRED, value, length)));
            return new Peer(
                    value.getAtIndex(JAVA_INT, 0),
                    value.getAtIndex(JAVA_INT, 1),
                    value.getAtIndex(JAVA_INT, 2));
        }
    }

    /// Receives once, waiting for something.
    ///
    /// @param to where the octets go
    /// @param offset of the first there
    /// @param mostDescriptors how many are taken; the system drops those beyond
    /// @throws IOException if there were more, or if something else came beside the octets
    public Received receive(byte[] to, int offset, int mostDescriptors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment octets = arena.allocate(Math.max(1, to.length - offset));
            long room = BESIDE + (mostDescriptors * 4L + 7) / 8 * 8;
            MemorySegment beside = arena.allocate(room, 8);
            MemorySegment message = message(arena, octets, to.length - offset, beside, room);
            int read =
                    (int)
                            descriptor.use(n -> {
                                long got = Libc.recvmsg(n, message, MSG_CMSG_CLOEXEC);
                                return Libc.checked(got);
                            });
            List<Descriptor> descriptors = descriptors(message, beside);
            if ((message.get(JAVA_INT, 48) & MSG_CTRUNC) != 0) {
                closeAll(descriptors);
                throw new IOException("more descriptors than " + mostDescriptors);
            }
            MemorySegment.copy(octets, JAVA_BYTE, 0, to, offset, read);
            return new Received(read, descriptors);
        }
    }

    private static MemorySegment message(
            Arena arena, MemorySegment octets, long length, MemorySegment beside, long room) {
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ADDRESS, 0, octets);
        vector.set(JAVA_LONG, 8, length);
        MemorySegment out = arena.allocate(MESSAGE, 8);
        out.set(ADDRESS, 16, vector);
        out.set(JAVA_LONG, 24, 1);
        if (room > 0) {
            out.set(ADDRESS, 32, beside);
            out.set(JAVA_LONG, 40, room);
        }
        return out;
    }

    /// The descriptors beside a message, whose lengths the system has written.
    private static List<Descriptor> descriptors(MemorySegment message, MemorySegment beside) {
        List<Descriptor> out = new ArrayList<>();
        long length = Math.min(message.get(JAVA_LONG, 40), beside.byteSize());
        for (long at = 0; at + BESIDE <= length; ) {
            long part = beside.get(JAVA_LONG, at);
            if (part < BESIDE || part > length - at) {
                break;
            }
            boolean isRights =
                    beside.get(JAVA_INT, at + 8) == Libc.SOL_SOCKET
                            && beside.get(JAVA_INT, at + 12) == SCM_RIGHTS;
            for (long i = at + BESIDE; isRights && i + 4 <= at + part; i += 4) {
                out.add(new Descriptor(beside.get(JAVA_INT, i)));
            }
            at += (part + 7) / 8 * 8;
        }
        return out;
    }

    private static void closeAll(List<Descriptor> descriptors) throws IOException {
        for (Descriptor d : descriptors) {
            d.close();
        }
    }

    /// Sends octets, all of them, with descriptors beside the first ones.
    public void send(byte[] octets, List<Descriptor> descriptors) throws IOException {
        int done = descriptors.isEmpty() ? 0 : sendFirst(octets, descriptors);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rest = arena.allocate(Math.max(1, octets.length - done));
            MemorySegment.copy(octets, done, rest, JAVA_BYTE, 0, octets.length - done);
            for (long at = 0; at < octets.length - done; ) {
                MemorySegment part = rest.asSlice(at, octets.length - done - at);
                at +=
                        descriptor.use(n ->
                                Libc.checked(Libc.send(n, part, part.byteSize(), MSG_NOSIGNAL)));
            }
        }
    }

    private int sendFirst(byte[] octets, List<Descriptor> descriptors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, octets);
            long length = BESIDE + descriptors.size() * 4L;
            long room = (length + 7) / 8 * 8;
            MemorySegment beside = arena.allocate(room, 8);
            beside.set(JAVA_LONG, 0, length);
            beside.set(JAVA_INT, 8, Libc.SOL_SOCKET);
            beside.set(JAVA_INT, 12, SCM_RIGHTS);
            for (int i = 0; i < descriptors.size(); i++) {
                long at = BESIDE + i * 4L;
                descriptors
                        .get(i)
                        .use(n -> {
                            beside.set(JAVA_INT, at, n);
                            return 0;
                        });
            }
            MemorySegment message = message(arena, data, octets.length, beside, room);
            return (int) descriptor.use(n -> Libc.checked(Libc.sendmsg(n, message, MSG_NOSIGNAL)));
        }
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
    }
}
