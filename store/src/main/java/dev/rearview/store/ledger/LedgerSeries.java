package dev.rearview.store.ledger;

import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.state.StateDirectory;
import dev.rearview.text.TimeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The directory of the series: a file of lines for each day, UTC,
/// `.rearview/ledger/YYYY-MM-DD.tsv`. One process appends, any may read. Each line has a checksum
/// of its own, so that what a power cut leaves of the last one, or damage in the middle, costs that
/// line alone.
public final class LedgerSeries {
    private static final String SUFFIX = ".tsv";

    private final Path directory;

    private LedgerSeries(Path directory) {
        this.directory = directory;
    }

    /// The series of a repository, whether or not there is one yet.
    public static LedgerSeries of(Path root) {
        return new LedgerSeries(StateDirectory.series(root));
    }

    /// Whether a day has a file yet.
    public boolean hasDay(long ms) {
        return Files.exists(file(day(ms)), LinkOption.NOFOLLOW_LINKS);
    }

    /// Appends periods, each to the file of the day in which it began.
    ///
    /// @param periods of one day
    public void append(List<LedgerPeriod> periods) throws IOException {
        if (periods.isEmpty()) {
            return;
        }
        RegularFile.makeDirectory(directory);
        Path file = file(day(periods.getFirst().startMs()));
        StringBuilder text = new StringBuilder();
        if (endsWithinALine(file)) {
            text.append('\n');
        }
        for (LedgerPeriod p : periods) {
            text.append(p.line());
        }
        try (OutputStream out =
                Files.newOutputStream(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        LinkOption.NOFOLLOW_LINKS)) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Whether a process was killed, or the disk full, within a line.
    private static boolean endsWithinALine(Path file) throws IOException {
        try {
            long size = RegularFile.checkOwn(file).size();
            if (size == 0) {
                return false;
            }
            try (SeekableByteChannel in = Files.newByteChannel(file)) {
                ByteBuffer last = ByteBuffer.allocate(1);
                in.position(size - 1).read(last);
                return last.get(0) != '\n';
            }
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Hands out what is told of a window, in the order in which it was written: periods that began
    /// in it, and before them what was said of probes since their days began.
    ///
    /// @param fromMs the window's begin
    /// @param toMs its end, exclusive
    /// @return lines that are damaged
    /// @throws IOException if a file cannot be read
    public long read(long fromMs, long toMs, Consumer<LedgerPeriod> to) throws IOException {
        long damaged = 0;
        for (LocalDate day : days()) {
            long beginMs = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
            if (beginMs >= toMs || beginMs + TimeText.DAY_MS <= fromMs) {
                continue;
            }
            damaged += read(file(day), fromMs, toMs, to);
        }
        return damaged;
    }

    private static long read(Path file, long fromMs, long toMs, Consumer<LedgerPeriod> to)
            throws IOException {
        try {
            RegularFile.checkOwn(file);
        } catch (NoSuchFileException e) {
            // Let go of since the directory was listed.
            return 0;
        }
        long damaged = 0;
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(file), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            while (next(in, line)) {
                LedgerPeriod period = parsed(line);
                if (period == null) {
                    damaged++;
                } else if (period.startMs() < toMs
                        && (period.startMs() >= fromMs || !period.sensors().isEmpty())) {
                    to.accept(period);
                }
            }
        }
        return damaged;
    }

    private static @Nullable LedgerPeriod parsed(CharSequence line) {
        try {
            return LedgerPeriod.parse(line.toString());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Reads a line, of which no more is kept than a line may have.
    private static boolean next(BufferedReader in, StringBuilder line) throws IOException {
        line.setLength(0);
        int c = in.read();
        if (c < 0) {
            return false;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() < LedgerPeriod.MAX_CHARS) {
                line.append((char) c);
            }
        }
        return true;
    }

    /// The days that have a file, ascending.
    public List<LocalDate> days() throws IOException {
        List<LocalDate> out = new ArrayList<>();
        for (Path p : Disk.list(directory)) {
            String name = p.getFileName().toString();
            try {
                if (name.endsWith(SUFFIX)) {
                    out.add(LocalDate.parse(name.substring(0, name.length() - SUFFIX.length())));
                }
            } catch (DateTimeException e) {
                // Somebody else's file.
            }
        }
        Collections.sort(out);
        return out;
    }

    /// Lets go of days.
    ///
    /// @param before the first day that stays
    /// @return how many are gone
    public int expire(LocalDate before) throws IOException {
        int gone = 0;
        for (LocalDate day : days()) {
            if (day.isBefore(before) && Files.deleteIfExists(file(day))) {
                gone++;
            }
        }
        return gone;
    }

    private static LocalDate day(long ms) {
        return LocalDate.ofEpochDay(Math.floorDiv(ms, TimeText.DAY_MS));
    }

    private Path file(LocalDate day) {
        return directory.resolve(day + SUFFIX);
    }
}
