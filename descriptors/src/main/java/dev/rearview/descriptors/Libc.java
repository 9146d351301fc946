package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/// The functions of the C library that are called, and the numbers that Linux gives to things, on
/// all machines with addresses of 64 bits. A call that fails gives -1, as there; then [#error]
/// tells why. Calls that a signal interrupted are made again by [#restarted].
///
/// All are called as functions of six words that give a word: each shape of its own takes the JVM
/// milliseconds to make code for. Linux's calling conventions for such machines put a narrower
/// argument, and that of a variadic function, where a word goes, and a callee looks at no more than
/// it has declared.
final class Libc {
    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOOKUP = LINKER.defaultLookup();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /// Where each thread's calls leave `errno`, before anything of the JVM can change it.
    private static final ThreadLocal<MemorySegment> STATES =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle READ = of("read");
    private static final MethodHandle WRITE = of("write");
    private static final MethodHandle SEND = of("send");
    private static final @Nullable MethodHandle PWRITEV2 = optional("pwritev2");
    private static final MethodHandle POLL = of("poll");
    private static final MethodHandle CLOSE = of("close");
    private static final MethodHandle DUP2 = of("dup2");
    private static final MethodHandle ISATTY = of("isatty");
    private static final MethodHandle IOCTL = of("ioctl");
    private static final MethodHandle STATX = of("statx");
    private static final MethodHandle SOCKET = of("socket");
    private static final MethodHandle SOCKETPAIR = of("socketpair");
    private static final MethodHandle BIND = of("bind");
    private static final MethodHandle CONNECT = of("connect");
    private static final MethodHandle LISTEN = of("listen");
    private static final MethodHandle ACCEPT4 = of("accept4");
    private static final MethodHandle RECVMSG = of("recvmsg");
    private static final MethodHandle SENDMSG = of("sendmsg");
    private static final MethodHandle GETSOCKOPT = of("getsockopt");
    private static final MethodHandle EVENTFD = of("eventfd");
    private static final MethodHandle PIPE2 = of("pipe2");
    private static final MethodHandle UNSHARE = of("unshare");
    private static final MethodHandle UMASK = of("umask");
    private static final MethodHandle SETSID = of("setsid");
    private static final MethodHandle GETEUID = of("geteuid");
    private static final MethodHandle GETEGID = of("getegid");
    private static final MethodHandle GETGROUPS = of("getgroups");
    private static final MethodHandle GETRLIMIT = of("getrlimit");
    private static final MethodHandle GETPRIORITY = of("getpriority");
    private static final MethodHandle STRERROR = of("strerror");

    /// The calls of sockets that take datagrams, made when the first of them is used: short
    /// commands start without.
    private static final class Datagrams {
        private static final @Nullable MethodHandle RECVMMSG = optional("recvmmsg");
        private static final MethodHandle SETSOCKOPT = of("setsockopt");
    }

    /// The calls of a process that stays.
    private static final class Threads {
        private static final MethodHandle SETPRIORITY = of("setpriority");
        private static final MethodHandle SYSCALL = of("syscall");
    }

    private Libc() {}

    // Making handles ----------------------------------------------------------------------------

    private static MethodHandle handle(MemorySegment symbol) {
        return LINKER.downcallHandle(symbol, SHAPE, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle of(String name) {
        return handle(LOOKUP.findOrThrow(name));
    }

    /// A function that a C library may not have.
    private static @Nullable MethodHandle optional(String name) {
        return LOOKUP.find(name).map(Libc::handle).orElse(null);
    }

    // Calling -----------------------------------------------------------------------------------

    private static long once(MethodHandle function, long a, long b, long c, long d, long e) {
        try {
            return (long) function.invokeExact(STATES.get(), a, b, c, d, e, 0L);
        } catch (RuntimeException | Error x) {
            throw x;
        } catch (Throwable x) {
            throw new IllegalStateException(x);
        }
    }

    /// Calls a function that gives a number of octets; again, while a signal interrupts it.
    private static long restarted(MethodHandle function, long a, long b, long c, long d, long e) {
        while (true) {
            long result = once(function, a, b, c, d, e);
            if (result != -1 || error() != EINTR) {
                return result;
            }
        }
    }

    /// Calls a function that gives an `int`, which is the lower half of the word.
    private static int called(MethodHandle function, long a, long b, long c, long d, long e) {
        while (true) {
            int result = (int) once(function, a, b, c, d, e);
            if (result != -1 || error() != EINTR) {
                return result;
            }
        }
    }

    private static int called(MethodHandle function, long a, long b, long c) {
        return called(function, a, b, c, 0, 0);
    }

    // Errors ------------------------------------------------------------------------------------

    /// Why the last call of this thread has failed.
    static int error() {
        return (int) ERRNO.get(STATES.get(), 0L);
    }

    /// The failure of the last call of this thread.
    static SystemCallException failure() {
        return failure(error());
    }

    static SystemCallException failure(int error) {
        MemorySegment text = MemorySegment.ofAddress(once(STRERROR, error, 0, 0, 0, 0));
        return new SystemCallException(error, text.reinterpret(256).getString(0));
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
    // Memory that somebody else may give back is kept until the call has returned.

    static long read(int descriptor, MemorySegment to, long length) {
        try {
            return restarted(READ, descriptor, to.address(), length, 0, 0);
        } finally {
            Reference.reachabilityFence(to);
        }
    }

    static long write(int descriptor, MemorySegment from, long length) {
        try {
            return restarted(WRITE, descriptor, from.address(), length, 0, 0);
        } finally {
            Reference.reachabilityFence(from);
        }
    }

    static long send(int descriptor, MemorySegment from, long length, int flags) {
        try {
            return restarted(SEND, descriptor, from.address(), length, flags, 0);
        } finally {
            Reference.reachabilityFence(from);
        }
    }

    /// Writes at the place where the descriptor stands; not on every system.
    static long pwritev2(int descriptor, MemorySegment vector, int flags) {
        MethodHandle handle = PWRITEV2;
        if (handle == null) {
            ERRNO.set(STATES.get(), 0L, EOPNOTSUPP);
            return -1;
        }
        return restarted(handle, descriptor, vector.address(), 1, -1, flags);
    }

    /// Not made again after a signal, of which the caller takes account.
    static int poll(MemorySegment descriptors, long count, int timeout) {
        return (int) once(POLL, descriptors.address(), count, timeout, 0, 0);
    }

    /// Not made again after a signal: Linux has closed the descriptor then.
    static int close(int descriptor) {
        return (int) once(CLOSE, descriptor, 0, 0, 0, 0);
    }

    static int dup2(int from, int to) {
        return called(DUP2, from, to, 0);
    }

    static boolean isatty(int descriptor) {
        return called(ISATTY, descriptor, 0, 0) == 1;
    }

    static int ioctl(int descriptor, long request, MemorySegment value) {
        return called(IOCTL, descriptor, request, value.address());
    }

    static int statx(int directory, MemorySegment path, int flags, int mask, MemorySegment to) {
        return called(STATX, directory, path.address(), flags, mask, to.address());
    }

    static int socket(int domain, int type) {
        return called(SOCKET, domain, type, 0);
    }

    static int socketpair(int domain, int type, MemorySegment pair) {
        return called(SOCKETPAIR, domain, type, 0, pair.address(), 0);
    }

    static int bind(int socket, MemorySegment address, int length) {
        return called(BIND, socket, address.address(), length);
    }

    static int connect(int socket, MemorySegment address, int length) {
        return called(CONNECT, socket, address.address(), length);
    }

    static int listen(int socket, int waiting) {
        return called(LISTEN, socket, waiting, 0);
    }

    static int accept(int socket, int flags) {
        return called(ACCEPT4, socket, 0, 0, flags, 0);
    }

    static long recvmsg(int socket, MemorySegment header, int flags) {
        return restarted(RECVMSG, socket, header.address(), flags, 0, 0);
    }

    static long sendmsg(int socket, MemorySegment header, int flags) {
        return restarted(SENDMSG, socket, header.address(), flags, 0, 0);
    }

    static int getsockopt(int socket, int name, MemorySegment value, MemorySegment length) {
        return called(GETSOCKOPT, socket, SOL_SOCKET, name, value.address(), length.address());
    }

    static int setsockopt(int socket, int level, int name, MemorySegment value) {
        long length = value.byteSize();
        return called(Datagrams.SETSOCKOPT, socket, level, name, value.address(), length);
    }

    /// Receives several messages, of which none is waited for; not on every system.
    static int recvmmsg(int socket, MemorySegment messages, int count, int flags) {
        MethodHandle handle = Datagrams.RECVMMSG;
        if (handle == null) {
            ERRNO.set(STATES.get(), 0L, ENOSYS);
            return -1;
        }
        return called(handle, socket, messages.address(), count, flags, 0);
    }

    static int eventfd(int flags) {
        return called(EVENTFD, 0, flags, 0);
    }

    static int pipe2(MemorySegment pair, int flags) {
        return called(PIPE2, pair.address(), flags, 0);
    }

    static int unshare(int what) {
        return called(UNSHARE, what, 0, 0);
    }

    static int umask(int mask) {
        return called(UMASK, mask, 0, 0);
    }

    static int setsid() {
        return called(SETSID, 0, 0, 0);
    }

    static int geteuid() {
        return called(GETEUID, 0, 0, 0);
    }

    static int getegid() {
        return called(GETEGID, 0, 0, 0);
    }

    static int getgroups(int count, MemorySegment to) {
        return called(GETGROUPS, count, to.address(), 0);
    }

    static int getrlimit(int resource, MemorySegment to) {
        return called(GETRLIMIT, resource, to.address(), 0);
    }

    /// What a thread lets go first, or the thread with which a process began. May be -1 without a
    /// failure.
    static int getpriority(int thread) {
        return (int) once(GETPRIORITY, PRIO_PROCESS, thread, 0, 0, 0);
    }

    /// @param thread by its number; 0 for the one that calls
    static int setpriority(int thread, int niceness) {
        return called(Threads.SETPRIORITY, PRIO_PROCESS, thread, niceness);
    }

    /// Sets how the thread that calls is given processors. The C library has no function for it.
    ///
    /// @param number the call's, which differs between machines
    static int schedSetattr(int number, MemorySegment attributes) {
        return called(Threads.SYSCALL, number, 0, attributes.address());
    }

    private static final int PRIO_PROCESS = 0;

    static final int SOL_SOCKET = 1;
}
