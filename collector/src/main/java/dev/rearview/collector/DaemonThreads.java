package dev.rearview.collector;

import java.util.concurrent.ThreadFactory;

/// Threads that do not keep the process alive: what a disk holds up must not hold up its end.
final class DaemonThreads {
    private DaemonThreads() {}

    static ThreadFactory named(String name) {
        return action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
