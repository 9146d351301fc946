package dev.rearview.store.state;

import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The directory `.rearview/quarantine`: what cannot be explained or is damaged is moved there,
/// told of, and never deleted.
public final class Quarantine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// The kind of files with flows.
    public static final String FLOWS = "parquet";

    /// What names of hourly files have in common.
    private static final Pattern HOUR = Pattern.compile("_(\\d{8}\\.\\d{2})");

    private static final DateTimeFormatter NAMED_HOUR =
            DateTimeFormatter.ofPattern("yyyyMMdd.HHmm", Locale.ROOT);

    private final Path root;
    private final Path directory;
    private final Consumer<String> notices;

    public Quarantine(Path root, Consumer<String> notices) {
        this.root = root;
        this.directory = StateDirectory.quarantine(root);
        this.notices = notices;
    }

    /// How many files with flows of a stretch of hours lie here, by their names.
    ///
    /// @param fromMs begin, milliseconds since 1970
    /// @param toMs end, exclusive
    public static int count(Path root, long fromMs, long toMs) throws IOException {
        int count = 0;
        for (Path p : Disk.list(StateDirectory.quarantine(root))) {
            String name = p.getFileName().toString();
            Matcher m = HOUR.matcher(name);
            if (name.startsWith(FLOWS + "-") && m.find()) {
                long ms = ms(m.group(1));
                count += ms >= fromMs && ms < toMs ? 1 : 0;
            }
        }
        return count;
    }

    private static long ms(String hour) {
        try {
            LocalDateTime at = LocalDateTime.parse(hour + "00", NAMED_HOUR);
            return at.toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException e) {
            return Long.MIN_VALUE;
        }
    }

    /// Tells what happened to a file or directory.
    public void tell(Path what, String why) {
        notices.accept(name(what) + ": " + why);
    }

    private String name(Path what) {
        return what.startsWith(root) ? root.relativize(what).toString() : what.toString();
    }

    /// What a file is called here: `WHAT-TIME-NAME`.
    public static String nameOf(String kind, String file) {
        return kind + "-" + TIME.format(Instant.now()) + "-" + file;
    }

    /// Moves a file here, of which its caller tells.
    ///
    /// @param kind what it is, for its name here
    /// @return where it is now
    public Path put(String kind, Path file) throws IOException {
        RegularFile.makeDirectory(directory);
        String name = nameOf(kind, String.valueOf(file.getFileName()));
        Path target = Disk.freePlace(directory, name);
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
    }

    /// Moves a file here and tells of it.
    ///
    /// @param kind what it is, for its name here
    /// @param why for the notice
    /// @return where it is now
    public Path take(String kind, Path file, String why) throws IOException {
        Path target = put(kind, file);
        notices.accept(name(file) + ": " + why + "; moved to " + name(target));
        return target;
    }
}
