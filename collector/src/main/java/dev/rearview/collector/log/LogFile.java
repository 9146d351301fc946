package dev.rearview.collector.log;

import dev.rearview.collector.commands.Commands;
import dev.rearview.collector.commands.PathCommand;
import dev.rearview.ingest.DaemonThreads;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The file of a log: one, or one a day in a directory, of which yesterday's is packed. Its caller
/// lets one thread at a time write.
final class LogFile implements Closeable {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);

    private final Path place;
    private final Optional<String> dailyName;
    private final @Nullable PathCommand afterRotation;

    /// What went wrong beside writing, to be logged.
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();

    private final Commands commands = new Commands(troubles::add);
    private LocalDate day = LocalDate.now();
    private PrintStream out;

    private LogFile(Path place, Optional<String> dailyName, @Nullable PathCommand afterRotation)
            throws IOException {
        this.place = place;
        this.dailyName = dailyName;
        this.afterRotation = afterRotation;
        this.out = open(path());
    }

    /// One file, appended to.
    static LogFile single(Path path) throws IOException {
        return new LogFile(path, Optional.empty(), null);
    }

    /// `BASENAME-YYYYMMDD.log` in a directory.
    ///
    /// @param afterRotation run on yesterday's file; null to gzip it
    static LogFile daily(Path directory, String baseName, @Nullable PathCommand afterRotation)
            throws IOException {
        return new LogFile(directory, Optional.of(baseName), afterRotation);
    }

    private Path path() {
        return dailyName
                .map(name -> place.resolve(name + "-" + day.format(DAY) + ".log"))
                .orElse(place);
    }

    private static PrintStream open(Path path) throws IOException {
        return new PrintStream(
                Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8);
    }

    void println(String line) {
        rotate();
        out.println(line);
    }

    /// What went wrong with packing since the last call.
    List<String> takeTroubles() {
        List<String> taken = new ArrayList<>();
        for (String t = troubles.poll(); t != null; t = troubles.poll()) {
            taken.add(t);
        }
        return taken;
    }

    /// Opens what has the file's name now, or makes it.
    ///
    /// @throws IOException if that fails; what was open stays so
    void reopen() throws IOException {
        PrintStream fresh = open(path());
        out.close();
        out = fresh;
    }

    private void rotate() {
        LocalDate today = LocalDate.now();
        if (dailyName.isEmpty() || today.equals(day)) {
            return;
        }
        Path old = path();
        day = today;
        try {
            reopen();
            if (afterRotation == null) {
                // Whoever writes to the log must not wait for it.
                DaemonThreads.named("log-gzip").newThread(() -> pack(old)).start();
            } else {
                commands.run(afterRotation, old.toString());
            }
        } catch (IOException e) {
            troubles.add("Cannot rotate the log, yesterday's is written on: " + e.getMessage());
        }
    }

    private void pack(Path old) {
        try {
            gzip(old);
        } catch (IOException e) {
            troubles.add("Cannot pack " + old + ": " + e.getMessage());
        }
    }

    private static void gzip(Path old) throws IOException {
        Path temporary = old.resolveSibling("." + old.getFileName() + ".gz");
        try (GZIPOutputStream gz = new GZIPOutputStream(Files.newOutputStream(temporary))) {
            Files.copy(old, gz);
        }
        Files.move(temporary, old.resolveSibling(old.getFileName() + ".gz"));
        Files.delete(old);
    }

    @Override
    public void close() {
        out.close();
    }
}
