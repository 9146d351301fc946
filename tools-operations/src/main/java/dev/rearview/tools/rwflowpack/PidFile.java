package dev.rearview.tools.rwflowpack;

import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that tells the number of this process. It is made under another name and renamed, so that
/// no link that somebody put in its place is followed.
final class PidFile implements AutoCloseable {
    private final Path path;
    private final String text = ProcessHandle.current().pid() + "\n";

    /// @throws ToolException if something other than a file has the name, or it cannot be written
    PidFile(Path path) {
        this.path = path;
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw ToolException.failure("--pidfile " + path + " is a link or no file");
        }
        try {
            write();
        } catch (IOException e) {
            throw ToolException.failure("--pidfile " + path + " cannot be written: " + reason(e));
        }
    }

    private void write() throws IOException {
        Path temporary = path.resolveSibling("." + path.getFileName() + "." + text.strip());
        // What an earlier process of this number left goes; a link goes, not what it leads to.
        Files.deleteIfExists(temporary);
        Files.write(
                temporary,
                text.getBytes(StandardCharsets.US_ASCII),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /// Removes it, unless it is another process's by now.
    @Override
    public void close() throws IOException {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && Files.readString(path, StandardCharsets.ISO_8859_1).equals(text)) {
            Files.deleteIfExists(path);
        }
    }
}
