package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// What the system knows of this process and the JDK does not tell.
public final class ThisProcess {
    /// Numbers of the limits that [#limit] tells.
    public static final int LIMIT_CPU = 0;

    public static final int LIMIT_FILE_SIZE = 1;
    public static final int LIMIT_DATA = 2;
    public static final int LIMIT_ADDRESS_SPACE = 9;

    private static final int MAX_NICENESS = 19;

    /// Octets of `struct sched_attr`, and what stands where in it.
    private static final int ATTRIBUTES = 48;

    private static final int FLAGS = 8;
    private static final int NICENESS = 16;
    private static final int TURN = 24;

    /// Whoever started the process may have chosen another policy than the usual one.
    private static final long KEEP_POLICY = 8;

    /// The shortest turn that Linux gives.
    private static final long SHORT_TURN_NS = 100_000;

    private ThisProcess() {}

    static boolean isLinux() {
        return System.getProperty("os.name", "").equals("Linux");
    }

    /// Whose rights it has.
    public static int user() {
        return Libc.geteuid();
    }

    public static int group() {
        return Libc.getegid();
    }

    /// The other groups, ascending.
    public static int[] groups() throws IOException {
        int count = Libc.checked(Libc.getgroups(0, MemorySegment.NULL));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(JAVA_INT, Math.max(1, count));
            int read = Libc.checked(Libc.getgroups(count, to));
            int[] out = to.asSlice(0, read * 4L).toArray(JAVA_INT);
            Arrays.sort(out);
            return out;
        }
    }

    /// How much the thread that calls lets others go first, -20 to 19: as much as the process does,
    /// unless it chose more.
    public static int niceness() {
        return Libc.getpriority(0);
    }

    /// Has the thread that calls let others of this process go first, where threads have that each
    /// for itself, as on Linux. Threads that it starts begin with the same.
    ///
    /// @param by how much more than the process as a whole, from 0; while both want a processor,
    ///   one with 5 gets a third of what one with 0 gets, one with 10 a tenth
    /// @return whether it does
    public static boolean yieldToOthers(int by) {
        if (!isLinux()) {
            return false;
        }
        try {
            // The thread with which the process began is none of Java's.
            int own = Libc.getpriority((int) ProcessHandle.current().pid());
            return Libc.setpriority(0, Math.min(MAX_NICENESS, own + by)) == 0;
        } catch (IllegalCallerException | LinkageError e) {
            // No access to native code, another C library: then all threads are equal.
            return false;
        }
    }

    /// Has the thread that calls run soon after what it waits for is there, for a short while each
    /// time, in place of waiting for the end of another's turn of some milliseconds: Linux gives
    /// that to who asks for it, from 6.12 on. Its share of the processors stays what it is.
    ///
    /// @return whether the system knows the call, and the thread's policy has turns
    public static boolean takeShortTurns() {
        int number =
                switch (System.getProperty("os.arch", "")) {
                    case "amd64" -> 314;
                    case "aarch64", "riscv64" -> 274;
                    default -> 0;
                };
        if (!isLinux() || number == 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, JAVA_LONG.byteAlignment());
            attributes.set(JAVA_INT, 0, ATTRIBUTES);
            attributes.set(JAVA_LONG, FLAGS, KEEP_POLICY);
            attributes.set(JAVA_INT, NICENESS, niceness());
            attributes.set(JAVA_LONG, TURN, SHORT_TURN_NS);
            return Libc.schedSetattr(number, attributes) == 0;
        } catch (IllegalCallerException | LinkageError e) {
            return false;
        }
    }

    /// A limit that it may not pass; all bits set where there is none.
    ///
    /// @param resource such as [#LIMIT_CPU]
    public static long limit(int resource) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(JAVA_LONG, 2);
            Libc.checked(Libc.getrlimit(resource, pair));
            return pair.getAtIndex(JAVA_LONG, 0);
        }
    }

    /// Makes this process the leader of a session of its own, to which no terminal belongs.
    ///
    /// @return whether that was done; not where it leads a group of processes
    public static boolean leadSession() {
        return Libc.setsid() != -1;
    }

    /// Closes a standard stream of this process in such a way that whoever opens it by a name, as
    /// `/dev/stdin`, fails: a socket has none.
    ///
    /// @param number 0, 1 or 2
    public static void bar(int number) throws IOException {
        LocalSocket[] pair = LocalSocket.pair();
        try (LocalSocket one = pair[0];
                LocalSocket _ = pair[1]) {
            one.descriptor().use(n -> Libc.checked(Libc.dup2(n, number)));
        }
    }
}
