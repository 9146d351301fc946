package dev.rearview.store.disk;

import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// What files of a repository have to be before they are opened. A FIFO in the place of one would
/// keep whoever opens it waiting for ever, a device may give octets without end.
public final class RegularFile {
    private RegularFile() {}

    /// Refuses what is no regular file, before it is opened. A link to a regular file is one: data
    /// is linked to other disks.
    ///
    /// @return the file's attributes
    /// @throws NoSuchFileException if it is not there
    /// @throws MalformedInputException if it is a FIFO or the like
    /// @throws IOException if it is a directory, which may hold what somebody needs
    public static BasicFileAttributes check(Path file) throws IOException {
        return checked(file, Files.readAttributes(file, BasicFileAttributes.class));
    }

    /// As [#check], and refuses links too: for what one process owns and writes.
    public static BasicFileAttributes checkOwn(Path file) throws IOException {
        return checked(
                file,
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }

    private static BasicFileAttributes checked(Path file, BasicFileAttributes found)
            throws IOException {
        if (found.isDirectory()) {
            throw new IOException(file + ": is a directory, no regular file");
        }
        if (!found.isRegularFile()) {
            String kind =
                    found.isSymbolicLink()
                            ? "a symbolic link, which is not followed"
                            : "a FIFO, socket or device";
            throw new MalformedInputException(
                    file.toString(), -1, "", "is " + kind + ", no regular file");
        }
        return found;
    }

    /// Makes a directory and those above it, unless it is there.
    ///
    /// @throws IOException that says what stands in its place
    public static void makeDirectory(@Nullable Path directory) throws IOException {
        if (directory == null) {
            return;
        }
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException e) {
            String place = e.getFile() == null ? directory.toString() : e.getFile();
            String what =
                    Files.isSymbolicLink(Path.of(place))
                            ? "a symbolic link that leads to no directory"
                            : "no directory";
            throw new IOException(
                    place + ": is " + what + "; the repository needs a directory there", e);
        }
    }

    /// What is done in a directory.
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    /// Makes a directory and does something in it; both once more if it was removed in between, as
    /// empty ones are by whoever expires hours.
    public static void within(@Nullable Path directory, Work work) throws IOException {
        makeDirectory(directory);
        try {
            work.run();
        } catch (NoSuchFileException e) {
            makeDirectory(directory);
            work.run();
        }
    }
}
