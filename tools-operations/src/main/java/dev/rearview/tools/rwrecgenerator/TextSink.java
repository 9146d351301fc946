package dev.rearview.tools.rwrecgenerator;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.filter.References;
import dev.rearview.kit.fields.FieldText;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.text.Table;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Prints flows as rwcut does.
final class TextSink implements Closeable {
    private final OutputStream out;
    private final List<FieldText> fields;
    private final List<Evaluator> evaluators;
    private final Table table;
    private final FlowBatch batch = FlowBatch.allocate(1);
    private final long[][] columns;
    private final StringBuilder cell = new StringBuilder();

    /// @param out closed with this
    TextSink(OutputStream out, List<FieldText> fields, Table.Layout layout) throws IOException {
        this.out = out;
        this.fields = fields;
        List<Expr> values = fields.stream().map(f -> f.field().value()).toList();
        this.evaluators = new Compiler(References.NONE).evaluators(values);
        this.columns = new long[Evaluator.words(evaluators)][1];
        this.table =
                new Table(
                        out,
                        layout,
                        fields.stream()
                                .map(f ->
                                        new Table.Heading(
                                                f.field().name(), f.width(), f.isNumeric()))
                                .toList());
        table.titles();
    }

    void write(FlowRecord r) {
        batch.reset();
        batch.add(r);
        Evaluator.evaluate(evaluators, batch, columns);
        int at = 0;
        for (FieldText f : fields) {
            cell.setLength(0);
            long second = f.words() > 1 ? columns[at + 1][0] : 0;
            f.print(columns[at][0], second, r.isIpv6(), cell);
            at += f.words();
            table.cell(cell);
        }
        table.endRow();
    }

    @Override
    public void close() throws IOException {
        table.finish();
        out.close();
    }
}
