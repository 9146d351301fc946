package dev.rearview.store.journal;

import dev.rearview.store.disk.RegularFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads a journal of datagrams while it is written, or one that was found. While it keeps up, what
/// it reads is still in memory: the system's. For one thread, which need not be the one that
/// writes.
public final class DatagramFollower implements Closeable {
    private final FileChannel in;
    private final JournalReader reader;

    private DatagramFollower(FileChannel in, JournalReader reader) {
        this.in = in;
        this.reader = reader;
    }

    /// @param epoch number of the journal
    /// @param out takes its datagrams, in the order they came
    public static DatagramFollower open(Path path, long epoch, DatagramBatch.DatagramConsumer out)
            throws IOException {
        RegularFile.checkOwn(path);
        FileChannel in = FileChannel.open(path, StandardOpenOption.READ);
        return new DatagramFollower(in, new JournalReader(in, epoch, new Datagrams(out)));
    }

    /// Hands out the next batch, or passes over damage before it.
    ///
    /// @param end up to where the journal was written
    /// @return false if there is nothing more up to there
    public boolean advance(long end) throws IOException {
        return reader.advance(end);
    }

    /// Reads on to the end of a journal that is not written any more.
    ///
    /// @return what was found in all of it; flows are datagrams
    public JournalReader.Report finish() throws IOException {
        return reader.finish();
    }

    private record Datagrams(DatagramBatch.DatagramConsumer out) implements JournalReader.Bodies {
        @Override
        public boolean knows(int kind) {
            return kind == Envelope.DATAGRAMS;
        }

        @Override
        public boolean handOut(Envelope e, ByteBuffer body) {
            return DatagramBatch.read(body, e.count(), e.shape(), out);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
