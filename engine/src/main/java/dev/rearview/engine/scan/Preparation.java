package dev.rearview.engine.scan;

import dev.rearview.engine.exec.Ahead;
import dev.rearview.engine.exec.Context;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Has several threads work for a consumer.
public final class Preparation<T> {
    private final Context context;
    private final PreparedConsumer<T> consumer;
    private final List<PreparedConsumer.Preparer<T>> preparers = new ArrayList<>();

    public Preparation(Context context, PreparedConsumer<T> consumer) {
        this.context = context;
        this.consumer = consumer;
    }

    /// What was made of a batch, or why there is none.
    private record Made<T>(@Nullable T prepared, int rows, @Nullable IOException failure) {}

    /// Batches that are worked on at the same time, and the one whose second step is taken.
    public int lanes() {
        return 2 * context.parallel().threads() + 1;
    }

    private PreparedConsumer.Preparer<T> preparer(int lane) throws IOException {
        while (preparers.size() <= lane) {
            preparers.add(consumer.preparer());
        }
        return preparers.get(lane);
    }

    /// Told of what is read.
    interface Reading {
        /// A batch was read.
        void read(int rows);

        /// The source failed, behind all batches that were read.
        ///
        /// @return whether it goes on behind that
        boolean failed(IOException e) throws IOException;
    }

    /// Hands all batches of a source to the consumer, in their order.
    ///
    /// @param readers of one source, at least one, which hand out its batches in the order in which
    ///   they are asked for them; closed in the end
    /// @return whether more are wanted
    public boolean all(List<? extends FlowSource> readers) throws IOException {
        return all(
                readers,
                new Reading() {
                    @Override
                    public void read(int rows) {}

                    @Override
                    public boolean failed(IOException e) throws IOException {
                        throw e;
                    }
                });
    }

    boolean all(List<? extends FlowSource> readers, Reading reading) throws IOException {
        try (Ahead<Made<T>> ahead = of(readers)) {
            for (Made<T> made = ahead.next(); made != null; made = ahead.next()) {
                context.check();
                if (made.failure != null) {
                    if (!reading.failed(made.failure)) {
                        return true;
                    }
                    continue;
                }
                reading.read(made.rows);
                if (!consumer.accept(Objects.requireNonNull(made.prepared))) {
                    return false;
                }
            }
            return true;
        } finally {
            for (FlowSource reader : readers) {
                reader.close();
            }
        }
    }

    private Ahead<Made<T>> of(List<? extends FlowSource> readers) throws IOException {
        List<Lane<T>> lanes = new ArrayList<>();
        for (int i = 0; i < readers.size(); i++) {
            lanes.add(new Lane<>(readers.get(i), preparer(i)));
        }
        return context.parallel().ahead(new Lanes<>(lanes), lanes.size() - 1);
    }

    private record Lanes<T>(List<Lane<T>> all) implements Ahead.Numbered<Made<T>> {
        private Lane<T> of(long number) {
            return all.get((int) (number % all.size()));
        }

        @Override
        public void begin(long number) {
            of(number).read();
        }

        @Override
        public @Nullable Made<T> make(long number) throws IOException {
            return of(number).make();
        }
    }

    /// A reader and what becomes of its batches.
    private static final class Lane<T> {
        private final FlowSource reader;
        private final PreparedConsumer.Preparer<T> preparer;
        private @Nullable FlowBatch batch;
        private @Nullable IOException failure;

        Lane(FlowSource reader, PreparedConsumer.Preparer<T> preparer) {
            this.reader = reader;
            this.preparer = preparer;
        }

        void read() {
            batch = null;
            failure = null;
            try {
                batch = reader.next();
            } catch (IOException e) {
                failure = e;
            }
        }

        @Nullable Made<T> make() throws IOException {
            FlowBatch read = batch;
            if (failure != null) {
                return new Made<>(null, 0, failure);
            }
            if (read == null) {
                return null;
            }
            try {
                T prepared = preparer.prepare(read, Selection.all(read.size()));
                return new Made<>(prepared, read.size(), null);
            } catch (UncheckedIOException e) {
                // A column that is read when it is needed.
                if (e.getCause() instanceof MalformedInputException bad) {
                    return new Made<>(null, 0, bad);
                }
                throw e;
            }
        }
    }
}
