package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The functions of the C library that are called, and the numbers that Linux gives to things, on
/// all machines with addresses of 64 bits. A call that fails gives -1, as there; then [#error]
/// tells why. Calls that a signal interrupted are made again by [#restarted].
final class Libc {
    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int EOPNOTSUPP = 95;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOOKUP = LINKER.defaultLookup();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /// Where each thread's calls leave `errno`, before anything of the JVM can change it.
    private static final ThreadLocal<MemorySegment> STATES =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private static final MethodHandle READ = number("read", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = number("write", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle SEND = number("send", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final @Nullable MethodHandle PWRITEV2 =
            optional("pwritev2", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle POLL = of("poll", ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = of("close", JAVA_INT);
    private static final MethodHandle DUP2 = of("dup2", JAVA_INT, JAVA_INT);
    private static final MethodHandle ISATTY = of("isatty", JAVA_INT);
    private static final MethodHandle IOCTL = variadic("ioctl", 2, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle STATX =
            of("statx", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle SOCKET = of("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKETPAIR =
            of("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle BIND = of("bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT = of("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN = of("listen", JAVA_INT, JAVA_INT);
    private static final MethodHandle ACCEPT4 = of("accept4", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle RECVMSG = number("recvmsg", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SENDMSG = number("sendmsg", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            of("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle EVENTFD = of("eventfd", JAVA_INT, JAVA_INT);
    private static final MethodHandle PIPE2 = of("pipe2", ADDRESS, JAVA_INT);
    private static final MethodHandle UNSHARE = of("unshare", JAVA_INT);
    private static final MethodHandle UMASK = of("umask", JAVA_INT);
    private static final MethodHandle SETSID = of("setsid");
    private static final MethodHandle GETEUID = of("geteuid");
    private static final MethodHandle GETEGID = of("getegid");
    private static final MethodHandle GETGROUPS = of("getgroups", JAVA_INT, ADDRESS);
    private static final MethodHandle GETRLIMIT = of("getrlimit", JAVA_INT, ADDRESS);
    private static final MethodHandle GETPRIORITY = of("getpriority", JAVA_INT, JAVA_INT);
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(symbol("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private Libc() {}

    // Making handles ----------------------------------------------------------------------------

    private static MemorySegment symbol(String name) {
        return LOOKUP.findOrThrow(name);
    }

    private static MethodHandle handle(
            MemorySegment symbol, ValueLayout result, ValueLayout... arguments) {
        return LINKER.downcallHandle(
                symbol,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// A function that gives an `int`.
    private static MethodHandle of(String name, ValueLayout... arguments) {
        return handle(symbol(name), JAVA_INT, arguments);
    }

    /// A function that gives a number of octets.
    private static MethodHandle number(String name, ValueLayout... arguments) {
        return handle(symbol(name), JAVA_LONG, arguments);
    }

    /// A function that a C library may not have.
    private static @Nullable MethodHandle optional(String name, ValueLayout... arguments) {
        return LOOKUP.find(name).map(s -> handle(s, JAVA_LONG, arguments)).orElse(null);
    }

    private static MethodHandle variadic(String name, int fixed, ValueLayout... arguments) {
        return LINKER.downcallHandle(
                symbol(name),
                FunctionDescriptor.of(JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    // Errors ------------------------------------------------------------------------------------

    /// A call.
    @FunctionalInterface
    interface Call {
        /// @param state where it leaves its error
        long on(MemorySegment state) throws Throwable;
    }

    /// Makes a call; again, while a signal interrupts it.
    static long restarted(Call call) {
        while (true) {
            long result = once(call);
            if (result != -1 || error() != EINTR) {
                return result;
            }
        }
    }

    /// Makes a call once.
    static long once(Call call) {
        try {
            return call.on(STATES.get());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Why the last call of this thread has failed.
    static int error() {
        return (int) ERRNO.get(STATES.get(), 0L);
    }

    /// The failure of the last call of this thread.
    static SystemCallException failure() {
        return failure(error());
    }

    static SystemCallException failure(int error) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(error);
            return new SystemCallException(error, text.reinterpret(256).getString(0));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// A result that is not -1.
    ///
    /// @throws SystemCallException if it is
    static int checked(long result) throws SystemCallException {
        if (result == -1) {
            throw failure();
        }
        return (int) result;
    }

    // Calls -------------------------------------------------------------------------------------

    static long read(int descriptor, MemorySegment to, long length) {
        return restarted(s -> (long) READ.invokeExact(s, descriptor, to, length));
    }

    static long write(int descriptor, MemorySegment from, long length) {
        return restarted(s -> (long) WRITE.invokeExact(s, descriptor, from, length));
    }

    static long send(int descriptor, MemorySegment from, long length, int flags) {
        return restarted(s -> (long) SEND.invokeExact(s, descriptor, from, length, flags));
    }

    /// Writes at the place where the descriptor stands; not on every system.
    static long pwritev2(int descriptor, MemorySegment vector, int flags) {
        MethodHandle handle = PWRITEV2;
        if (handle == null) {
            ERRNO.set(STATES.get(), 0L, EOPNOTSUPP);
            return -1;
        }
        return restarted(s -> (long) handle.invokeExact(s, descriptor, vector, 1, -1L, flags));
    }

    /// Not made again after a signal, of which the caller takes account.
    static int poll(MemorySegment descriptors, long count, int timeout) {
        return (int) once(s -> (int) POLL.invokeExact(s, descriptors, count, timeout));
    }

    /// Not made again after a signal: Linux has closed the descriptor then.
    static int close(int descriptor) {
        return (int) once(s -> (int) CLOSE.invokeExact(s, descriptor));
    }

    static long dup2(int from, int to) {
        return restarted(s -> (int) DUP2.invokeExact(s, from, to));
    }

    static boolean isatty(int descriptor) {
        return once(s -> (int) ISATTY.invokeExact(s, descriptor)) == 1;
    }

    static long ioctl(int descriptor, long request, MemorySegment value) {
        return restarted(s -> (int) IOCTL.invokeExact(s, descriptor, request, value));
    }

    static long statx(int directory, MemorySegment path, int flags, int mask, MemorySegment to) {
        return restarted(s -> (int) STATX.invokeExact(s, directory, path, flags, mask, to));
    }

    static long socket(int domain, int type) {
        return restarted(s -> (int) SOCKET.invokeExact(s, domain, type, 0));
    }

    static long socketpair(int domain, int type, MemorySegment pair) {
        return restarted(s -> (int) SOCKETPAIR.invokeExact(s, domain, type, 0, pair));
    }

    static long bind(int socket, MemorySegment address, int length) {
        return restarted(s -> (int) BIND.invokeExact(s, socket, address, length));
    }

    static long connect(int socket, MemorySegment address, int length) {
        return restarted(s -> (int) CONNECT.invokeExact(s, socket, address, length));
    }

    static long listen(int socket, int waiting) {
        return restarted(s -> (int) LISTEN.invokeExact(s, socket, waiting));
    }

    static long accept(int socket, int flags) {
        MemorySegment none = MemorySegment.NULL;
        return restarted(s -> (int) ACCEPT4.invokeExact(s, socket, none, none, flags));
    }

    static long recvmsg(int socket, MemorySegment header, int flags) {
        return restarted(s -> (long) RECVMSG.invokeExact(s, socket, header, flags));
    }

    static long sendmsg(int socket, MemorySegment header, int flags) {
        return restarted(s -> (long) SENDMSG.invokeExact(s, socket, header, flags));
    }

    static long getsockopt(int socket, int name, MemorySegment value, MemorySegment length) {
        return restarted(
                s -> (int) GETSOCKOPT.invokeExact(s, socket, SOL_SOCKET, name, value, length));
    }

    static long eventfd(int flags) {
        return restarted(s -> (int) EVENTFD.invokeExact(s, 0, flags));
    }

    static long pipe2(MemorySegment pair, int flags) {
        return restarted(s -> (int) PIPE2.invokeExact(s, pair, flags));
    }

    static long unshare(int what) {
        return restarted(s -> (int) UNSHARE.invokeExact(s, what));
    }

    static int umask(int mask) {
        return (int) once(s -> (int) UMASK.invokeExact(s, mask));
    }

    static long setsid() {
        return once(s -> (int) SETSID.invokeExact(s));
    }

    static int geteuid() {
        return (int) once(s -> (int) GETEUID.invokeExact(s));
    }

    static int getegid() {
        return (int) once(s -> (int) GETEGID.invokeExact(s));
    }

    static long getgroups(int count, MemorySegment to) {
        return once(s -> (int) GETGROUPS.invokeExact(s, count, to));
    }

    static long getrlimit(int resource, MemorySegment to) {
        return once(s -> (int) GETRLIMIT.invokeExact(s, resource, to));
    }

    static int getpriority() {
        return (int) once(s -> (int) GETPRIORITY.invokeExact(s, 0, 0));
    }

    static final int SOL_SOCKET = 1;
}
