package dev.rearview.tools.exports;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.FlowSink;
import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.FlowConsumer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/// Makes one file of flows of files of exports: the part of it that does not depend on what exports
/// they are.
public final class Conversion {
    private final Env env;
    private final InputNames inputs;
    private final FlowOutput output;
    private final ConversionLog log;
    private boolean printStatistics;

    /// Reads inputs of one format.
    @FunctionalInterface
    public interface Reader {
        /// Reads an input to its end.
        ///
        /// @param name for messages
        /// @throws MalformedInputException when it is damaged; flows before the damage have been
        ///   handed out
        void read(InputStream in, String name, FlowConsumer out) throws IOException;
    }

    /// Tells which inputs the switches and operands name.
    @FunctionalInterface
    public interface Names {
        /// @throws ToolException where they contradict each other
        List<String> find() throws IOException;
    }

    public Conversion(Env env) {
        this.env = env;
        this.inputs = new InputNames(env);
        this.output = new FlowOutput(env, History.OWN);
        this.log = new ConversionLog(env);
    }

    public void declare(Options options) {
        options.flag(
                "print-statistics",
                "Print on standard error how many flows were written",
                () -> printStatistics = true);
        log.declare(options);
        inputs.declare(options);
        output.declare(
                options,
                "silk-output",
                "Write the flows to PATH instead of standard output; Parquet if it ends in .parquet");
    }

    /// The names of inputs, of which standard input is one where nothing is named.
    public Names namedOrStdin(List<String> operands) {
        return () -> inputs.of(operands);
    }

    /// The names of inputs, of which there has to be one.
    public Names named(List<String> operands) {
        return () -> {
            if (!inputs.isGiven(operands)) {
                throw new ToolException("no input files");
            }
            return inputs.named(operands);
        };
    }

    public ConversionLog log() {
        return log;
    }

    /// Reads all inputs. One that cannot be opened ends that, one that is damaged does not.
    ///
    /// @return exit status
    public int run(Names names, Reader reader) throws IOException {
        List<String> found = List.of();
        IOException unreadable = null;
        try {
            found = names.find();
        } catch (IOException e) {
            unreadable = e;
        }
        if (log.isStdout() && output.isStdout()) {
            throw new ToolException(
                    "--log-destination and the flows cannot both go to standard output");
        }
        int status;
        long written;
        // The header goes out first: whatever goes wrong, what is there is a file of flows.
        try (FlowSink sink = output.open(List.of())) {
            if (unreadable != null) {
                throw unreadable;
            }
            log.open();
            try (log) {
                status = all(found, reader, sink);
            }
            written = sink.written();
        }
        if (printStatistics) {
            env.tell("Wrote " + written + " records to '" + output.path() + "'");
        }
        return status;
    }

    private int all(List<String> names, Reader reader, FlowSink sink) throws IOException {
        FlowConsumer out =
                (record, counters) -> {
                    try {
                        sink.write(record);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
        int status = 0;
        int number = 0;
        for (String name : names) {
            number++;
            log.begin("input%04d".formatted(number));
            boolean good = Inputs.read(env, name, in -> reader.read(in, name, out));
            status = good ? status : 1;
        }
        return status;
    }
}
