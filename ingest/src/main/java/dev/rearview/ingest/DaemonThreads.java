package dev.rearview.ingest;

import java.util.concurrent.ThreadFactory;

/// Threads that do not keep the process alive: what a disk holds up must not hold up its end.
public final class DaemonThreads {
    private DaemonThreads() {}

    public static ThreadFactory named(String name) {
        return action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
