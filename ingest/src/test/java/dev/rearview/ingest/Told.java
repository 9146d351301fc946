package dev.rearview.ingest;

import java.util.ArrayList;
import java.util.List;

/// Keeps what people are told.
public final class Told implements Notices {
    private final List<String> all = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();

    @Override
    public synchronized void error(String message) {
        all.add(message);
        troubles.add(message);
    }

    @Override
    public synchronized void warning(String message) {
        all.add(message);
        troubles.add(message);
    }

    @Override
    public synchronized void notice(String message) {
        all.add(message);
    }

    @Override
    public synchronized void info(String message) {
        all.add(message);
    }

    /// All messages.
    public synchronized List<String> all() {
        return List.copyOf(all);
    }

    /// Warnings and errors.
    public synchronized List<String> troubles() {
        return List.copyOf(troubles);
    }

    public synchronized void clear() {
        all.clear();
        troubles.clear();
    }
}
