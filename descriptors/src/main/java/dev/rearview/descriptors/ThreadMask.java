package dev.rearview.descriptors;

import java.io.IOException;

/// The mask of the modes of new files, for each thread by itself: a process has one for all of its
/// threads, until one leaves that union. A thread that this one starts shares its mask, unless it
/// takes one here, too.
public final class ThreadMask {
    private static final int CLONE_FS = 0x200;

    /// The mask of each thread that has left the union.
    private static final ThreadLocal<Integer> MASKS = new ThreadLocal<>();

    private ThreadMask() {}

    /// Gives this thread a mask of its own.
    ///
    /// @param mask permissions that new files do not get
    /// @throws IOException if the system does not let the thread leave the union
    public static void set(int mask) throws IOException {
        Integer known = MASKS.get();
        if (known == null) {
            Libc.checked(Libc.unshare(CLONE_FS));
        }
        if (known == null || known != mask) {
            Libc.umask(mask);
            MASKS.set(mask);
        }
    }

    /// Whether threads may have masks of their own here, as some containers forbid; found out on a
    /// thread that ends then.
    public static boolean isAllowed() throws InterruptedException {
        boolean[] out = new boolean[1];
        Thread t = Thread.ofPlatform().start(() -> out[0] = Libc.unshare(CLONE_FS) == 0);
        t.join();
        return out[0];
    }

    /// The mask of the process, or of this thread where it has its own.
    public static int get() {
        int mask = Libc.umask(0077);
        Libc.umask(mask);
        return mask;
    }
}
