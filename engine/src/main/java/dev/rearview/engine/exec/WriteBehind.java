package dev.rearview.engine.exec;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Writes to a stream on another thread, if any is free, what was put together while the octets
/// before were written. A failure shows with a later call, at the latest with [#flush] or [#close],
/// which wait for all that is on its way.
public final class WriteBehind extends OutputStream {
    private static final int OCTETS = 1 << 18;

    private final Workers workers;
    private final OutputStream out;
    private byte[] open = new byte[OCTETS];
    private byte @Nullable [] other;
    private int filled;
    private @Nullable FutureTask<@Nullable Void> writing;
    private boolean closed;

    WriteBehind(Workers workers, OutputStream out) {
        this.workers = workers;
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        if (filled == OCTETS) {
            handOver();
        }
        open[filled++] = (byte) octet;
    }

    @Override
    public void write(byte[] octets, int off, int len) throws IOException {
        if (len >= OCTETS) {
            // Copying so much costs more than is won.
            drain();
            out.write(octets, off, len);
            return;
        }
        for (int done = 0; done < len; ) {
            if (filled == OCTETS) {
                handOver();
            }
            int take = Math.min(len - done, OCTETS - filled);
            System.arraycopy(octets, off + done, open, filled, take);
            filled += take;
            done += take;
        }
    }

    private void handOver() throws IOException {
        await();
        byte[] full = open;
        int length = filled;
        open = other == null ? new byte[OCTETS] : other;
        other = full;
        filled = 0;
        FutureTask<@Nullable Void> task =
                new FutureTask<>(() -> {
                    out.write(full, 0, length);
                    return null;
                });
        writing = task;
        workers.start(task);
    }

    /// Waits until what was handed over is written, by this thread where no other has begun it.
    private void await() throws IOException {
        FutureTask<?> task = writing;
        writing = null;
        if (task == null) {
            return;
        }
        try {
            workers.finish(task);
        } catch (IOException | RuntimeException e) {
            // Nothing follows what is missing.
            filled = 0;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        drain();
        out.flush();
    }

    private void drain() throws IOException {
        await();
        out.write(open, 0, filled);
        filled = 0;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            flush();
        }
    }
}
