package dev.rearview.tools.aggbags;

import dev.rearview.engine.spill.JoinedRows;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.structure.AggregateBagFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of several aggregate bags, put together.
final class CombinedRows implements Closeable {
    private final Env env;
    private final HeaderOptions header;
    private final FieldChoice choice;
    private final RowArithmetic arithmetic;
    private final RowLimits limits;
    private final List<Part> parts = new ArrayList<>();
    private final List<SilkHeader.Entry> notes = new ArrayList<>();
    private final int bags;

    /// Rows of the same fields.
    private record Part(AggregateLayout layout, RowCombiner rows) {}

    /// Takes a row, which is used again after it.
    @FunctionalInterface
    interface RowConsumer {
        void accept(AggregateLayout layout, long[] row) throws IOException;
    }

    /// @param inputs how many there are
    CombinedRows(
            Env env,
            HeaderOptions header,
            FieldChoice choice,
            RowArithmetic arithmetic,
            RowLimits limits,
            int inputs) {
        this.env = env;
        this.header = header;
        this.choice = choice;
        this.arithmetic = arithmetic;
        this.limits = limits;
        this.bags = arithmetic.isSum() ? 1 : inputs + 1;
    }

    void readAll(List<String> names) throws IOException {
        for (String name : names) {
            try (SilkFile file = InputFiles.silk(env, name)) {
                AggregateBagFile.Reader in = new AggregateBagFile.Reader(file);
                notes.addAll(header.kept(file.header(), parts.isEmpty()));
                AggregateLayout made = choice.layout(in.layout(), name);
                read(in, made, rowsFor(made, name));
            }
        }
    }

    /// Where rows of some fields go. Sums are all made in one place; other operations need each bag
    /// for itself.
    private RowCombiner rowsFor(AggregateLayout made, String name) {
        boolean sum = arithmetic.isSum();
        for (Part p : parts) {
            if (sum && p.layout.equals(made)) {
                return p.rows;
            }
        }
        boolean differs = !parts.isEmpty() && !parts.getFirst().layout.equals(made);
        // A set may be made of unlike bags, as long as nothing else is made of their counters.
        if (differs && !(sum && choice.toSet().isPresent())) {
            throw ToolException.failure(
                    name + ": fields " + made + " instead of " + parts.getFirst().layout);
        }
        RowCombiner rows = AggregateRows.combiner(made, env, bags);
        parts.add(new Part(made, rows));
        return rows;
    }

    private void read(AggregateBagFile.Reader in, AggregateLayout to, RowCombiner out)
            throws IOException {
        AggregateLayout from = in.layout();
        long[] row = new long[from.words()];
        long[] made = new long[to.words()];
        while (in.next(row)) {
            choice.make(from, row, to, made);
            out.add(made);
        }
    }

    /// The notes of all inputs.
    List<SilkHeader.Entry> notes() {
        return notes;
    }

    /// The fields of all rows, where they have the same.
    AggregateLayout layout() {
        return parts.getFirst().layout;
    }

    /// Does what can fail before an output is opened: nothing of it is there then.
    ///
    /// @return rows that are to be closed; empty where nothing can fail but reading
    Optional<RowCombiner> aside() throws IOException {
        if (arithmetic.isSum()) {
            return Optional.empty();
        }
        RowCombiner aside = AggregateRows.combiner(layout(), env, bags);
        try {
            joined((layout, row) -> aside.add(row));
            return Optional.of(aside);
        } catch (IOException | RuntimeException e) {
            aside.close();
            throw e;
        }
    }

    /// Hands out what operations and limits leave.
    ///
    /// @param aside what [#aside] gave
    void forEach(Optional<RowCombiner> aside, RowConsumer out) throws IOException {
        if (aside.isPresent()) {
            each(layout(), aside.get().sorted(), out);
            return;
        }
        for (Part p : parts) {
            each(p.layout, p.rows.sorted(), finished(out));
        }
    }

    private static void each(AggregateLayout layout, RowSource rows, RowConsumer out)
            throws IOException {
        long[] row = new long[layout.words()];
        while (rows.next(row)) {
            out.accept(layout, row);
        }
    }

    private RowConsumer finished(RowConsumer out) {
        return (layout, row) -> {
            arithmetic.multiply(layout, row);
            if (limits.accepts(layout, row)) {
                out.accept(layout, row);
            }
        };
    }

    private void joined(RowConsumer out) throws IOException {
        AggregateLayout layout = layout();
        RowSource rows = parts.getFirst().rows.sorted();
        for (Part next : parts.subList(1, parts.size())) {
            rows =
                    new JoinedRows(
                            rows,
                            next.rows.sorted(),
                            layout.keyWords(),
                            layout.words(),
                            (row, inFirst, other) ->
                                    inFirst && arithmetic.combine(layout, row, other));
        }
        each(layout, rows, finished(out));
    }

    @Override
    public void close() throws IOException {
        for (Part p : parts) {
            p.rows.close();
        }
    }
}
