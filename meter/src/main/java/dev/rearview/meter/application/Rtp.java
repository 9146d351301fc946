package dev.rearview.meter.application;

import java.nio.ByteBuffer;

/// Streams of RTP, which one packet alone does not tell: two behind one another have the same
/// source and numbers that follow each other.
public final class Rtp {
    /// Of packets that are none.
    public static final long NONE = -1;

    private static final int HEADER = 12;

    /// Numbers that may be missing between two packets.
    private static final int MAX_GAP = 16;

    private Rtp() {}

    /// Source and number of what may be a packet of RTP.
    public static long mark(ByteBuffer payload) {
        if (payload.remaining() < HEADER || (payload.get(0) & 0xC0) != 0x80) {
            return NONE;
        }
        int type = payload.get(1) & 0x7F;
        boolean isControl = type >= 64 && type <= 95;
        long source = payload.getInt(8) & 0xFFFF_FFFFL;
        return isControl || source == 0 ? NONE : source << 16 | payload.getShort(2) & 0xFFFF;
    }

    /// Whether the packet with one mark goes on with the stream of another.
    public static boolean follows(long mark, long before) {
        int step = (short) (mark - before);
        return mark != NONE
                && before != NONE
                && mark >>> 16 == before >>> 16
                && step > 0
                && step <= MAX_GAP;
    }

    /// The number of the application.
    public static int label() {
        return Label.RTP;
    }
}
