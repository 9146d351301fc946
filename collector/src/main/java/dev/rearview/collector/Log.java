package dev.rearview.collector;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// A daemon's log in SiLK's line format. Safe for several threads.
public final class Log implements Closeable {
    /// Severities of syslog, the most severe first.
    public enum Level {
        EMERG,
        ALERT,
        CRIT,
        ERR,
        WARNING,
        NOTICE,
        INFO,
        DEBUG
    }

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);

    private final String program;
    private final Level level;
    private final String host;
    private final long pid = ProcessHandle.current().pid();
    private final @Nullable Path directory;
    private final String baseName;
    private @Nullable PrintStream out;
    private LocalDate day = LocalDate.now();

    private Log(
            String program,
            Level level,
            @Nullable PrintStream out,
            @Nullable Path directory,
            String baseName)
            throws IOException {
        this.program = program;
        this.level = level;
        this.out = out;
        this.directory = directory;
        this.baseName = baseName;
        this.host = host();
        if (directory != null) {
            this.out = open(dailyPath(directory));
        }
    }

    /// A log to a stream; null logs nothing.
    public static Log to(String program, Level level, @Nullable PrintStream out)
            throws IOException {
        return new Log(program, level, out, null, program);
    }

    /// A log to one file, appended to.
    public static Log toFile(String program, Level level, Path path) throws IOException {
        return new Log(program, level, open(path), null, program);
    }

    /// A log to `BASENAME-YYYYMMDD.log` in a directory; yesterday's file is gzipped.
    public static Log toDirectory(String program, Level level, Path directory, String baseName)
            throws IOException {
        return new Log(program, level, null, directory, baseName);
    }

    private static PrintStream open(Path path) throws IOException {
        return new PrintStream(
                Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8);
    }

    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    private Path dailyPath(Path dir) {
        return dir.resolve(baseName + "-" + day.format(DAY) + ".log");
    }

    public void log(Level severity, String message) {
        if (severity.compareTo(level) > 0) {
            return;
        }
        String line =
                STAMP.format(LocalDateTime.now())
                        + " "
                        + host
                        + " "
                        + program
                        + "["
                        + pid
                        + "]: "
                        + message;
        synchronized (this) {
            rotate();
            PrintStream stream = out;
            if (stream != null) {
                stream.println(line);
            }
        }
    }

    public void info(String message) {
        log(Level.INFO, message);
    }

    public void notice(String message) {
        log(Level.NOTICE, message);
    }

    public void warning(String message) {
        log(Level.WARNING, message);
    }

    public void error(String message) {
        log(Level.ERR, message);
    }

    private void rotate() {
        Path dir = directory;
        PrintStream stream = out;
        LocalDate today = LocalDate.now();
        if (dir == null || stream == null || today.equals(day)) {
            return;
        }
        Path old = dailyPath(dir);
        stream.close();
        day = today;
        try {
            out = open(dailyPath(dir));
            Path zipped = old.resolveSibling(old.getFileName() + ".gz");
            try (GZIPOutputStream gz = new GZIPOutputStream(Files.newOutputStream(zipped))) {
                Files.copy(old, gz);
            }
            Files.delete(old);
        } catch (IOException e) {
            System.err.println(program + ": cannot rotate the log: " + e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        if (out != null) {
            out.flush();
        }
    }
}
