package dev.rearview.engine.group;

import dev.rearview.engine.exec.Room;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A temporary file of words in sections, deleted on close.
final class SpillFile implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final Room room;
    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
    private final long[] starts;
    private long written;

    SpillFile(Room room, int sections) throws IOException {
        this.room = room;
        path = room.temporaryFile(".spill");
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        starts = new long[sections + 1];
    }

    /// Begins a section; sections come one after the other.
    void start(int section) {
        starts[section] = written;
    }

    void write(long[] words, int count) throws IOException {
        int at = 0;
        while (at < count) {
            int n = Math.min(count - at, buffer.remaining() / 8);
            if (n == 0) {
                drain();
                continue;
            }
            buffer.asLongBuffer().put(words, at, n);
            buffer.position(buffer.position() + n * 8);
            at += n;
        }
        written += count;
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    void finish() throws IOException {
        drain();
        starts[starts.length - 1] = written;
    }

    /// Words of a section.
    long words(int section) {
        return starts[section + 1] - starts[section];
    }

    /// Hands out the rows of a section.
    ///
    /// @param stride words of a row
    void forEach(int section, int stride, Spool.RowTaker out) throws IOException {
        long[] row = new long[stride];
        ByteBuffer own = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
        long at = starts[section] * 8;
        long end = starts[section + 1] * 8;
        int filled = 0;
        while (at < end) {
            own.clear().limit((int) Math.min(BUFFER, end - at));
            int n = channel.read(own, at);
            if (n < 8) {
                throw new IOException(path + ": temporary file ends too early");
            }
            at += n - n % 8;
            LongBuffer words = own.flip().asLongBuffer();
            while (words.hasRemaining()) {
                int take = Math.min(row.length - filled, words.remaining());
                words.get(row, filled, take);
                filled += take;
                if (filled == row.length) {
                    out.row(row, 0);
                    filled = 0;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            room.delete(path);
        }
    }
}
