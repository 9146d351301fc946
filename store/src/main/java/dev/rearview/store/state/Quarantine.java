package dev.rearview.store.state;

import dev.rearview.store.disk.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;

/// The directory `.rearview/quarantine`: what cannot be explained or is damaged is moved there,
/// told of, and never deleted.
public final class Quarantine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Path root;
    private final Path directory;
    private final Consumer<String> notices;

    public Quarantine(Path root, Consumer<String> notices) {
        this.root = root;
        this.directory = root.resolve(StateDirectory.NAME).resolve(StateDirectory.QUARANTINE);
        this.notices = notices;
    }

    /// Tells what happened to a file or directory.
    public void tell(Path what, String why) {
        notices.accept(name(what) + ": " + why);
    }

    private String name(Path what) {
        return what.startsWith(root) ? root.relativize(what).toString() : what.toString();
    }

    /// Moves a file here.
    ///
    /// @param kind what it is, for its name here: `WHAT-TIME-NAME`
    /// @param why for the notice
    /// @return where it is now
    public Path take(String kind, Path file, String why) throws IOException {
        RegularFile.makeDirectory(directory);
        String name = kind + "-" + TIME.format(Instant.now()) + "-" + file.getFileName();
        Path target = directory.resolve(name);
        for (int i = 1; Files.exists(target); i++) {
            target = directory.resolve(name + "." + i);
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        notices.accept(name(file) + ": " + why + "; moved to " + name(target));
        return target;
    }
}
