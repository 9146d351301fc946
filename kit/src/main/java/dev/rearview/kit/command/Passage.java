package dev.rearview.kit.command;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Parallel;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way of the flows of one command to another one, both of this process, in place of a pipe.
/// The writer's thread reads its flows, by the reader's consumers, while the reader waits. What
/// fails in a consumer is the reader's failure, all else the writer's; each ends by itself.
public final class Passage {
    private static final long LOOK_MS = 50;

    /// Flows that a writer gets rid of though nobody reads them any more: what fits into a pipe,
    /// and what a reader reads ahead.
    private static final long UNREAD = 2 * (1 << 16) / 88;

    /// How the flows are read.
    @FunctionalInterface
    private interface Reading {
        boolean of(FlowStream flows) throws IOException;
    }

    /// How a reading has ended.
    public enum End {
        /// The reader wanted no more.
        LEFT,
        /// The writer wrote no more.
        OVER,
        /// The writer wrote nothing at all, not even a header.
        NOTHING
    }

    private final Context reader;
    private final AtomicLong unread = new AtomicLong(UNREAD);
    private @Nullable Handover handover;
    private boolean withdrawn;
    private @Nullable Reading reading;
    private boolean left;
    private boolean over;
    private boolean something;
    private int working;
    private @Nullable Throwable failure;

    Passage(Context reader) {
        this.reader = reader;
    }

    /// Waits until something is so.
    ///
    /// @param look what is to be looked at now and then, as nobody tells of it
    private synchronized void await(BooleanSupplier what, Runnable look) throws IOException {
        try {
            while (!what.getAsBoolean()) {
                look.run();
                wait(LOOK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    // The reader ----------------------------------------------------------------------------------

    /// Waits for the writer's flows.
    ///
    /// @return false if none will come
    synchronized boolean awaitFlows() throws IOException {
        boolean good = false;
        try {
            await(() -> handover != null || withdrawn, reader::check);
            good = true;
        } finally {
            if (!good) {
                leave();
            }
        }
        return !withdrawn;
    }

    /// What the writer hands over.
    public synchronized Handover handover() {
        return Optional.ofNullable(handover).orElseThrow();
    }

    /// Reads the writer's flows in their order.
    public End inOrder(RowConsumer consumer) throws IOException {
        return read(flows -> flows.inOrder(guarded(consumer)));
    }

    /// Reads the writer's flows in any order.
    public End inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        return read(flows -> flows.inAnyOrder(() -> guarded(consumers)));
    }

    private synchronized End read(Reading how) throws IOException {
        reading = how;
        notifyAll();
        await(() -> working == 0 && (left || over), this::leaveIfCancelled);
        Parallel.rethrow(failure);
        reader.check();
        return left ? End.LEFT : something ? End.OVER : End.NOTHING;
    }

    private void leaveIfCancelled() {
        if (reader.isCancelled()) {
            leave();
        }
    }

    /// The reader reads no more.
    public synchronized void leave() {
        left = true;
        notifyAll();
    }

    // The reader's consumers
    // ------------------------------------------------------------------------

    private RowConsumer guarded(Supplier<? extends RowConsumer> consumers) {
        if (enter()) {
            boolean more = false;
            try {
                RowConsumer consumer = consumers.get();
                more = true;
                return guarded(consumer);
            } catch (RuntimeException | Error e) {
                fail(e);
            } finally {
                done(more);
            }
        }
        return this::discard;
    }

    private RowConsumer guarded(RowConsumer consumer) {
        return (batch, rows) -> {
            int count = rows.count();
            if (!enter()) {
                return discard(batch, rows);
            }
            boolean more = false;
            try {
                reader.check();
                more = consumer.accept(batch, rows);
            } catch (UncheckedIOException e) {
                // A column of the writer's input, which is read when it is needed.
                if (e.getCause() instanceof MalformedInputException) {
                    more = true;
                    throw e;
                }
                fail(e);
            } catch (IOException | RuntimeException | Error e) {
                fail(e);
            } finally {
                done(more);
            }
            if (more) {
                came(count);
                return true;
            }
            return unread.addAndGet(-count) > 0;
        };
    }

    private boolean discard(FlowBatch batch, Selection rows) {
        return unread.addAndGet(-rows.count()) > 0;
    }

    private synchronized boolean enter() {
        if (left) {
            return false;
        }
        working++;
        return true;
    }

    private synchronized void done(boolean more) {
        working--;
        left |= !more;
        notifyAll();
    }

    private synchronized void came(int flows) {
        something |= flows > 0;
    }

    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        }
    }

    // The writer ----------------------------------------------------------------------------------

    /// The writer has no flows to hand over; the reader reads the pipe.
    public synchronized void withdraw() {
        withdrawn = true;
        notifyAll();
    }

    /// Hands flows over, and waits until the reader has read them.
    ///
    /// @param writer the run that they come from
    /// @return the writer's exit status
    public int give(Handover flows, Context writer) throws IOException {
        boolean good;
        try {
            Optional<Reading> how = offered(flows, writer);
            good =
                    how.isPresent()
                            ? how.get().of(flows.flows())
                            : flows.flows().inOrder(this::discard);
            if (good) {
                // Where all could be read there is a header even if there are no flows.
                came(1);
            }
        } finally {
            end();
        }
        if (unread.get() <= 0) {
            // What a pipe would have told: that nobody reads is no failure.
            return 0;
        }
        flows.conclusion().conclude();
        int status = flows.status().getAsInt();
        return status == 0 && !good ? 1 : status;
    }

    private synchronized Optional<Reading> offered(Handover flows, Context writer)
            throws IOException {
        handover = flows;
        notifyAll();
        await(() -> reading != null || left, writer::check);
        return Optional.ofNullable(reading);
    }

    private synchronized void end() {
        over = true;
        notifyAll();
    }
}
