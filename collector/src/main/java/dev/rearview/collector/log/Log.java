package dev.rearview.collector.log;

import dev.rearview.collector.commands.PathCommand;
import dev.rearview.ingest.Notices;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A daemon's log in SiLK's line format. Safe for several threads.
public final class Log implements Notices, Closeable {
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

    private final String program;
    private final Level level;
    private final String host = host();
    private final long pid = ProcessHandle.current().pid();
    private final @Nullable PrintStream stream;
    private final @Nullable LogFile file;
    private final @Nullable SystemLog system;

    private Log(
            String program,
            Level level,
            @Nullable PrintStream stream,
            @Nullable LogFile file,
            @Nullable SystemLog system) {
        this.program = program;
        this.level = level;
        this.stream = stream;
        this.file = file;
        this.system = system;
    }

    /// A log to a stream; null logs nothing.
    public static Log to(String program, Level level, @Nullable PrintStream out) {
        return new Log(program, level, out, null, null);
    }

    /// A log to one file, appended to.
    public static Log toFile(String program, Level level, Path path) throws IOException {
        return new Log(program, level, null, LogFile.single(path), null);
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
        LogFile file = LogFile.daily(directory, baseName, afterRotation);
        return new Log(program, level, null, file, null);
    }

    /// A log to the system's logger.
    ///
    /// @param facility syslog's number of the facility
    /// @param stderr where messages go too, and where it is told if the system takes none
    /// @param both whether messages go to standard error anyway
    public static Log toSyslog(
            String program, Level level, int facility, PrintStream stderr, boolean both)
            throws IOException {
        String tag = program + "[" + ProcessHandle.current().pid() + "]";
        SystemLog system = SystemLog.start(tag, facility, stderr, both);
        return new Log(program, level, both ? stderr : null, null, system);
    }

    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    public void log(Level severity, String message) {
        if (severity.compareTo(level) > 0) {
            return;
        }
        String text = oneLine(message);
        String tagged = program + "[" + pid + "]: " + text;
        synchronized (this) {
            if (system != null) {
                if (stream != null) {
                    stream.println(tagged);
                }
                system.write(severity, text);
                return;
            }
            String line = STAMP.format(LocalDateTime.now()) + " " + host + " " + tagged;
            if (stream != null) {
                stream.println(line);
            }
            if (file != null) {
                file.println(line);
                file.takeTroubles().forEach(t -> log(Level.WARNING, t));
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

    @Override
    public void info(String message) {
        log(Level.INFO, message);
    }

    @Override
    public void notice(String message) {
        log(Level.NOTICE, message);
    }

    @Override
    public void warning(String message) {
        log(Level.WARNING, message);
    }

    @Override
    public void error(String message) {
        log(Level.ERR, message);
    }

    /// Opens the log's file anew, as somebody has renamed it. Where that fails the old one is
    /// written on.
    public void reopen() {
        if (file == null) {
            return;
        }
        try {
            synchronized (this) {
                file.reopen();
            }
        } catch (IOException e) {
            error("Cannot open the log anew, this file is written on: " + e.getMessage());
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (stream != null) {
            stream.flush();
        }
        if (file != null) {
            file.close();
        }
        if (system != null) {
            system.close();
        }
    }
}
