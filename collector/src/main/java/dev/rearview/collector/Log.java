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
    private final @Nullable PathCommand afterRotation;
    private final @Nullable Process syslog;
    private final Commands commands = new Commands(this::warning);
    private @Nullable PrintStream out;
    private LocalDate day = LocalDate.now();
    private int facility;

    private Log(
            String program,
            Level level,
            @Nullable PrintStream out,
            @Nullable Path directory,
            String baseName,
            @Nullable PathCommand afterRotation,
            @Nullable Process syslog)
            throws IOException {
        this.program = program;
        this.level = level;
        this.out = out;
        this.directory = directory;
        this.baseName = baseName;
        this.afterRotation = afterRotation;
        this.syslog = syslog;
        this.host = host();
        if (directory != null) {
            this.out = open(dailyPath(directory));
        }
    }

    /// A log to a stream; null logs nothing.
    public static Log to(String program, Level level, @Nullable PrintStream out)
            throws IOException {
        return new Log(program, level, out, null, program, null, null);
    }

    /// A log to one file, appended to.
    public static Log toFile(String program, Level level, Path path) throws IOException {
        return new Log(program, level, open(path), null, program, null, null);
    }

    /// A log to `BASENAME-YYYYMMDD.log` in a directory.
    ///
    /// @param afterRotation run on yesterday's file; null to gzip it
    public static Log toDirectory(
            String program,
            Level level,
            Path directory,
            String baseName,
            @Nullable PathCommand afterRotation)
            throws IOException {
        return new Log(program, level, null, directory, baseName, afterRotation, null);
    }

    /// A log to the system's logger, through logger(1).
    ///
    /// @param facility syslog's number of the facility
    /// @param stderr whether messages go to standard error too
    public static Log toSyslog(String program, Level level, int facility, boolean stderr)
            throws IOException {
        Process logger =
                new ProcessBuilder(
                                "logger",
                                "--prio-prefix",
                                "--priority",
                                Integer.toString(facility * 8 + Level.NOTICE.ordinal()),
                                "--tag",
                                program + "[" + ProcessHandle.current().pid() + "]")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        PrintStream own = stderr ? System.err : null;
        Log log = new Log(program, level, own, null, program, null, logger);
        log.facility = facility;
        return log;
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
                        + oneLine(message);
        synchronized (this) {
            rotate();
            PrintStream stream = out;
            if (stream != null) {
                stream.println(line);
            }
            if (syslog != null) {
                system(syslog, severity, message);
            }
        }
    }

    /// A message as one line, whatever names of files it has in it.
    private static String oneLine(String message) {
        StringBuilder out = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c < ' ' || c == 0x7F) {
                out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private void system(Process logger, Level severity, String message) {
        String line = "<" + (facility * 8 + severity.ordinal()) + ">" + oneLine(message) + "\n";
        try {
            logger.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
            logger.getOutputStream().flush();
        } catch (IOException e) {
            System.err.println(program + ": the system's log takes no messages: " + line.strip());
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
            if (afterRotation == null) {
                // Whoever writes to the log must not wait for it.
                DaemonThreads.named("log-gzip").newThread(() -> pack(old)).start();
            } else {
                commands.run(afterRotation, old.toString());
            }
        } catch (IOException e) {
            System.err.println(program + ": cannot rotate the log: " + e.getMessage());
        }
    }

    private void pack(Path old) {
        try {
            gzip(old);
        } catch (IOException e) {
            warning("Cannot pack " + old + ": " + e.getMessage());
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
    public synchronized void close() throws IOException {
        if (out != null) {
            out.flush();
        }
        if (syslog != null) {
            syslog.getOutputStream().close();
        }
    }
}
