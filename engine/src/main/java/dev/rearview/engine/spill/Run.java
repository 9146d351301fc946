package dev.rearview.engine.spill;

import dev.rearview.engine.exec.Room;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A temporary file of words: written once, then read, deleted on close.
///
/// One thread writes it, section after section, and may read it as a whole from the start; several
/// threads may read different sections at a time.
public final class Run implements Closeable {
    /// Octets that are written and read at a time.
    private static final int BUFFER = 1 << 16;

    private final Room room;
    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer;

    /// Words before each section, and at the end those of all.
    private final long[] starts;

    /// Words written so far.
    private long written;

    /// Octets that were taken out of the file so far, when it is read as a whole.
    private long taken;

    /// Creates a file of one section. There may be many such files, so that what they hold in
    /// memory has to be free as soon as they are.
    ///
    /// @param room of the operator whose rows it takes
    public Run(Room room) throws IOException {
        this(room, 1, ByteBuffer.allocate(BUFFER));
    }

    /// Creates a file of several sections.
    ///
    /// @param room of the operator whose rows it takes
    public Run(Room room, int sections) throws IOException {
        this(room, sections, ByteBuffer.allocateDirect(BUFFER));
    }

    private Run(Room room, int sections, ByteBuffer buffer) throws IOException {
        this.room = room;
        this.path = room.temporaryFile(".run");
        this.channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.buffer = buffer.order(ByteOrder.nativeOrder());
        this.starts = new long[sections + 1];
    }

    /// Begins a section; sections come one after the other, the first one may go without this.
    public void start(int section) {
        starts[section] = written;
    }

    /// Writes a row.
    public void write(long[] words, int at, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            if (buffer.remaining() < Long.BYTES) {
                drain();
            }
            buffer.putLong(words[at + i]);
        }
        written += count;
    }

    /// Writes many rows.
    ///
    /// @param count words of them all
    public void writeAll(long[] words, int count) throws IOException {
        int at = 0;
        while (at < count) {
            int n = Math.min(count - at, buffer.remaining() / Long.BYTES);
            if (n == 0) {
                drain();
                continue;
            }
            buffer.asLongBuffer().put(words, at, n);
            buffer.position(buffer.position() + n * Long.BYTES);
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

    /// Ends writing and starts reading.
    public void rewind() throws IOException {
        drain();
        starts[starts.length - 1] = written;
        buffer.limit(0);
    }

    /// Reads the next `count` words; false at the end of the file.
    public boolean read(long[] words, int at, int count) throws IOException {
        int done = 0;
        while (done < count) {
            int n = Math.min(count - done, buffer.remaining() / Long.BYTES);
            if (n == 0) {
                if (refill()) {
                    continue;
                }
                if (done == 0) {
                    return false;
                }
                throw endsTooEarly();
            }
            buffer.asLongBuffer().get(words, at + done, n);
            buffer.position(buffer.position() + n * Long.BYTES);
            done += n;
        }
        return true;
    }

    private boolean refill() throws IOException {
        long left = written * Long.BYTES - taken;
        buffer.clear().limit((int) Math.min(BUFFER, left));
        while (buffer.hasRemaining()) {
            int n = channel.read(buffer, taken);
            if (n <= 0) {
                throw endsTooEarly();
            }
            taken += n;
        }
        return buffer.flip().hasRemaining();
    }

    private IOException endsTooEarly() {
        return new IOException(path + ": temporary file ends too early");
    }

    /// Words of a section.
    public long words(int section) {
        return starts[section + 1] - starts[section];
    }

    /// Hands out the rows of a section.
    ///
    /// @param stride words of a row
    public void forEach(int section, int stride, RowTaker out) throws IOException {
        long at = starts[section] * Long.BYTES;
        long end = starts[section + 1] * Long.BYTES;
        if (at == end) {
            return;
        }
        long[] row = new long[stride];
        // Not a direct one: there may be thousands of sections, and those are freed late.
        int size = (int) Math.min(BUFFER, end - at);
        ByteBuffer own = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        int filled = 0;
        while (at < end) {
            own.clear().limit((int) Math.min(size, end - at));
            int n = channel.read(own, at);
            if (n < Long.BYTES) {
                throw endsTooEarly();
            }
            at += n - n % Long.BYTES;
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
