package dev.rearview.store.journal;

import dev.rearview.store.disk.Checksum;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What stands before each batch of a journal, 56 octets, little-endian:
///
/// | octets | |
/// |---|---|
/// | 0 | the marker `RRVBATCH` |
/// | 8 | kind of batch, 4 octets: [#RECORDS], [#DATAGRAMS] or [#SEGMENTS] |
/// | 12 | number of records, datagrams or segments, 4 octets |
/// | 16 | number of the batch in its journal, from 0 |
/// | 24 | number of the journal's epoch |
/// | 32 | a random number, the same in all batches of a journal |
/// | 40 | what the kind wants, 4 octets |
/// | 44 | octets of the body, 4 octets |
/// | 48 | CRC-32 of the body |
/// | 52 | CRC-32 of the 52 octets before it |
///
/// After damage the next batch is found by its marker. The random number keeps those who send flows
/// from making a body look like batches.
///
/// @param kind of the body
/// @param count what the body holds
/// @param shape what the kind wants to know
public record Envelope(int kind, int count, Place place, int shape, int length, int bodyCrc) {
    /// Where a batch belongs.
    ///
    /// @param sequence number of the batch in its journal
    /// @param epoch number of the journal's epoch
    /// @param salt the journal's random number
    record Place(long sequence, long epoch, long salt) {}

    public static final int OCTETS = 56;

    /// Flow records as words; the shape tells which words vary.
    static final int RECORDS = 1;

    /// Datagrams as they came; the shape tells where the names of their probes stand.
    static final int DATAGRAMS = 2;

    /// Segments that a [Commit] names; the shape tells nothing.
    static final int SEGMENTS = 3;

    /// Records of a batch at most: what may wait for a commit.
    public static final int MAX_COUNT = 1 << 18;

    /// Octets of a body at most: so many records, and one more.
    static final int MAX_LENGTH = (MAX_COUNT + 1) * Journal.RECORD;

    private static final long MAX_SEQUENCE = 1L << 40;

    /// The marker's octets as a little-endian number.
    static final long MARKER = 0x4843_5441_4256_5252L;

    private static final int CRC_AT = 52;

    long sequence() {
        return place.sequence();
    }

    long epoch() {
        return place.epoch();
    }

    long salt() {
        return place.salt();
    }

    /// Puts the header at the start of a buffer.
    ///
    /// @param b little-endian
    void put(ByteBuffer b) {
        b.putLong(0, MARKER);
        b.putInt(8, kind).putInt(12, count);
        b.putLong(16, sequence()).putLong(24, epoch()).putLong(32, salt());
        b.putInt(40, shape).putInt(44, length).putInt(48, bodyCrc);
        b.putInt(CRC_AT, crc(b, 0));
    }

    /// The header at a place of a buffer, null if none that is whole and right stands there.
    ///
    /// @param b little-endian
    static @Nullable Envelope get(ByteBuffer b, int at) {
        if (at > b.limit() - OCTETS
                || b.getLong(at) != MARKER
                || b.getInt(at + CRC_AT) != crc(b, at)) {
            return null;
        }
        Envelope e =
                new Envelope(
                        b.getInt(at + 8),
                        b.getInt(at + 12),
                        new Place(b.getLong(at + 16), b.getLong(at + 24), b.getLong(at + 32)),
                        b.getInt(at + 40),
                        b.getInt(at + 44),
                        b.getInt(at + 48));
        boolean fits =
                e.count > 0
                        && e.count <= MAX_COUNT
                        && e.length >= 0
                        && e.length <= MAX_LENGTH
                        && e.sequence() >= 0
                        && e.sequence() < MAX_SEQUENCE;
        return fits ? e : null;
    }

    private static int crc(ByteBuffer b, int at) {
        return Checksum.of(b.slice(at, CRC_AT));
    }
}
