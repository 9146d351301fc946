package dev.rearview.ingest;

import dev.rearview.descriptors.ThisProcess;
import java.util.concurrent.ThreadFactory;

/// Threads that do not keep the process alive: what a disk holds up must not hold up its end.
public final class DaemonThreads {
    /// How much the thread that takes what came into the journal lets those that receive go first:
    /// what these do not read in time is lost, and all else waits somewhere.
    public static final int TAKING = 5;

    /// As much, of those that do the rest, behind the journal.
    private static final int BEHIND = 10;

    private DaemonThreads() {}

    public static ThreadFactory named(String name) {
        return action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /// Threads that let those that receive go first, and the one that writes the journal.
    public static ThreadFactory behind(String name) {
        ThreadFactory named = named(name);
        return action ->
                named.newThread(() -> {
                    ThisProcess.yieldToOthers(BEHIND);
                    action.run();
                });
    }
}
