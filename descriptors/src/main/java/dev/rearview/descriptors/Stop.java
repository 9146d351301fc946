package dev.rearview.descriptors;

import java.io.Closeable;
import java.io.IOException;

/// Ends or holds up whoever reads from or writes to the descriptors of one run, also one who waits
/// there for the other side.
public final class Stop implements Closeable {
    private final Runnable end;

    /// Rung when this is stopped.
    private final Bell bell = new Bell();

    private volatile boolean stopped;
    private volatile boolean paused;

    /// @param end throws what ends the run
    public Stop(Runnable end) throws IOException {
        this.end = end;
    }

    /// Ends all reading and writing, from any thread.
    public void stop() throws IOException {
        stopped = true;
        resume();
        bell.ring();
    }

    /// Holds up all reading and writing that begins from now on.
    public synchronized void pause() {
        paused = !stopped;
    }

    /// Lets reading and writing go on.
    public synchronized void resume() {
        paused = false;
        notifyAll();
    }

    Descriptor event() {
        return bell.descriptor();
    }

    /// Waits while all is held up, and fails when all has ended.
    void check() throws IOException {
        if (paused) {
            sleep();
        }
        if (stopped) {
            end.run();
            throw new IOException("stopped");
        }
    }

    private synchronized void sleep() throws IOException {
        try {
            while (paused) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        bell.close();
    }
}
