package dev.rearview.kit.flows;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowSink;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkReader;
import dev.rearview.silk.SilkWriter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// One input, and an output that is like it: in the same format, version and compression, with the
/// same entries in its header. For commands whose operands are the two.
public final class Rewriting {
    private final Env env;
    private final Inputs inputs;
    private final InputNames names;

    public Rewriting(Env env, SiteOption site) {
        this.env = env;
        this.inputs = new Inputs(env, site);
        this.names = new InputNames(env);
    }

    public FlowInputs inputs() {
        return inputs;
    }

    /// The query of operands.
    ///
    /// @param change what is done with the flows
    public Query query(List<String> operands, UnaryOperator<FlowPlan> change) throws IOException {
        if (operands.size() > 2) {
            throw new ToolException("Too many arguments: '" + operands.get(2) + "'");
        }
        String input = operands.isEmpty() ? names.of(operands).getFirst() : operands.getFirst();
        String output = operands.size() < 2 ? "-" : operands.get(1);
        return new Query(change.apply(inputs.plan(List.of(input))), new Product.Flows(output));
    }

    /// Writes the flows of a query. The output is opened when the first of them come or all have
    /// been read: where the input is none nothing is written.
    ///
    /// @param isBigEndian the output's byte order by that of the input
    /// @param notes entries behind those of the input
    /// @return exit status
    public int run(Query query, UnaryOperator<Boolean> isBigEndian, List<SilkHeader.Entry> notes)
            throws IOException {
        String path = query.product(Product.Flows.class).path();
        OutputFiles.checkNoTerminal(env, path);
        OutputFiles.checkNew(env, path);
        FlowStream flows = inputs.execution().open(query.flows());
        try (Output out = new Output(path, isBigEndian, notes)) {
            return out.writeAll(flows) && out.isWhole() ? 0 : 1;
        }
    }

    /// Whether the flows of a query would go to standard output.
    public boolean isStdout(Query query) {
        return OutputFiles.isStdout(query.product(Product.Flows.class).path());
    }

    /// The flows of a query that would go to standard output, for the next command of this process.
    ///
    /// @param isBigEndian the output's byte order by that of the input
    /// @param notes entries behind those of the input
    public Handover handover(
            Query query, UnaryOperator<Boolean> isBigEndian, List<SilkHeader.Entry> notes)
            throws IOException {
        String path = query.product(Product.Flows.class).path();
        return new Handover(
                query.flows(),
                inputs.execution().open(query.flows()),
                () -> header(path, isBigEndian, notes),
                Handover.Conclusion.NONE,
                () -> 0);
    }

    private SilkHeader header(
            String path, UnaryOperator<Boolean> isBigEndian, List<SilkHeader.Entry> notes) {
        if (inputs.reader.isPresent()) {
            SilkReader in = inputs.reader.get();
            boolean big = isBigEndian.apply(in.header().isBigEndian());
            return in.renewed(big, env.silkVersion(), notes);
        }
        // Flows of another format, or handed on in this process, as if they came from a pipe.
        boolean isNativeBig = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
        return SilkWriter.header(
                isBigEndian.apply(isNativeBig),
                new FileSettings(new CompressionOption(env).of(path), env.silkVersion(), notes));
    }

    /// Remembers what the input is.
    private static final class Inputs extends FlowInputs {
        private Optional<SilkReader> reader = Optional.empty();

        Inputs(Env env, SiteOption site) {
            super(env, site);
        }

        @Override
        public void opened(FlowFile file) {
            super.opened(file);
            if (file.source() instanceof SilkReader silk) {
                reader = Optional.of(silk);
            }
        }
    }

    private final class Output extends LateSink {
        private final String path;
        private final UnaryOperator<Boolean> isBigEndian;
        private final List<SilkHeader.Entry> notes;
        private final LeftOut leftOut = new LeftOut();

        Output(String path, UnaryOperator<Boolean> isBigEndian, List<SilkHeader.Entry> notes) {
            this.path = path;
            this.isBigEndian = isBigEndian;
            this.notes = notes;
        }

        @Override
        FlowSink open() throws IOException {
            if (path.endsWith(".parquet")) {
                return FlowOutput.sink(env, path, new CompressionOption(env), notes);
            }
            return SilkWriter.of(
                    OutputFiles.openLarge(env, path), header(path, isBigEndian, notes), leftOut);
        }

        /// Whether all flows have been written; says so where they have not.
        boolean isWhole() {
            return leftOut.isNone(env, path);
        }
    }
}
