package dev.rearview.model;

/// A flow record as a row of words, for sorting, spilling and the journal.
public final class RecordWords {
    /// Words of one record.
    public static final int COUNT = 15;

    private RecordWords() {}

    /// Puts a record into `w[at]` to `w[at + COUNT - 1]`.
    public static void pack(FlowRecord r, long[] w, int at) {
        w[at] = r.sipHi;
        w[at + 1] = r.sipLo;
        w[at + 2] = r.dipHi;
        w[at + 3] = r.dipLo;
        w[at + 4] = r.nhipHi;
        w[at + 5] = r.nhipLo;
        w[at + 6] = r.stime;
        w[at + 7] = r.duration;
        w[at + 8] = r.packets;
        w[at + 9] = r.bytes;
        w[at + 10] =
                (long) r.sport << 48 | (long) r.dport << 32 | (long) r.application << 16 | r.memo;
        w[at + 11] =
                (long) r.protocol << 56
                        | (long) r.flags << 48
                        | (long) r.initialFlags << 40
                        | (long) r.sessionFlags << 32
                        | (long) r.attributes << 24
                        | (long) r.flowtype << 16
                        | r.sensor;
        w[at + 12] = r.input;
        w[at + 13] = r.output;
        w[at + 14] = r.sampling;
    }

    /// Start of the flow that [#pack] put at `w[at]`, microseconds.
    public static long stime(long[] w, int at) {
        return w[at + 6];
    }

    /// Flowtype of the flow at `w[at]`.
    public static int flowtype(long[] w, int at) {
        return (int) (w[at + 11] >>> 16) & 0xFF;
    }

    /// Sensor of the flow at `w[at]`.
    public static int sensor(long[] w, int at) {
        return (int) w[at + 11] & 0xFFFF;
    }

    /// Finds the words that are not the same in all rows.
    ///
    /// @param words row i starts at `i * stride`
    /// @param rows at least one
    /// @return for each word of a row which of the varying ones it is, -1 where it does not vary
    public static int[] varying(long[] words, int stride, int rows) {
        long[] differ = new long[stride];
        for (int at = stride; at < rows * stride; at += stride) {
            for (int w = 0; w < stride; w++) {
                differ[w] |= words[at + w] ^ words[w];
            }
        }
        int[] places = new int[stride];
        int n = 0;
        for (int w = 0; w < stride; w++) {
            places[w] = differ[w] == 0 ? -1 : n++;
        }
        return places;
    }

    /// Takes a record out of words that [#pack] made.
    public static void unpack(long[] w, int at, FlowRecord r) {
        r.sipHi = w[at];
        r.sipLo = w[at + 1];
        r.dipHi = w[at + 2];
        r.dipLo = w[at + 3];
        r.nhipHi = w[at + 4];
        r.nhipLo = w[at + 5];
        r.stime = w[at + 6];
        r.duration = w[at + 7];
        r.packets = w[at + 8];
        r.bytes = w[at + 9];
        r.sport = (int) (w[at + 10] >>> 48);
        r.dport = (int) (w[at + 10] >>> 32) & 0xFFFF;
        r.application = (int) (w[at + 10] >>> 16) & 0xFFFF;
        r.memo = (int) w[at + 10] & 0xFFFF;
        r.protocol = (int) (w[at + 11] >>> 56);
        r.flags = (int) (w[at + 11] >>> 48) & 0xFF;
        r.initialFlags = (int) (w[at + 11] >>> 40) & 0xFF;
        r.sessionFlags = (int) (w[at + 11] >>> 32) & 0xFF;
        r.attributes = (int) (w[at + 11] >>> 24) & 0xFF;
        r.flowtype = (int) (w[at + 11] >>> 16) & 0xFF;
        r.sensor = (int) w[at + 11] & 0xFFFF;
        r.input = w[at + 12];
        r.output = w[at + 13];
        r.sampling = w[at + 14];
    }
}
