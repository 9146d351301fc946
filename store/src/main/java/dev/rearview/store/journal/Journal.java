package dev.rearview.store.journal;

import dev.rearview.model.RecordWords;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Locale;

/// One epoch of the journal: the flows taken in between two flushes, or the datagrams, in the order
/// they came; or what became of a journal of datagrams.
///
/// ```
/// batch: Envelope | the first record, 15 words | count records of the words that vary
///      | Envelope | DatagramBatch
///      | Envelope | Commit
/// ```
///
/// Bit w of the envelope's shape tells that word w of [RecordWords] is not the same in all records.
/// All numbers are little-endian. [JournalReader] reads it.
public final class Journal implements Closeable {
    public static final String SUFFIX = ".journal";

    /// Of a journal of datagrams.
    public static final String RAW_SUFFIX = ".raw";

    /// Octets of a record with all of its words.
    static final int RECORD = RecordWords.COUNT * Long.BYTES;

    private final Path path;
    private final FileChannel channel;
    private final long epoch;
    private final long salt = new SecureRandom().nextLong();
    private ByteBuffer buffer;
    private boolean dirty;
    private volatile boolean placed;
    private long end;
    private long sequence;

    private Journal(Path path, FileChannel channel, long epoch, ByteBuffer buffer) {
        this.path = path;
        this.channel = channel;
        this.epoch = epoch;
        this.buffer = buffer;
    }

    /// @param buffer where batches are put together, little-endian; a larger one takes its place
    ///   where it does not do
    public static Journal create(Path path, long epoch, ByteBuffer buffer) throws IOException {
        return on(
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                path,
                epoch,
                buffer);
    }

    /// One that is written to a file that is open already, and empty.
    public static Journal on(FileChannel channel, Path path, long epoch, ByteBuffer buffer) {
        return new Journal(path, channel, epoch, buffer);
    }

    public static String name(long epoch) {
        return name(epoch, SUFFIX);
    }

    /// The name of a journal of datagrams.
    public static String rawName(long epoch) {
        return name(epoch, RAW_SUFFIX);
    }

    private static String name(long epoch, String suffix) {
        return String.format(Locale.ROOT, "%016x", epoch) + suffix;
    }

    public static long epochOf(Path path) {
        String name = path.getFileName().toString();
        return Long.parseUnsignedLong(name.substring(0, name.indexOf('.')), 16);
    }

    /// Octets appended so far.
    public long octets() {
        return end;
    }

    /// For the journal that comes after this one.
    public ByteBuffer buffer() {
        return buffer;
    }

    public Path path() {
        return path;
    }

    public long epoch() {
        return epoch;
    }

    /// Appends records: `count` times [RecordWords#COUNT] words. If that fails the journal is as it
    /// was before.
    public void append(long[] words, int count) throws IOException {
        int varying = varying(words, count);
        ByteBuffer body = room(Math.toIntExact(length(count, varying)));
        LongBuffer out = body.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        out.put(words, 0, RecordWords.COUNT);
        for (int at = 0; at < count * RecordWords.COUNT; at += RecordWords.COUNT) {
            for (int rest = varying; rest != 0; rest &= rest - 1) {
                out.put(words[at + Integer.numberOfTrailingZeros(rest)]);
            }
        }
        append(body, Envelope.RECORDS, count, varying);
    }

    /// Appends datagrams, if there are any; the batch is empty then. If that fails the journal and
    /// the batch are as they were before.
    public void append(DatagramBatch batch) throws IOException {
        appendCopy(batch);
        batch.clear();
    }

    /// As the other, and leaves the batch as it is.
    public void appendCopy(DatagramBatch batch) throws IOException {
        if (batch.count() > 0) {
            append(batch.finish(), Envelope.DATAGRAMS, batch.count(), batch.namesAt());
        }
    }

    /// Appends what a commit names. If that fails the journal is as it was before.
    public void append(Commit commit) throws IOException {
        for (Commit part : commit.parts()) {
            byte[] octets = part.octets();
            append(room(octets.length).put(octets), Envelope.SEGMENTS, part.count(), 0);
        }
    }

    /// Octets of the body of a batch.
    static long length(int count, int varying) {
        return RECORD + (long) count * Integer.bitCount(varying) * Long.BYTES;
    }

    /// Where a body of so many octets is to be put together.
    private ByteBuffer room(int length) {
        int octets = Envelope.OCTETS + length;
        if (buffer.capacity() < octets) {
            buffer = ByteBuffer.allocateDirect(octets * 2).order(ByteOrder.LITTLE_ENDIAN);
        }
        return buffer.clear().limit(octets).position(Envelope.OCTETS);
    }

    /// Appends the body that was put together.
    ///
    /// @param b has room for the envelope before the body, and ends with that
    private void append(ByteBuffer b, int kind, int count, int shape) throws IOException {
        int length = b.position(Envelope.OCTETS).remaining();
        int crc = Checksum.of(b);
        Envelope.Place place = new Envelope.Place(sequence, epoch, salt);
        new Envelope(kind, count, place, shape, length, crc).put(b);
        b.rewind();
        long at = end;
        try {
            while (b.hasRemaining()) {
                at += channel.write(b, at);
            }
        } catch (IOException e) {
            truncate(e);
            throw e;
        }
        end = at;
        sequence++;
        dirty = true;
    }

    /// Takes back a batch that is cut off. Where that fails too the next one is written over it.
    private void truncate(IOException cause) {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /// Which words are not the same in all records, as bits.
    private static int varying(long[] words, int count) {
        int[] places = RecordWords.varying(words, RecordWords.COUNT, count);
        int bits = 0;
        for (int w = 0; w < RecordWords.COUNT; w++) {
            bits |= places[w] < 0 ? 0 : 1 << w;
        }
        return bits;
    }

    /// Whether anything was appended since the last call.
    public boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    /// Forces what was appended to the disk, and at first the file's name; does nothing once the
    /// journal is closed.
    public void force() throws IOException {
        try {
            channel.force(false);
            if (!placed) {
                Disk.syncParent(path);
                placed = true;
            }
        } catch (ClosedChannelException e) {
            // Its flows are in segments.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
