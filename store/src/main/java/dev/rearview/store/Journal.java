package dev.rearview.store;

import dev.rearview.model.RecordWords;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// One epoch of the journal: the flows taken in between two flushes, in the order they came.
///
/// ```
/// batch: magic u32 | count u32 | CRC-32 of what follows u32 | varying u32 | the first record, 15
///        words | count records of the words that vary
/// ```
///
/// Bit w of `varying` tells that word w of [RecordWords] is not the same in all records. All
/// numbers are little-endian. A batch that was cut off by a crash is the end of the file.
final class Journal implements Closeable {
    static final String SUFFIX = ".journal";
    private static final int MAGIC = 0x4B565752;
    private static final int HEADER = 16;
    private static final int FIRST = RecordWords.COUNT * Long.BYTES;
    private static final int MAX_BATCH = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final long epoch;
    private ByteBuffer buffer;
    private boolean dirty;
    private long end;

    private Journal(Path path, FileChannel channel, long epoch, ByteBuffer buffer) {
        this.path = path;
        this.channel = channel;
        this.epoch = epoch;
        this.buffer = buffer;
    }

    /// @param buffer where batches are put together, little-endian; a larger one takes its place
    ///   where it does not do
    static Journal create(Path directory, long epoch, ByteBuffer buffer) throws IOException {
        return createFile(directory.resolve(name(epoch)), epoch, buffer);
    }

    static Journal createFile(Path path, long epoch, ByteBuffer buffer) throws IOException {
        return new Journal(
                path,
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                epoch,
                buffer);
    }

    static String name(long epoch) {
        return String.format(Locale.ROOT, "%016x", epoch) + SUFFIX;
    }

    /// Octets appended so far.
    long octets() {
        return end;
    }

    /// For the journal that comes after this one.
    ByteBuffer buffer() {
        return buffer;
    }

    Path path() {
        return path;
    }

    long epoch() {
        return epoch;
    }

    /// Appends records: `count` times [RecordWords#COUNT] words. If that fails the journal is as it
    /// was before.
    void append(long[] words, int count) throws IOException {
        int varying = varying(words, count);
        int length = HEADER + FIRST + count * Integer.bitCount(varying) * Long.BYTES;
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocateDirect(length * 2).order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer b = buffer.clear().limit(length);
        LongBuffer out = b.position(HEADER).slice().order(b.order()).asLongBuffer();
        out.put(words, 0, RecordWords.COUNT);
        for (int at = 0; at < count * RecordWords.COUNT; at += RecordWords.COUNT) {
            for (int rest = varying; rest != 0; rest &= rest - 1) {
                out.put(words[at + Integer.numberOfTrailingZeros(rest)]);
            }
        }
        CRC32 crc = new CRC32();
        crc.update(b);
        b.putInt(0, MAGIC).putInt(4, count).putInt(8, (int) crc.getValue()).putInt(12, varying);
        b.rewind();
        int size = b.remaining();
        try {
            while (b.hasRemaining()) {
                channel.write(b);
            }
        } catch (IOException e) {
            // A batch that is cut off would hide what comes after it.
            channel.truncate(end);
            throw e;
        }
        end += size;
        dirty = true;
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
    boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    /// Forces what was appended to the disk; does nothing once the journal is discarded.
    void force() throws IOException {
        try {
            channel.force(false);
        } catch (ClosedChannelException e) {
            // Its flows are in segments.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// Takes the records of a journal.
    @FunctionalInterface
    interface RecordConsumer {
        /// @param words of `count` records
        void accept(long[] words, int count) throws IOException;
    }

    /// Journals left in a directory, oldest first.
    static List<Path> list(Path directory) throws IOException {
        List<Path> out = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(p -> p.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .forEach(out::add);
        }
        return out;
    }

    static long epochOf(Path path) {
        String name = path.getFileName().toString();
        return Long.parseUnsignedLong(name.substring(0, name.length() - SUFFIX.length()), 16);
    }

    /// Reads the whole batches of a journal.
    ///
    /// @return octets of a cut-off batch at the end, 0 if the file is whole
    static long read(Path path, RecordConsumer out) throws IOException {
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            long at = 0;
            while (at + HEADER <= in.size()) {
                head.clear();
                readFully(in, head, at);
                int count = head.getInt(4);
                int varying = head.getInt(12);
                long size = FIRST + (long) count * Integer.bitCount(varying) * Long.BYTES;
                if (head.getInt(0) != MAGIC
                        || count < 1
                        || count > MAX_BATCH
                        || varying >>> RecordWords.COUNT != 0
                        || at + HEADER + size > in.size()) {
                    return in.size() - at;
                }
                ByteBuffer body = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
                readFully(in, body, at + HEADER);
                CRC32 crc = new CRC32();
                crc.update(body.array());
                if ((int) crc.getValue() != head.getInt(8)) {
                    return in.size() - at;
                }
                out.accept(records(body.flip().asLongBuffer(), count, varying), count);
                at += HEADER + size;
            }
            return in.size() - at;
        }
    }

    private static long[] records(LongBuffer body, int count, int varying) {
        long[] first = new long[RecordWords.COUNT];
        body.get(first);
        long[] words = new long[count * RecordWords.COUNT];
        for (int at = 0; at < words.length; at += RecordWords.COUNT) {
            System.arraycopy(first, 0, words, at, RecordWords.COUNT);
            for (int rest = varying; rest != 0; rest &= rest - 1) {
                words[at + Integer.numberOfTrailingZeros(rest)] = body.get();
            }
        }
        return words;
    }

    private static void readFully(FileChannel in, ByteBuffer b, long at) throws IOException {
        long position = at;
        while (b.hasRemaining()) {
            int n = in.read(b, position);
            if (n < 0) {
                throw new IOException("journal ends too early");
            }
            position += n;
        }
    }
}
