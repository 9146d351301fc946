package dev.rearview.tools.kit;

import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowFiles;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Selection;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkWriter;
import dev.rearview.site.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The inputs of a command: operands, `--xargs`, standard input; `--print-filenames` and
/// `--copy-input`.
public final class FlowInputs {
    private final Env env;
    private Optional<String> xargs = Optional.empty();
    private boolean printNames;
    private Optional<String> copy = Optional.empty();
    private @Nullable SilkWriter copier;
    private final List<SilkHeader.Entry> history = new ArrayList<>();
    private boolean anyOpened;
    private Optional<Progress> progress;

    public FlowInputs(Env env) {
        this.env = env;
        this.progress = env.progress();
    }

    public void declareXargs(Options options) {
        options.optional(
                "xargs",
                "PATH",
                "Read the names of the input files from PATH or standard input",
                value -> {
                    if (xargs.isPresent()) {
                        throw new ToolException("--xargs is given twice");
                    }
                    xargs = Optional.of(value.isEmpty() ? "-" : value);
                });
    }

    public void declare(Options options) {
        declareXargs(options);
        declarePrintNames(options);
    }

    public void declarePrintNames(Options options) {
        options.flag(
                "print-filenames",
                "Print the name of each input file on standard error",
                () -> printNames = true);
    }

    public void declareCopy(Options options) {
        options.value(
                "copy-input",
                "PATH",
                "Copy all input flows to PATH, which may be standard output",
                value -> {
                    if (copy.isPresent()) {
                        throw new ToolException("--copy-input is given twice");
                    }
                    copy = Optional.of(value);
                });
    }

    /// Whether the names of inputs are printed.
    public boolean printsNames() {
        return printNames;
    }

    public boolean hasXargs() {
        return xargs.isPresent();
    }

    public Optional<String> copyPath() {
        return copy;
    }

    /// The names of the inputs; "-" stands for standard input.
    public List<String> names(List<String> operands) throws IOException {
        return names(operands, true);
    }

    /// @param defaultToStdin whether standard input is read when nothing is named
    public List<String> names(List<String> operands, boolean defaultToStdin) throws IOException {
        if (xargs.isPresent()) {
            if (!operands.isEmpty()) {
                throw new ToolException("--xargs does not go with file names");
            }
            return readNames(xargs.get());
        }
        if (operands.isEmpty() && defaultToStdin) {
            if (env.inIsTerminal()) {
                throw new ToolException("no input files, and standard input is a terminal");
            }
            return List.of("-");
        }
        return operands;
    }

    private List<String> readNames(String path) throws IOException {
        List<String> names = new ArrayList<>();
        try (BufferedReader reader = lines(env, path, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isEmpty()) {
                    names.add(line);
                }
            }
        }
        return names;
    }

    public static boolean isStdin(String name) {
        return name.equals("-") || name.equals("stdin");
    }

    /// Opens text, gunzipped where the name ends in `.gz`; "-" and "stdin" are standard input.
    public static InputStream text(Env env, String name) throws IOException {
        if (isStdin(name)) {
            return env.in();
        }
        InputStream in = Files.newInputStream(env.path(name));
        return SilkFile.mayBeGzip(name) ? SilkFile.gunzip(in) : in;
    }

    /// Opens text to be read by lines.
    public static BufferedReader lines(Env env, String name, Charset charset) throws IOException {
        return new BufferedReader(new InputStreamReader(text(env, name), charset));
    }

    /// Opens a SiLK file that is not flows, such as a set or a map.
    public static SilkFile silk(Env env, String name) throws IOException {
        if (isStdin(name)) {
            return SilkFile.open(env.in(), name, false);
        }
        return SilkFile.open(Files.newInputStream(env.path(name)), name, SilkFile.mayBeGzip(name));
    }

    /// Opens one input of flows.
    public FlowFile open(String name, Site site, Ipv6Policy policy) throws IOException {
        boolean fixIcmp =
                !env.variables().getOrDefault("SILK_ICMP_SPORT_HANDLER", "").equals("none");
        FlowFiles files = new FlowFiles(site, fixIcmp, policy);
        if (printNames) {
            env.err().println(name);
        }
        FlowFile file =
                isStdin(name)
                        ? files.open(env.in(), name)
                        : watched(files.open(env.path(name), name));
        for (SilkHeader.Entry entry : file.history()) {
            if (entry.id() == SilkHeader.ENTRY_INVOCATION || !anyOpened) {
                history.add(entry);
            }
        }
        anyOpened = true;
        return file;
    }

    /// Shows no progress: for a command that prints to the terminal while it reads.
    public void withoutProgress() {
        progress = Optional.empty();
    }

    /// A file whose flows are counted on the terminal. What comes through a pipe is not: there the
    /// command at the start of the pipeline shows its progress.
    private FlowFile watched(FlowFile file) {
        if (progress.isEmpty()) {
            return file;
        }
        Progress p = progress.get();
        p.file();
        FlowSource source = file.source();
        FlowSource counted =
                new FlowSource() {
                    @Override
                    public @Nullable FlowBatch next() throws IOException {
                        FlowBatch batch = source.next();
                        p.flows(batch == null ? 0 : batch.size());
                        return batch;
                    }

                    @Override
                    public void close() throws IOException {
                        source.close();
                    }
                };
        return new FlowFile(file.name(), counted, file.history());
    }

    /// Invocations of all inputs opened so far and annotations of the first.
    public List<SilkHeader.Entry> history() {
        return history;
    }

    /// What is done with each batch.
    @FunctionalInterface
    public interface BatchConsumer {
        /// @return false when no more batches are wanted
        boolean accept(FlowBatch batch) throws IOException;
    }

    /// Opens the copy of the input.
    ///
    /// @param textToStdout whether text goes to standard output, which then cannot take the copy
    public void startCopy(boolean textToStdout) throws IOException {
        if (copy.isEmpty()) {
            return;
        }
        if (OutputFiles.isStdout(copy.get()) && textToStdout) {
            throw new ToolException(
                    "--copy-input to standard output needs --output-path for the text");
        }
        copier =
                new SilkWriter(
                        OutputFiles.open(env, copy.get(), true),
                        new SilkWriter.Options(
                                false,
                                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN,
                                new CompressionOption(env).of(copy.get()),
                                env.silkVersion()),
                        List.of());
    }

    /// Reads all inputs in order. What is copied is read to its end whatever the consumer wants.
    ///
    /// @return whether all could be read; if not, a message has been printed
    public boolean forEach(List<String> names, Site site, Ipv6Policy policy, BatchConsumer consumer)
            throws IOException {
        boolean wanted = true;
        try {
            for (String name : names) {
                if (!wanted && copier == null) {
                    break;
                }
                try (FlowFile file = open(name, site, policy)) {
                    for (FlowBatch batch = file.source().next();
                            batch != null;
                            batch = file.source().next()) {
                        if (copier != null) {
                            copier.write(batch, Selection.all(batch.size()));
                        }
                        if (wanted) {
                            wanted = consumer.accept(batch);
                        }
                        if (!wanted && copier == null) {
                            break;
                        }
                    }
                } catch (dev.rearview.model.MalformedInputException
                        | java.nio.file.FileSystemException e) {
                    env.err().println(toolName() + ": " + Runner.describe(e));
                    return false;
                }
            }
            return true;
        } finally {
            if (copier != null) {
                copier.close();
            }
        }
    }

    private String toolName() {
        int blank = env.command().indexOf(' ');
        return blank < 0 ? env.command() : env.command().substring(0, blank);
    }
}
