package dev.rearview.engine.scan;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Parallel;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.Selection;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.RowGroupReader;
import dev.rearview.store.parquet.RowGroupStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads inputs one after the other and hands out their flows: in order on the caller's thread, or
/// in any order on several. Row groups that cannot hold what is sought are left out by their
/// statistics and Bloom filters.
public final class FlowScan {
    /// Opens the inputs.
    @FunctionalInterface
    public interface Inputs {
        /// The next input, null after the last.
        ///
        /// @param scan that asks, which tells of a file whether it needs to be opened
        /// @throws IOException if it cannot be opened; the one behind it comes with the next call
        @Nullable FlowFile next(FlowScan scan) throws IOException;
    }

    /// Decides which row groups and files are read.
    @FunctionalInterface
    public interface Pruning {
        /// Whether a flow of those described may matter. Asked anew for each, by one thread at a
        /// time.
        boolean mayMatter(RowGroupStats stats);
    }

    /// Decides what follows a bad input.
    @FunctionalInterface
    public interface Trouble {
        /// @return whether the next input is read
        /// @throws IOException to end the scan with it
        boolean goesOn(IOException e) throws IOException;
    }

    private final Context context;
    private final Inputs inputs;
    private final Pruning pruning;
    private final Trouble trouble;
    private final ScanCounts counts = new ScanCounts();
    private final Deque<FlowSource> lanes = new ArrayDeque<>();
    private @Nullable Part waiting;
    private @Nullable ParquetReader current;
    private int nextGroup;
    private int threads = 1;
    private boolean ended;
    private boolean failed;

    /// @param context of the run that reads
    /// @param pruning what is not to be read at all
    public FlowScan(Context context, Inputs inputs, Pruning pruning, Trouble trouble) {
        this.context = context;
        this.inputs = inputs;
        this.pruning = pruning;
        this.trouble = trouble;
    }

    /// Whether a file has to be opened, by what a catalog tells of it.
    public boolean mayMatter(RowGroupStats file) {
        return pruning.mayMatter(file);
    }

    /// Counts a file as read in which no flow can pass.
    public void leaveOut(RowGroupStats file) {
        counts.prunedFile(file);
    }

    /// What has been read so far.
    public ScanCounts counts() {
        return counts;
    }

    /// A row group of a Parquet file, or a source of another kind, which others may read as well.
    ///
    /// @param waitsForNobody whether the source is a regular file
    private record Part(
            @Nullable ParquetReader parquet,
            int group,
            @Nullable FlowSource source,
            boolean waitsForNobody) {
        static Part of(ParquetReader parquet, int group) {
            return new Part(parquet, group, null, true);
        }
    }

    private synchronized @Nullable Part next() throws IOException {
        context.check();
        Part first = waiting;
        if (first != null) {
            waiting = null;
            return first;
        }
        while (!ended) {
            FlowSource lane = lanes.poll();
            if (lane != null) {
                return new Part(null, 0, lane, false);
            }
            ParquetReader file = current;
            if (file != null) {
                Part group = nextGroup(file);
                if (group != null) {
                    return group;
                }
                current = null;
                continue;
            }
            FlowFile opened;
            try {
                opened = inputs.next(this);
            } catch (IOException e) {
                refuse(e);
                continue;
            }
            if (opened == null) {
                ended = true;
            } else if (opened.source() instanceof ParquetReader parquet) {
                counts.file(parquet.groups(), parquet.size());
                current = parquet;
                nextGroup = 0;
            } else {
                counts.file(0, 0);
                if (threads == 1) {
                    return new Part(null, 0, opened.source(), opened.isRegular());
                }
                lanes.addAll(opened.source().lanes(threads));
            }
        }
        return null;
    }

    /// The next row group of a file that may matter, null if there is none.
    private @Nullable Part nextGroup(ParquetReader file) throws IOException {
        while (nextGroup < file.groups()) {
            int group = nextGroup++;
            RowGroupStats stats = file.stats(group);
            try {
                if (pruning.mayMatter(stats)) {
                    return Part.of(file, group);
                }
            } catch (IllegalStateException e) {
                // Statistics that lead outside the file.
                refuse(damaged(file, group, e));
                if (ended) {
                    return null;
                }
                continue;
            }
            counts.pruned(stats);
        }
        return null;
    }

    private static MalformedInputException damaged(
            ParquetReader file, int group, RuntimeException e) {
        return new MalformedInputException(
                file.name(), -1, "row group " + group, String.valueOf(e.getMessage()));
    }

    /// Leaves out what is bad, or ends the scan.
    private synchronized void refuse(IOException e) throws IOException {
        if (!trouble.goesOn(e)) {
            stop();
            failed = true;
        }
    }

    private synchronized void stop() {
        ended = true;
        current = null;
    }

    /// Reads what is no row group.
    private interface Whole {
        /// @return false when no more are wanted
        boolean read(Part part, FlowSource source) throws IOException;
    }

    /// Reads parts until there are none left.
    private void work(RowConsumer consumer, Whole whole, @Nullable Part first) throws IOException {
        RowGroupReader reader = new RowGroupReader();
        for (Part part = first; part != null; part = next()) {
            boolean more =
                    part.source != null
                            ? whole.read(part, part.source)
                            : group(reader, part, consumer);
            if (!more) {
                stop();
            }
        }
        counts.read(reader.bytesRead());
    }

    /// A source that another thread reads ahead, if there is one.
    private FlowSource readAhead(Part part, FlowSource source) {
        List<FlowSource> both = lanes(part, source, 2);
        return both.size() == 2 ? new InTurn(both, context) : source;
    }

    /// Readers of a source, several if it is one that they do not have to wait for.
    private List<FlowSource> lanes(Part part, FlowSource source, int most) {
        boolean several = part.waitsForNobody && context.parallel().threads() > 1;
        return source.lanes(several ? most : 1);
    }

    private boolean whole(FlowSource source, RowConsumer consumer) throws IOException {
        try (source) {
            while (true) {
                FlowBatch batch;
                try {
                    batch = source.next();
                    if (batch == null) {
                        return true;
                    }
                } catch (IOException e) {
                    refuse(e);
                    return true;
                }
                if (!offer(batch, consumer)) {
                    return false;
                }
            }
        }
    }

    private boolean group(RowGroupReader reader, Part part, RowConsumer consumer)
            throws IOException {
        ParquetReader parquet = Objects.requireNonNull(part.parquet);
        try {
            return offer(reader.read(parquet, part.group), consumer);
        } catch (BadColumn e) {
            refuse(e.cause());
            return true;
        } catch (MalformedInputException e) {
            refuse(e);
            return true;
        }
    }

    /// A column that could not be read: told apart from failures of the consumer.
    private static final class BadColumn extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadColumn(IOException cause) {
            super(cause);
        }

        IOException cause() {
            return (IOException) Objects.requireNonNull(getCause());
        }
    }

    /// Hands a batch over. One that a column of is damaged is refused as a whole: consumers read
    /// all that they need of it before they do anything with it.
    private boolean offer(FlowBatch batch, RowConsumer consumer) throws IOException {
        context.check();
        Selection rows = Selection.all(batch.size());
        try {
            boolean more = consumer.accept(batch, rows);
            counts.rows(batch.size());
            return more;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof MalformedInputException bad) {
                throw new BadColumn(bad);
            }
            throw e;
        }
    }

    /// Goes through all inputs without reading flows: what would be read, and what left out. In
    /// place of a reading.
    public ScanCounts estimate() throws IOException {
        for (Part part = next(); part != null; part = next()) {
            if (part.source != null) {
                part.source.close();
            } else if (part.parquet != null) {
                counts.rows(part.parquet.stats(part.group).rows());
            }
        }
        return counts;
    }

    /// Hands everything to one consumer in order.
    ///
    /// @return whether no input failed
    public boolean inOrder(RowConsumer consumer) throws IOException {
        work(consumer, (part, source) -> whole(readAhead(part, source), consumer), next());
        return !failed;
    }

    /// Hands everything to one consumer in order, which several threads work for.
    ///
    /// @return whether no input failed
    public <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
        Preparation<T> preparation = new Preparation<>(context, consumer);
        for (Part part = next(); part != null; part = next()) {
            FlowSource whole = part.source;
            List<FlowSource> lanes =
                    whole == null
                            ? lanes(part, preparation.lanes())
                            : lanes(part, whole, preparation.lanes());
            if (!preparation.all(lanes, new Counting(whole == null))) {
                stop();
            }
        }
        return !failed;
    }

    /// Readers of the row groups of a file from one on.
    private List<FlowSource> lanes(Part first, int most) {
        Groups groups = new Groups(first);
        List<FlowSource> out = new ArrayList<>();
        for (int i = 0; i < (context.parallel().threads() > 1 ? most : 1); i++) {
            out.add(groups.new Lane());
        }
        return out;
    }

    /// Counts what is read in lanes.
    private final class Counting implements Preparation.Reading {
        private final boolean isOfGroups;

        /// @param isOfGroups whether what is bad is a row group, behind which there are more
        Counting(boolean isOfGroups) {
            this.isOfGroups = isOfGroups;
        }

        @Override
        public void read(int rows) {
            counts.rows(rows);
        }

        @Override
        public boolean failed(IOException e) throws IOException {
            refuse(e);
            return isOfGroups && !ended;
        }
    }

    /// The row groups of one file that are left, for several lanes; each takes the next one in its
    /// turn.
    private final class Groups {
        private final ParquetReader file;
        private @Nullable Part first;

        Groups(Part first) {
            this.file = Objects.requireNonNull(first.parquet);
            this.first = first;
        }

        private @Nullable Part take() throws IOException {
            synchronized (FlowScan.this) {
                Part known = first;
                first = null;
                return known != null || ended ? known : nextGroup(file);
            }
        }

        private final class Lane implements FlowSource {
            private final RowGroupReader reader = new RowGroupReader();

            @Override
            public @Nullable FlowBatch next() throws IOException {
                Part part = take();
                return part == null ? null : reader.read(file, part.group);
            }

            @Override
            public void close() {
                counts.read(reader.bytesRead());
            }
        }
    }

    /// Hands everything out in any order, to one consumer for each thread.
    ///
    /// @param consumers asked for one consumer after the other by the caller's thread
    /// @return whether no input failed
    public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        threads = context.parallel().threads();
        Part first = next();
        // Threads are for those who have two parts to read.
        waiting = first == null ? null : next();
        int workers = waiting == null ? 1 : threads;
        List<Parallel.Task> tasks = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            RowConsumer consumer = consumers.get();
            Part begin = i == 0 ? first : null;
            tasks.add(() ->
                    work(
                            consumer,
                            (_, lane) -> whole(lane, consumer),
                            begin == null ? next() : begin));
        }
        try {
            context.parallel().run(tasks, this::stop);
        } finally {
            for (FlowSource lane : lanes) {
                lane.close();
            }
        }
        return !failed;
    }
}
