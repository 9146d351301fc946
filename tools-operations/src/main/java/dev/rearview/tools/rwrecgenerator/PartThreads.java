package dev.rearview.tools.rwrecgenerator;

import dev.rearview.engine.exec.Context;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// Parts of the work, each on a thread of its own.
final class PartThreads {
    /// What a thread does.
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    private final Context context;
    private final List<CompletableFuture<Void>> parts = new ArrayList<>();

    /// @param context of the run that they work for
    PartThreads(Context context) {
        this.context = context;
    }

    void start(Work work) {
        parts.add(
                CompletableFuture.runAsync(
                        () -> {
                            context.enter();
                            try {
                                work.run();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        task -> Thread.ofPlatform().daemon().name("events").start(task)));
    }

    /// Waits for all of them.
    ///
    /// @throws IOException the first failure
    void join() throws IOException {
        for (CompletableFuture<Void> part : parts) {
            try {
                part.get();
            } catch (ExecutionException | CompletionException e) {
                switch (e.getCause()) {
                    case UncheckedIOException u -> throw u.getCause();
                    case RuntimeException r -> throw r;
                    case null, default -> throw new IOException(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
    }
}
