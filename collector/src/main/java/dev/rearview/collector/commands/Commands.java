package dev.rearview.collector.commands;

import java.io.File;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The commands that an operator has run on files: so many at a time, reaped, their failures told.
/// Safe for several threads.
public final class Commands {
    /// Processes at a time: a hundred files that become ready at once must not be a hundred
    /// processes.
    static final int MAX_RUNNING = 8;

    /// Commands that wait for one of those to end.
    static final int MAX_WAITING = 1024;

    private final Consumer<String> problems;
    private final Queue<List<String>> waiting = new ArrayDeque<>();
    private int running;

    /// @param problems told what could not be run, or failed
    public Commands(Consumer<String> problems) {
        this.problems = problems;
    }

    /// Has a command run for a file, without waiting for it; an empty one does nothing.
    public void run(PathCommand command, String path) {
        List<String> words = command.of(path);
        if (words.isEmpty()) {
            return;
        }
        boolean taken;
        synchronized (this) {
            taken = running < MAX_RUNNING || waiting.size() < MAX_WAITING;
            if (taken) {
                waiting.add(words);
            }
        }
        if (taken) {
            next();
        } else {
            problems.accept(
                    "Not run, as " + MAX_WAITING + " commands wait: " + String.join(" ", words));
        }
    }

    /// Starts those that may start now.
    private void next() {
        for (List<String> words = claim(); words != null; words = claim()) {
            start(words);
        }
    }

    private synchronized @Nullable List<String> claim() {
        if (running >= MAX_RUNNING || waiting.isEmpty()) {
            return null;
        }
        running++;
        return waiting.remove();
    }

    private void start(List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words)
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            CompletableFuture<Process> unused =
                    process.onExit().whenComplete((ended, e) -> ended(words, process.exitValue()));
        } catch (IOException e) {
            release();
            problems.accept("Cannot run " + String.join(" ", words) + ": " + e.getMessage());
        }
    }

    private void ended(List<String> words, int status) {
        release();
        if (status != 0) {
            problems.accept("Exit status " + status + " of " + String.join(" ", words));
        }
        next();
    }

    synchronized int running() {
        return running;
    }

    private synchronized void release() {
        running--;
    }

    /// Gives up what has not been started.
    public void close() {
        int left;
        synchronized (this) {
            left = waiting.size();
            waiting.clear();
        }
        if (left > 0) {
            problems.accept("Not run, as this ends: " + left + " commands");
        }
    }
}
