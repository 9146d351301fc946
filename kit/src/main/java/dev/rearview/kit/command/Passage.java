package dev.rearview.kit.command;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Parallel;
import dev.rearview.engine.run.PassingFlows;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
    private PassingFlows.@Nullable Reading reading;
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

    /// The same with threads of the writer's that work for the consumer.
    public <T> End inOrder(PreparedConsumer<T> consumer) throws IOException {
        return read(flows -> flows.inOrder(guarded(consumer)));
    }

    /// Reads the writer's flows in any order.
    public End inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        return read(flows -> flows.inAnyOrder(() -> guarded(consumers)));
    }

    private synchronized End read(PassingFlows.Reading how) throws IOException {
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

    /// A step of the reader's.
    @FunctionalInterface
    private interface Step {
        /// @return whether more are wanted
        boolean take() throws IOException;
    }

    /// Takes a step, unless the reader has left.
    ///
    /// @return false if it has, or does so now
    private boolean takes(Step step) {
        if (!enter()) {
            return false;
        }
        boolean more = false;
        try {
            reader.check();
            more = step.take();
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
        return more;
    }

    /// A step of the reader's of which something comes.
    @FunctionalInterface
    private interface Making<R> {
        R make() throws IOException;
    }

    /// Makes something, unless the reader has left.
    ///
    /// @return empty if it has, or does so now
    private <R> Optional<R> made(Making<R> making) {
        AtomicReference<@Nullable R> made = new AtomicReference<>();
        takes(() -> {
            made.set(making.make());
            return true;
        });
        return Optional.ofNullable(made.get());
    }

    private RowConsumer guarded(Supplier<? extends RowConsumer> consumers) {
        Optional<RowConsumer> consumer = made(consumers::get);
        return consumer.isPresent() ? guarded(consumer.get()) : this::discard;
    }

    private RowConsumer guarded(RowConsumer consumer) {
        return (batch, rows) -> {
            int count = rows.count();
            return went(takes(() -> consumer.accept(batch, rows)), count);
        };
    }

    /// What is made of a batch of the writer's, if the reader has not left.
    private record Made<T>(Optional<T> prepared, int rows) {}

    private <T> PreparedConsumer<Made<T>> guarded(PreparedConsumer<T> consumer) {
        return new PreparedConsumer<>() {
            @Override
            public Preparer<Made<T>> preparer() {
                Optional<Preparer<T>> preparer = made(consumer::preparer);
                return (batch, rows) -> {
                    int count = rows.count();
                    return new Made<>(
                            preparer.flatMap(p -> made(() -> p.prepare(batch, rows))), count);
                };
            }

            @Override
            public boolean accept(Made<T> made) {
                Optional<T> prepared = made.prepared;
                return went(
                        prepared.isPresent() && takes(() -> consumer.accept(prepared.get())),
                        made.rows);
            }
        };
    }

    /// Counts flows that the reader took, or did not want.
    ///
    /// @return whether the writer goes on
    private boolean went(boolean taken, int flows) {
        if (taken) {
            came(flows);
        }
        return taken || unread.addAndGet(-flows) > 0;
    }

    private boolean discard(FlowBatch batch, Selection rows) {
        return went(false, rows.count());
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
            Optional<PassingFlows.Reading> how = offered(flows, writer);
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

    private synchronized Optional<PassingFlows.Reading> offered(Handover flows, Context writer)
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
