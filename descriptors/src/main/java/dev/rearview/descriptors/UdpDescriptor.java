package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/// A UDP socket of Linux's own calls, for what the JDK does not have: many datagrams for each call
/// ([DatagramArea]), and what the kernel dropped at this very socket.
public final class UdpDescriptor implements Closeable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;

    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_MEMINFO = 55;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    /// Numbers that tell of a socket's memory, and which of them is that of its drops.
    private static final int MEMORY_NUMBERS = 9;

    private static final int DROPS = 8;

    /// Octets of addresses.
    private static final int ADDRESS = 16;

    private static final int ADDRESS6 = 28;

    private static final int MAPPED_AT = 10;

    private final Descriptor descriptor;
    private final boolean six;

    private UdpDescriptor(Descriptor descriptor, boolean six) {
        this.descriptor = descriptor;
        this.six = six;
    }

    /// Whether this system has the calls, and lets this process use them.
    public static boolean isSupported() {
        if (!ThisProcess.isLinux()) {
            return false;
        }
        try (UdpDescriptor socket = open();
                Arena arena = Arena.ofConfined()) {
            return new DatagramArea(arena, 1, 1).receive(socket) == 0;
        } catch (IOException | IllegalCallerException | LinkageError e) {
            // A filter of system calls, no access to native code, another C library: no matter why.
            return false;
        }
    }

    /// A socket that is bound to nothing yet, of both families where the system has both.
    public static UdpDescriptor open() throws IOException {
        int type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
        int number =
                Boolean.getBoolean("java.net.preferIPv4Stack") ? -1 : Libc.socket(AF_INET6, type);
        boolean six = number != -1;
        if (!six) {
            number = Libc.checked(Libc.socket(AF_INET, type));
        }
        UdpDescriptor out = new UdpDescriptor(new Descriptor(number), six);
        if (six) {
            try {
                out.set(IPPROTO_IPV6, IPV6_V6ONLY, 0);
            } catch (IOException e) {
                out.close();
                throw e;
            }
        }
        return out;
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    private void set(int level, int name, int value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocateFrom(JAVA_INT, value);
            descriptor.use(n -> Libc.checked(Libc.setsockopt(n, level, name, word)));
        }
    }

    /// Asks for so many octets of datagrams that may wait: past `net.core.rmem_max` where this
    /// process may (CAP_NET_ADMIN).
    ///
    /// @return how many the kernel granted
    public int growBuffer(int octets) throws IOException {
        try {
            set(Libc.SOL_SOCKET, SO_RCVBUFFORCE, octets);
        } catch (SystemCallException e) {
            set(Libc.SOL_SOCKET, SO_RCVBUF, octets);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            descriptor.use(n -> Libc.checked(Libc.getsockopt(n, SO_RCVBUF, value, length)));
            // The kernel doubles it, for what it needs beside each datagram.
            return value.get(JAVA_INT, 0) / 2;
        }
    }

    /// Lets further sockets of this user be bound to the same place that say so too: the kernel
    /// then gives all datagrams of one sender's port to one of them.
    public void share() throws IOException {
        set(Libc.SOL_SOCKET, SO_REUSEPORT, 1);
    }

    public void bind(InetSocketAddress place) throws IOException {
        InetAddress host = place.getAddress();
        byte[] octets = host.getAddress();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(six ? ADDRESS6 : ADDRESS, 4);
            address.set(JAVA_SHORT, 0, (short) (six ? AF_INET6 : AF_INET));
            address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) place.getPort());
            if (!six && octets.length == Integer.BYTES) {
                MemorySegment.copy(octets, 0, address, JAVA_BYTE, 4, Integer.BYTES);
            } else if (six && octets.length > Integer.BYTES) {
                MemorySegment.copy(octets, 0, address, JAVA_BYTE, 8, octets.length);
                address.set(JAVA_INT, 24, ((Inet6Address) host).getScopeId());
            } else if (!six) {
                throw new IOException("no IPv6 here for " + host.getHostAddress());
            } else if (!host.isAnyLocalAddress()) {
                address.set(JAVA_SHORT, 8 + MAPPED_AT, (short) -1);
                MemorySegment.copy(octets, 0, address, JAVA_BYTE, 20, Integer.BYTES);
            }
            int length = (int) address.byteSize();
            descriptor.use(n -> Libc.checked(Libc.bind(n, address, length)));
        }
    }

    /// How many datagrams the kernel dropped at this socket since it was made, modulo 2^32: also
    /// those behind which none came, of which a message beside a datagram (`SO_RXQ_OVFL`) would
    /// never tell.
    ///
    /// @return -1 where the kernel does not tell
    public long dropped() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, MEMORY_NUMBERS);
            MemorySegment length = arena.allocateFrom(JAVA_INT, MEMORY_NUMBERS * Integer.BYTES);
            long result = descriptor.use(n -> Libc.getsockopt(n, SO_MEMINFO, numbers, length));
            boolean told = result == 0 && length.get(JAVA_INT, 0) > DROPS * Integer.BYTES;
            return told ? Integer.toUnsignedLong(numbers.getAtIndex(JAVA_INT, DROPS)) : -1;
        }
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
    }
}
