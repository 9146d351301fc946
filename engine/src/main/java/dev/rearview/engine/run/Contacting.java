package dev.rearview.engine.run;

import dev.rearview.engine.contacts.ContactGraph;
import dev.rearview.engine.contacts.ContactSearch;
import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.Selection;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds graphs of contacts. The first pass over the flows is that of the query; for the others
/// they are opened again, or kept in a temporary file where they come but once.
final class Contacting implements Maker {
    private final Execution execution;
    private final FlowPlan plan;
    private final ContactSearch search;
    private final @Nullable Copy copy;
    private @Nullable ContactGraph graph;

    /// Rooms that it may have at a time.
    private static final int SHARES = 4;

    /// @param plan of the flows that it is made of
    Contacting(Execution execution, FlowPlan plan, Product.Contacts question, Compiler compiler)
            throws IOException {
        this.execution = execution;
        this.plan = plan;
        this.search =
                new ContactSearch(question, compiler, () -> execution.attendant().room(SHARES));
        this.copy =
                execution.comesOnce(plan) && question.hops() > 1 ? copy(question, compiler) : null;
    }

    private Copy copy(Product.Contacts question, Compiler compiler) throws IOException {
        Predicate window = question.rules().mayAnswer(question.firstUs(), question.lastUs());
        return new Copy(execution.attendant().room(SHARES), compiler.filter(window));
    }

    /// Flows that come but once.
    private static final class Copy implements Closeable {
        private final Room room;
        private final Path path;
        private final ParquetSink sink;
        private final Filter filter;
        private boolean isWhole;

        /// @param room says where the file may be; closed with this
        /// @param filter what can matter to any hop
        Copy(Room room, Filter filter) throws IOException {
            this.room = room;
            this.filter = filter;
            this.path = room.temporaryFile(".parquet");
            this.sink =
                    new ParquetSink(Files.newOutputStream(path), ParquetWriter.Codec.UNCOMPRESSED);
        }

        RowConsumer before(RowConsumer consumer) {
            return (batch, rows) -> {
                Selection kept = rows.copy();
                filter.retain(batch, kept);
                if (!kept.isEmpty()) {
                    batch.load(Field.all());
                }
                consumer.accept(batch, rows);
                synchronized (sink) {
                    sink.write(batch, kept);
                }
                return true;
            };
        }

        void end() throws IOException {
            isWhole = true;
            sink.close();
        }

        @Override
        public void close() throws IOException {
            try {
                if (!isWhole) {
                    sink.close();
                }
            } finally {
                room.delete(path);
                room.close();
            }
        }
    }

    @Override
    public FlowScan.Pruning pruning() {
        return copy == null ? search::mayMatter : READ_ALL;
    }

    @Override
    public RowConsumer consumer() {
        RowConsumer consumer = search.consumer();
        Copy c = copy;
        return c == null ? consumer : c.before(consumer);
    }

    @Override
    public boolean needsOrder() {
        return false;
    }

    @Override
    public void end() throws IOException {
        Copy c = copy;
        if (c != null) {
            c.end();
        }
        graph = search.finish(this::read);
    }

    private void read(FlowScan.Pruning pruning, Supplier<? extends RowConsumer> consumers)
            throws IOException {
        Copy c = copy;
        if (c == null) {
            // The attendant is told of what cannot be read.
            execution.open(plan, pruning).inAnyOrder(consumers);
            return;
        }
        Execution again = new Execution(new Unnoticed(execution.attendant()));
        FlowPlan copied = new FlowPlan.Files(List.of(c.path.toString()));
        if (!again.open(copied, pruning).inAnyOrder(consumers)) {
            throw new IOException(c.path + ": temporary file cannot be read again");
        }
    }

    ContactGraph graph() {
        ContactGraph g = graph;
        if (g == null) {
            throw new IllegalStateException("the flows have not been read");
        }
        return g;
    }

    @Override
    public void close() throws IOException {
        Copy c = copy;
        try (search) {
            if (c != null) {
                c.close();
            }
        }
    }
}
