package dev.rearview.store.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Files that are there as a whole or not at all, whatever happens to the process or the power.
public final class Disk {
    private Disk() {}

    private static final String TEMPORARY = ".tmp";

    /// Writes what a file is to hold.
    @FunctionalInterface
    public interface Content {
        /// @param file may be closed
        void writeTo(OutputStream file) throws IOException;
    }

    /// Whether a name is one that a file has while it is written.
    public static boolean isTemporary(String name) {
        return name.matches(
                "\\..*\\.(parquet|manifest|catalog|journal|raw|state)" + Pattern.quote(TEMPORARY));
    }

    /// Puts a file in place: written under another name, forced to the disk, renamed. If that fails
    /// what stood there before is untouched and nothing is left behind.
    public static void replace(Path target, Content content) throws IOException {
        replaceUnsynced(target, content);
        syncParent(target);
    }

    /// As [#replace], but its place in the directory is safe only once [#sync] was called for that.
    public static void replaceUnsynced(Path target, Content content) throws IOException {
        replace(target, content, true);
    }

    /// As [#replace], but nothing is forced to the disk: for what costs little where a power cut
    /// takes it.
    public static void replaceUnforced(Path target, Content content) throws IOException {
        replace(target, content, false);
    }

    private static void replace(Path target, Content content, boolean force) throws IOException {
        Path temporary = target.resolveSibling("." + target.getFileName() + TEMPORARY);
        // Left by a process that was killed; a link there must lead nowhere.
        Files.deleteIfExists(temporary);
        try {
            try (OutputStream out =
                    Files.newOutputStream(
                            temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(out);
            }
            if (force) {
                force(temporary);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            channel.force(true);
        }
    }

    /// Moves a file, copying it where its place is on another disk; where that is interrupted, both
    /// may be there, and it may be done again. Its place is safe only once [#sync] was called.
    public static void place(Path file, Path target) throws IOException {
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            replaceUnsynced(target, out -> Files.copy(file, out));
            Files.delete(file);
        }
    }

    /// What is in a directory, in no order; nothing where there is none.
    ///
    /// @throws IOException if it is there and cannot be read
    public static List<Path> list(Path directory) throws IOException {
        List<Path> out = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            all.forEach(out::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return out;
    }

    /// A place in a directory that nothing has yet: that of a name, or of the name and a number.
    public static Path freePlace(Path directory, String name) {
        Path place = directory.resolve(name);
        for (int i = 1; Files.exists(place); i++) {
            place = directory.resolve(name + "." + i);
        }
        return place;
    }

    /// Octets of a file, 0 if it is gone.
    public static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /// Forces the place of a file in its directory to the disk.
    public static void syncParent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    /// Forces a directory to the disk: the names of its files.
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        }
    }
}
