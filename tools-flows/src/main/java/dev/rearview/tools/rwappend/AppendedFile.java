package dev.rearview.tools.rwappend;

import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.ToolException;
import dev.rearview.silk.SilkTail;
import dev.rearview.silk.SilkWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file that grows in its place, by one process at a time. Unless it is said to be whole it is
/// cut back to what it was when it is closed.
final class AppendedFile implements Closeable {
    private final FileChannel channel;
    private final SilkTail tail;

    /// What stands behind the last record.
    private final byte[] mark;

    private boolean isWhole;

    private AppendedFile(FileChannel channel, String name) throws IOException {
        this.channel = channel;
        this.tail = SilkTail.of(channel, name);
        this.mark = new byte[(int) (channel.size() - tail.end())];
    }

    /// @param name for messages
    static AppendedFile open(Path path, String name) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw ToolException.failure(name + ": not a regular file");
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, name);
            return new AppendedFile(channel, name);
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
    }

    /// The lock goes when the file is closed.
    private static void lock(FileChannel channel, String name) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw ToolException.failure(name + ": something else is being appended to it");
        }
    }

    SilkTail tail() {
        return tail;
    }

    /// Writes behind the last record; does not close the file.
    SilkWriter writer(SilkWriter.Misfits misfits) throws IOException {
        channel.position(tail.end());
        return tail.writer(OutputFiles.unclosed(Channels.newOutputStream(channel)), misfits);
    }

    /// Says that all has been written.
    void keep() {
        isWhole = true;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (!isWhole) {
                channel.truncate(tail.end());
                channel.position(tail.end());
                // A mark is nothing but zeros.
                channel.write(ByteBuffer.wrap(mark));
            }
        }
    }
}
