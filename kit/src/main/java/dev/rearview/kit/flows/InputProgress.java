package dev.rearview.kit.flows;

import dev.rearview.engine.run.Attendant;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Progress;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Shows on the terminal how far the reading of inputs has come.
final class InputProgress {
    private final Env env;
    private Optional<Progress> progress;

    /// Whether the flows of the input opened last are counted. What comes through a pipe is not:
    /// there the command at the start of the pipeline shows its progress.
    private volatile boolean isShown;

    InputProgress(Env env) {
        this.env = env;
        this.progress = env.progress();
    }

    /// For a command that prints to the terminal while it reads.
    void hide() {
        progress = Optional.empty();
    }

    void expect(Attendant.NameList names) {
        progress.ifPresent(p -> p.expect(() -> sizes(names)));
    }

    /// Octets of all files, negative where those of one are not known.
    private long sizes(Attendant.NameList names) {
        List<String> found;
        try {
            found = names.find();
        } catch (IOException e) {
            // The reading tells of it.
            return -1;
        }
        long sum = 0;
        for (String name : found) {
            long size = size(name);
            if (size < 0) {
                return -1;
            }
            sum += size;
        }
        return sum;
    }

    /// Octets of a regular file, negative where they are not known.
    private long size(String name) {
        try {
            Path path = env.path(name);
            return !InputFiles.isStdin(name) && Files.isRegularFile(path) ? Files.size(path) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    InputStream counted(InputStream in) {
        return progress.map(p -> p.counted(in)).orElse(in);
    }

    void opened(FlowFile file) {
        isShown = !InputFiles.isStdin(file.name());
        if (isShown) {
            progress.ifPresent(p -> started(p, file));
        }
    }

    private void started(Progress p, FlowFile file) {
        long rows = file.source() instanceof ParquetReader parquet ? parquet.rows() : 0;
        p.file(Math.max(0, size(file.name())), rows);
        p.startTicking();
    }

    RowConsumer watched(RowConsumer consumer) {
        if (progress.isEmpty()) {
            return consumer;
        }
        Progress p = progress.get();
        return (batch, rows) -> {
            p.flows(isShown ? batch.size() : 0);
            return consumer.accept(batch, rows);
        };
    }

    /// A file whose flows are counted, and that ends when the run is cancelled, for commands that
    /// ask for flows.
    FlowFile watched(FlowFile file, boolean counts) {
        FlowSource source = file.source();
        FlowSource counted =
                new FlowSource() {
                    @Override
                    public @Nullable FlowBatch next() throws IOException {
                        env.context().check();
                        FlowBatch batch = source.next();
                        if (batch != null && counts) {
                            progress.ifPresent(p -> p.flows(batch.size()));
                        }
                        return batch;
                    }

                    @Override
                    public void close() throws IOException {
                        source.close();
                    }
                };
        return new FlowFile(file.name(), counted, file.history());
    }

    void allRead() {
        progress.ifPresent(Progress::allRead);
    }
}
