package dev.rearview.resident;

import dev.rearview.descriptors.FileStatus;
import dev.rearview.descriptors.ThisProcess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;

/// The files that requests have begun and not ended, written down: should the engine be killed, the
/// next one removes them. A line for each, with a plus when it begins and a minus when it ends.
final class Unfinished implements Closeable {
    private static final int MOST_OCTETS = 1 << 20;
    private static final char BEGINS = '+';
    private static final char ENDS = '-';

    private final FileChannel list;
    private final Set<Path> files = new LinkedHashSet<>();

    /// A new list in the place of an old one.
    Unfinished(Path list) throws IOException {
        this.list =
                FileChannel.open(
                        list,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
    }

    /// Removes what an engine has left that was killed.
    ///
    /// @param list of its files
    /// @return how many there were
    static int remove(Path list) throws IOException {
        Set<String> left = new LinkedHashSet<>();
        try {
            for (String line :
                    Files.readString(list, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                if (line.length() > 1 && line.charAt(0) == BEGINS) {
                    left.add(line.substring(1));
                } else if (line.length() > 1) {
                    left.remove(line.substring(1));
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        }
        int removed = 0;
        for (String octets : left) {
            byte[] name = octets.getBytes(StandardCharsets.ISO_8859_1);
            removed += isRemoved(Path.of(new String(name, StandardCharsets.UTF_8))) ? 1 : 0;
        }
        return removed;
    }

    /// Only what is a file of this user, and no link to one.
    private static boolean isRemoved(Path file) throws IOException {
        if (!file.isAbsolute() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        FileStatus status = FileStatus.ofLink(file.toString());
        return status.owner() == ThisProcess.user() && Files.deleteIfExists(file);
    }

    synchronized void begins(Path file) throws IOException {
        if (files.add(file)) {
            write(BEGINS, file);
        }
    }

    synchronized void ends(Path file) throws IOException {
        if (!files.remove(file)) {
            return;
        }
        write(ENDS, file);
        if (list.size() > MOST_OCTETS) {
            list.truncate(0);
            for (Path left : files) {
                write(BEGINS, left);
            }
        }
    }

    private void write(char what, Path file) throws IOException {
        // A name of two lines cannot be told.
        if (file.toString().indexOf('\n') < 0) {
            String line = what + file.toString() + "\n";
            list.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)), list.size());
        }
    }

    @Override
    public void close() throws IOException {
        list.close();
    }
}
