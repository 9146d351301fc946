package dev.rearview.kit.flows;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Field;
import dev.rearview.model.FlowSink;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `--copy-input`: what is copied is read to its end whatever the command wants of it.
public final class InputCopy {
    private final Env env;
    private Optional<String> path = Optional.empty();
    private @Nullable FlowSink sink;

    InputCopy(Env env) {
        this.env = env;
    }

    void declare(Options options) {
        options.value(
                        "copy-input",
                        "PATH",
                        "Copy all input flows to PATH, which may be standard output",
                        value -> path = Optional.of(value))
                .once();
    }

    /// Opens the copy, once it is known that the text can be written.
    public void start(TableOptions text) throws IOException {
        text.checkNew();
        start(text.isStdout());
    }

    /// Opens the copy.
    ///
    /// @param textToStdout whether text goes to standard output, which then cannot take the copy
    public void start(boolean textToStdout) throws IOException {
        if (path.isEmpty()) {
            return;
        }
        if (OutputFiles.isStdout(path.get()) && textToStdout) {
            throw new ToolException(
                    "--copy-input to standard output needs --output-path for the text");
        }
        sink = FlowOutput.sink(env, path.get(), new CompressionOption(env), List.of());
    }

    /// Flows that are copied on their way, where that is wanted.
    FlowPlan of(FlowPlan flows) {
        return path.isPresent() ? new FlowPlan.Copy(flows, path.get()) : flows;
    }

    /// Copies what a consumer is given.
    RowConsumer before(RowConsumer consumer) {
        FlowSink to = sink;
        if (to == null) {
            return consumer;
        }
        boolean[] wanted = {true};
        return (batch, rows) -> {
            batch.load(Field.all());
            to.write(batch, rows);
            wanted[0] = wanted[0] && consumer.accept(batch, rows);
            return true;
        };
    }

    void close() throws IOException {
        if (sink != null) {
            sink.close();
        }
    }
}
