package dev.rearview.tools.exports;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The log of a command that makes flows of files of exports, which nobody may want.
public final class ConversionLog implements Closeable {
    private static final String NOWHERE = "none";

    private final Env env;
    private String destination = NOWHERE;
    private Optional<String> flagList = Optional.empty();
    private Set<LogFlag> flags = EnumSet.noneOf(LogFlag.class);
    private @Nullable OutputStream out;
    private String input = "";

    ConversionLog(Env env) {
        this.env = env;
    }

    void declare(Options options) {
        options.value(
                        "log-destination",
                        "DEST",
                        "Write more on what is read to DEST: stdout, stderr, none (the default) or a"
                                + " file, to which it is added",
                        value -> destination = SwitchValues.notEmpty(value, "destination"))
                .once()
                .words(() -> List.of(NOWHERE, "stdout", "stderr"));
        options.value(
                        "log-flags",
                        "FLAGS",
                        "What else to write there: a list of all, default, none (the default), bad,"
                                + " missing, record-timestamps, sampling, show-templates",
                        value -> flagList = Optional.of(value))
                .once()
                .words(LogFlag::words);
    }

    boolean isStdout() {
        return destination.equals("stdout");
    }

    /// Opens it. A file that cannot be written loses nothing but the log, which then goes to
    /// standard error.
    void open() {
        try {
            flags = flagList.map(LogFlag::parse).orElse(flags);
        } catch (IllegalArgumentException e) {
            throw new ToolException(
                    "invalid --log-flags '" + flagList.orElse("") + "': " + e.getMessage());
        }
        out =
                switch (destination) {
                    case NOWHERE -> null;
                    case "stdout" -> OutputFiles.unclosed(env.out());
                    case "stderr" -> OutputFiles.unclosed(env.err());
                    default -> file();
                };
    }

    private OutputStream file() {
        try {
            return new BufferedOutputStream(
                    Files.newOutputStream(
                            env.path(destination),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND));
        } catch (IOException e) {
            env.tell("cannot write the log: " + Runner.describe(e) + "; it follows here");
            return OutputFiles.unclosed(env.err());
        }
    }

    /// Adds a flag to those that the switch gives.
    public void add(LogFlag flag) {
        Set<LogFlag> more = EnumSet.of(flag);
        more.addAll(flags);
        flags = more;
    }

    /// Whether anybody wants it.
    public boolean isOpen() {
        return out != null;
    }

    /// Whether there is a log and what a flag stands for is written to it.
    public boolean has(LogFlag flag) {
        return out != null && flags.contains(flag);
    }

    /// Says which input the lines to come are about.
    void begin(String name) {
        input = name;
    }

    /// Writes a line on the input in hand.
    public void ofInput(String text) {
        line("'" + input + "': " + text);
    }

    /// Writes a line.
    public void line(String text) {
        OutputStream to = out;
        if (to == null) {
            return;
        }
        try {
            to.write((env.toolName() + ": " + text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
