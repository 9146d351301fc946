package dev.rearview.engine.spill;

import dev.rearview.engine.exec.Room;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// A temporary file of words: written once, then read from the start, deleted on close.
public final class Run implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final Room room;
    private final Path path;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final OutputStream out;
    private InputStream in;

    /// Creates a file.
    ///
    /// @param room of the operator whose rows it takes
    public Run(Room room) throws IOException {
        this.room = room;
        path = room.temporaryFile(".run");
        out = Files.newOutputStream(path);
        in = InputStream.nullInputStream();
    }

    public void write(long[] words, int at, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            if (buffer.remaining() < 8) {
                drain();
            }
            buffer.putLong(words[at + i]);
        }
    }

    public void write(long word) throws IOException {
        if (buffer.remaining() < 8) {
            drain();
        }
        buffer.putLong(word);
    }

    private void drain() throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    /// Ends writing and starts reading.
    public void rewind() throws IOException {
        drain();
        out.close();
        in = Files.newInputStream(path);
        buffer.limit(0);
    }

    /// Reads `count` words; false at the end of the file.
    public boolean read(long[] words, int at, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            if (buffer.remaining() < 8 && !refill()) {
                if (i == 0) {
                    return false;
                }
                throw new IOException(path + ": temporary file ends too early");
            }
            words[at + i] = buffer.getLong();
        }
        return true;
    }

    private boolean refill() throws IOException {
        int n = in.readNBytes(buffer.array(), 0, BUFFER);
        buffer.clear().limit(n);
        return n >= 8;
    }

    @Override
    public void close() throws IOException {
        try {
            in.close();
            out.close();
        } finally {
            room.delete(path);
        }
    }
}
