package dev.rearview.store.journal;

import dev.rearview.model.RecordWords;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what is whole in a journal, whatever happened to the rest: behind damage it goes on with
/// the next batch.
public final class JournalReader {
    private static final int CHUNK = 1 << 20;

    /// Bodies that may turn out to be damaged before the rest of a journal is given up: each is
    /// read, so many made-up headers would take long.
    private static final int MAX_BAD_BODIES = 10_000;

    /// Takes the records of a journal.
    @FunctionalInterface
    public interface RecordConsumer {
        /// @param words of `count` records
        void accept(long[] words, int count) throws IOException;

        /// Takes a part of a commit, whose flows are not in the journal.
        default void segments(Commit part) {
            // Who asks for records alone wants none of these.
        }
    }

    /// Batches that are missing, as their numbers tell, or damaged at the end.
    ///
    /// @param batches how many
    /// @param flows of those whose headers are right and tell it
    /// @param unknown of the batches, those whose flows nobody knows
    public record Lost(long batches, long flows, long unknown) {}

    /// What was found.
    ///
    /// @param flows, or datagrams, that were read
    /// @param batches that were read
    /// @param damagedOctets that belong to no whole batch
    /// @param tornOctets of a batch that was being written when the process or the power went
    public record Report(long flows, long batches, Lost lost, long damagedOctets, long tornOctets) {
        /// Of a journal of which nothing is read behind the first damage, if there is any.
        static Report upTo(long flows, long batches, long damagedOctets, long tornOctets) {
            int n = damagedOctets > 0 ? 1 : 0;
            return new Report(flows, batches, new Lost(n, 0, n), damagedOctets, tornOctets);
        }

        /// Flows that are missing, as far as the journal tells.
        public long lostFlows() {
            return lost.flows;
        }

        /// Whether more is missing than a batch that was being written.
        public boolean isDamaged() {
            return lost.batches > 0 || damagedOctets > 0;
        }

        @Override
        public String toString() {
            return text("flows");
        }

        /// What was found, in words.
        ///
        /// @param what the journal holds
        public String text(String what) {
            return "damaged: "
                    + lost.batches
                    + " batches lost"
                    + lostText(what)
                    + ", "
                    + damagedOctets
                    + " octets skipped, "
                    + flows
                    + " "
                    + what
                    + " recovered";
        }

        private String lostText(String what) {
            if (lost.batches == 0) {
                return "";
            }
            if (lost.unknown == lost.batches) {
                return " with an unknown number of " + what;
            }
            return " with " + (lost.unknown > 0 ? "at least " : "") + lost.flows + " " + what;
        }
    }

    /// Hands out bodies of the kinds that belong to a journal.
    interface Bodies {
        boolean knows(int kind);

        /// @param body from 0 to its limit
        /// @return false if it is none that this program knows
        boolean handOut(Envelope e, ByteBuffer body) throws IOException;
    }

    private final FileChannel in;
    private final long epoch;
    private final Bodies out;
    // Up to where it is read: the file's size, or less while that is written.
    private long size;
    private long at;
    // Where a body was damaged that was looked at already.
    private long lookedAt = -1;
    private final ByteBuffer head =
            ByteBuffer.allocate(Envelope.OCTETS).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer body = ByteBuffer.allocate(0);
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private boolean salted;
    private long salt;
    private long expected;
    private long flows;
    private long batches;
    private long lost;
    private long lostFlows;
    private long unknown;
    private long damaged;
    private int badBodies;

    /// Headers of damaged bodies since the last whole batch.
    private final List<Envelope> bodiless = new ArrayList<>();

    JournalReader(FileChannel in, long epoch, Bodies out) {
        this.in = in;
        this.epoch = epoch;
        this.out = out;
    }

    /// Reads a journal.
    ///
    /// @param epoch number of the journal: batches of others do not count
    /// @throws IOException if it cannot be read; damage is no reason
    public static Report read(Path path, long epoch, RecordConsumer out) throws IOException {
        RegularFile.checkOwn(path);
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
            if (FirstJournal.isOne(in)) {
                return FirstJournal.read(in, out);
            }
            return new JournalReader(in, epoch, new Records(out)).finish();
        }
    }

    /// Reads one batch, or what lies before the next one.
    ///
    /// @param end up to where batches are whole, or damaged
    /// @return false if there is none up to there
    boolean advance(long end) throws IOException {
        size = end;
        if (at >= size) {
            return false;
        }
        Envelope e = header(at);
        if (e != null && e.length() <= size - at - Envelope.OCTETS && take(e)) {
            at += Envelope.OCTETS + e.length();
            return true;
        }
        long next = after(e);
        if (next < 0) {
            return false;
        }
        damaged += next - at;
        at = next;
        return true;
    }

    /// Reads on to the end of a journal that is not written any more.
    ///
    /// @return what was found in all of it
    Report finish() throws IOException {
        while (advance(in.size())) {
            // One batch after the other.
        }
        return at < size ? end(header(at)) : report(0);
    }

    private Report report(long tornOctets) {
        Lost missing = new Lost(lost, lostFlows, unknown);
        return new Report(flows, batches, missing, damaged, tornOctets);
    }

    /// The report where nothing whole follows.
    private Report end(@Nullable Envelope e) throws IOException {
        boolean cut = e != null && e.length() > size - at - Envelope.OCTETS;
        long sequence = expected;
        for (Envelope known : bodiless) {
            sequence = Math.max(sequence, known.sequence() + 1);
        }
        // Where no batch was whole, no header is proven to be the journal's.
        lose(salted ? sequence : expected + bodiless.size(), salted ? salt : firstSalt());
        if (cut || isTorn()) {
            return report(size - at);
        }
        if (e == null) {
            lost++;
            unknown++;
        }
        damaged += size - at;
        return report(0);
    }

    private long firstSalt() {
        return bodiless.isEmpty() ? 0 : bodiless.getFirst().salt();
    }

    /// Counts the batches that are missing before another one.
    ///
    /// @param sequence of that one
    /// @param ownSalt of the journal: headers of another one were made up
    private void lose(long sequence, long ownSalt) {
        long missing = sequence - expected;
        long known = 0;
        long last = expected - 1;
        for (Envelope e : bodiless) {
            // How many flows segments have is told by their batch alone.
            boolean counts =
                    out.knows(e.kind()) && e.kind() != Envelope.SEGMENTS && e.salt() == ownSalt;
            if (counts && e.sequence() > last && e.sequence() < sequence) {
                lostFlows += e.count();
                last = e.sequence();
                known++;
            }
        }
        lost += missing;
        unknown += missing - known;
        bodiless.clear();
    }

    /// Whether what is left of the file is the start of a header, or zeros where the power went
    /// before the data was on the disk.
    private boolean isTorn() throws IOException {
        long rest = size - at;
        if (rest < Envelope.OCTETS) {
            readFully(head.clear().limit((int) rest), at);
            boolean marker = true;
            for (int i = 0; i < Math.min(rest, Long.BYTES); i++) {
                marker &= head.get(i) == (byte) (Envelope.MARKER >>> 8 * i);
            }
            if (marker) {
                return true;
            }
        }
        for (long from = at; from < size; from += CHUNK) {
            ByteBuffer b = chunk(from);
            while (b.hasRemaining()) {
                if (b.get() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The header at a place, if it is one of this journal's and not an earlier one again.
    private @Nullable Envelope header(long at) throws IOException {
        if (at > size - Envelope.OCTETS) {
            return null;
        }
        readFully(head.clear(), at);
        Envelope e = Envelope.get(head, 0);
        return e != null && isOwn(e) ? e : null;
    }

    private boolean isOwn(Envelope e) {
        return e.epoch() == epoch && e.sequence() >= expected && (!salted || e.salt() == salt);
    }

    /// Hands out a batch.
    ///
    /// @return false if it is damaged
    private boolean take(Envelope e) throws IOException {
        if (badBodies > MAX_BAD_BODIES || lookedAt == at) {
            return false;
        }
        if (body.capacity() < e.length()) {
            body = ByteBuffer.allocate(e.length()).order(ByteOrder.LITTLE_ENDIAN);
        }
        body.clear().limit(e.length());
        readFully(body, at + Envelope.OCTETS);
        boolean isGood =
                Checksum.of(body.rewind()) == e.bodyCrc()
                        && out.knows(e.kind())
                        && out.handOut(e, body.rewind());
        if (!isGood) {
            lookedAt = at;
            badBodies++;
            bodiless.add(e);
            return false;
        }
        lose(e.sequence(), e.salt());
        expected = e.sequence() + 1;
        salt = e.salt();
        salted = true;
        flows += e.kind() == Envelope.SEGMENTS ? 0 : e.count();
        batches++;
        return true;
    }

    /// Flow records, and segments that have others.
    private record Records(RecordConsumer out) implements Bodies {
        @Override
        public boolean knows(int kind) {
            return kind == Envelope.RECORDS || kind == Envelope.SEGMENTS;
        }

        @Override
        public boolean handOut(Envelope e, ByteBuffer body) throws IOException {
            if (e.kind() == Envelope.SEGMENTS) {
                Commit part = Commit.read(body, e.count());
                if (part != null) {
                    out.segments(part);
                }
                return part != null;
            }
            int varying = e.shape();
            if (varying >>> RecordWords.COUNT != 0
                    || Journal.length(e.count(), varying) != e.length()) {
                return false;
            }
            out.accept(records(body.asLongBuffer(), e.count(), varying), e.count());
            return true;
        }
    }

    /// Spreads records of which only some words are stored.
    static long[] records(LongBuffer from, int count, int varying) {
        long[] first = new long[RecordWords.COUNT];
        from.get(first);
        long[] words = new long[count * RecordWords.COUNT];
        for (int at = 0; at < words.length; at += RecordWords.COUNT) {
            System.arraycopy(first, 0, words, at, RecordWords.COUNT);
            for (int rest = varying; rest != 0; rest &= rest - 1) {
                words[at + Integer.numberOfTrailingZeros(rest)] = from.get();
            }
        }
        return words;
    }

    /// Where the batch after a damaged one starts, -1 if nowhere.
    ///
    /// @param e header of the damaged batch, if that is right
    private long after(@Nullable Envelope e) throws IOException {
        if (e != null) {
            long behind = at + Envelope.OCTETS + e.length();
            if (behind <= size && header(behind) != null) {
                return behind;
            }
        }
        return search(at + 1);
    }

    /// Looks for a marker with a header that is right.
    private long search(long first) throws IOException {
        long from = first;
        while (from <= size - Envelope.OCTETS) {
            ByteBuffer b = chunk(from);
            int last = b.limit() - Envelope.OCTETS;
            for (int i = 0; i <= last; i++) {
                if (b.get(i) == (byte) Envelope.MARKER && b.getLong(i) == Envelope.MARKER) {
                    Envelope e = Envelope.get(b, i);
                    if (e != null && isOwn(e)) {
                        return from + i;
                    }
                }
            }
            from += last + 1;
        }
        return -1;
    }

    /// Up to [#CHUNK] octets of the file.
    private ByteBuffer chunk(long at) throws IOException {
        int wanted = (int) Math.min(size, CHUNK);
        if (chunk.capacity() < wanted) {
            chunk = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
        }
        chunk.clear().limit((int) Math.min(chunk.capacity(), size - at));
        readFully(chunk, at);
        return chunk.rewind();
    }

    private void readFully(ByteBuffer b, long at) throws IOException {
        readFully(in, b, at);
    }

    /// Fills what remains of a buffer from a place of the file.
    static void readFully(FileChannel in, ByteBuffer b, long at) throws IOException {
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
