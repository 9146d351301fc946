package dev.rearview.meter.application;

/// Messages of DNS, and of what has its form: multicast DNS and LLMNR.
final class Dns {
    private static final int HEADER = 12;
    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 255;
    private static final int MAX_COUNT = 256;

    private Dns() {}

    /// Whether a message begins at a place: a known operation, counts that can be, and a first name
    /// of labels with a type and a class of the Internet behind it.
    static boolean isMessage(Payload p, int at) {
        int flags = p.u16(at + 2);
        int operation = flags >> 11 & 0xF;
        int questions = p.u16(at + 4);
        int answers = p.u16(at + 6);
        boolean isHeader =
                flags >= 0
                        && operation <= 6
                        && (flags & 0x40) == 0
                        && questions >= 0
                        && questions + answers > 0
                        && questions < MAX_COUNT
                        && answers < MAX_COUNT
                        && p.u16(at + 8) < MAX_COUNT
                        && p.u16(at + 10) < MAX_COUNT
                        && p.u16(at + 10) >= 0;
        if (!isHeader) {
            return false;
        }
        int end = nameEnd(p, at + HEADER);
        int type = p.u16(end);
        int place = p.u16(end + 2) & 0x7FFF;
        boolean isClass = place == 1 || place == 3 || place == 4 || place == 254 || place == 255;
        return end > 0 && type > 0 && p.u16(end + 2) >= 0 && isClass;
    }

    /// Where a name ends, -1 if it is none.
    private static int nameEnd(Payload p, int from) {
        int at = from;
        while (at - from <= MAX_NAME) {
            int length = p.u8(at);
            if (length == 0) {
                return at + 1;
            }
            if (length >= 0xC0) {
                return at + 2;
            }
            if (length < 0 || length > MAX_LABEL) {
                return -1;
            }
            at += 1 + length;
        }
        return -1;
    }
}
