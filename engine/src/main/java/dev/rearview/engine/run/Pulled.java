package dev.rearview.engine.run;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Parallel;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The flows of a stream for one who asks for them. A thread of its own reads the stream; it and
/// the one who asks run in turn, so that nothing is kept but one batch.
final class Pulled implements FlowSource {
    private static final long LOOK_MS = 50;

    private final FlowStream stream;
    private final Context context;
    private final SynchronousQueue<Step> steps = new SynchronousQueue<>();

    /// Whether more is wanted.
    private final SynchronousQueue<Boolean> answers = new SynchronousQueue<>();

    private @Nullable Thread thread;
    private boolean ended;

    /// A batch, or the end, whatever its reason.
    private record Step(@Nullable FlowBatch batch, @Nullable Throwable failure) {}

    Pulled(FlowStream stream, Context context) {
        this.stream = stream;
        this.context = context;
    }

    @Override
    public @Nullable FlowBatch next() throws IOException {
        if (ended) {
            return null;
        }
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("flows").start(this::read);
        } else {
            put(answers, true);
        }
        Step step = take(steps);
        ended = step.batch == null;
        Parallel.rethrow(step.failure);
        return step.batch;
    }

    /// Waits for what the other thread hands over.
    private <T> T take(SynchronousQueue<T> queue) throws IOException {
        try {
            T item = queue.poll(LOOK_MS, TimeUnit.MILLISECONDS);
            while (item == null) {
                context.check();
                item = queue.poll(LOOK_MS, TimeUnit.MILLISECONDS);
            }
            return item;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Waits until the other thread takes something.
    private <T> void put(SynchronousQueue<T> queue, T item) throws IOException {
        try {
            while (!queue.offer(item, LOOK_MS, TimeUnit.MILLISECONDS)) {
                context.check();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted", e);
    }

    /// Reads the stream, on its own thread.
    private void read() {
        Throwable failure = null;
        try {
            context.enter();
            stream.inOrder(this::handOver);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        try {
            put(steps, new Step(null, failure));
        } catch (IOException | RuntimeException e) {
            // Cancelled or closed: nobody waits for the end.
            return;
        }
    }

    private boolean handOver(FlowBatch batch, Selection rows) throws IOException {
        if (rows.isEmpty()) {
            return true;
        }
        put(steps, new Step(rows.count() == batch.size() ? batch : selected(batch, rows), null));
        return take(answers);
    }

    private static FlowBatch selected(FlowBatch batch, Selection rows) {
        FlowBatch out = FlowBatch.allocate(rows.count());
        FlowRecord record = new FlowRecord();
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            out.add(record);
        }
        return out;
    }

    /// Ends the reading, and waits until whoever reads has concluded.
    @Override
    public void close() throws IOException {
        Thread t = thread;
        if (t == null) {
            return;
        }
        if (!ended) {
            put(answers, false);
            ended = true;
            take(steps);
        }
        try {
            t.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }
}
