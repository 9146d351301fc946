package dev.rearview.model;

import static dev.rearview.model.FieldNumbers.APPLICATION;
import static dev.rearview.model.FieldNumbers.ATTRIBUTES;
import static dev.rearview.model.FieldNumbers.BYTES;
import static dev.rearview.model.FieldNumbers.DIP;
import static dev.rearview.model.FieldNumbers.DPORT;
import static dev.rearview.model.FieldNumbers.DURATION;
import static dev.rearview.model.FieldNumbers.FLAGS;
import static dev.rearview.model.FieldNumbers.FLOWTYPE;
import static dev.rearview.model.FieldNumbers.INITIAL_FLAGS;
import static dev.rearview.model.FieldNumbers.INPUT;
import static dev.rearview.model.FieldNumbers.MEMO;
import static dev.rearview.model.FieldNumbers.NHIP;
import static dev.rearview.model.FieldNumbers.OUTPUT;
import static dev.rearview.model.FieldNumbers.PACKETS;
import static dev.rearview.model.FieldNumbers.PROTOCOL;
import static dev.rearview.model.FieldNumbers.SAMPLING;
import static dev.rearview.model.FieldNumbers.SENSOR;
import static dev.rearview.model.FieldNumbers.SESSION_FLAGS;
import static dev.rearview.model.FieldNumbers.SIP;
import static dev.rearview.model.FieldNumbers.SPORT;
import static dev.rearview.model.FieldNumbers.STIME;

import java.util.Arrays;

/// A flow record as a row of words, for sorting, spilling and the journal.
public final class RecordWords {
    /// Words of one record.
    public static final int COUNT = 15;

    /// Words that hold more than one field.
    private static final int PORTS = 10;

    private static final int BITS = 11;

    /// Where fields are: word and bits below it, by ordinal; of an address its first word.
    private static final int[] WORD = new int[Field.count()];

    private static final int[] SHIFT = new int[Field.count()];

    static {
        put(Field.SIP, 0, 0);
        put(Field.DIP, 2, 0);
        put(Field.NHIP, 4, 0);
        put(Field.STIME, 6, 0);
        put(Field.DURATION, 7, 0);
        put(Field.PACKETS, 8, 0);
        put(Field.BYTES, 9, 0);
        put(Field.SPORT, PORTS, 48);
        put(Field.DPORT, PORTS, 32);
        put(Field.APPLICATION, PORTS, 16);
        put(Field.MEMO, PORTS, 0);
        put(Field.PROTOCOL, BITS, 56);
        put(Field.FLAGS, BITS, 48);
        put(Field.INITIAL_FLAGS, BITS, 40);
        put(Field.SESSION_FLAGS, BITS, 32);
        put(Field.ATTRIBUTES, BITS, 24);
        put(Field.FLOWTYPE, BITS, 16);
        put(Field.SENSOR, BITS, 0);
        put(Field.INPUT, 12, 0);
        put(Field.OUTPUT, 13, 0);
        put(Field.SAMPLING, 14, 0);
    }

    private static void put(Field field, int word, int shift) {
        WORD[field.ordinal()] = word;
        SHIFT[field.ordinal()] = shift;
    }

    private RecordWords() {}

    /// The word that is the field and nothing else, of an address the first of its two; -1 where it
    /// shares one.
    public static int wordOf(Field field) {
        int word = WORD[field.ordinal()];
        return word == PORTS || word == BITS ? -1 : word;
    }

    /// The word in which the field is, of an address the first of its two.
    public static int word(Field field) {
        return WORD[field.ordinal()];
    }

    /// Bits of its word that lie below the field.
    public static int shift(Field field) {
        return SHIFT[field.ordinal()];
    }

    /// Bits of its word that the field takes.
    public static int bits(Field field) {
        return wordOf(field) >= 0 ? Long.SIZE : field.kind() == Field.Kind.UINT8 ? 8 : 16;
    }

    /// Makes words of columns, those of row i at i.
    ///
    /// @param words gets an array for each word: one of the batch, not to be changed, where a word
    ///   is a field, and its own where it is not, which is used again if it has room
    public static void columns(FlowBatch batch, long[][] words) {
        for (int word = PORTS; word <= BITS; word++) {
            if (words[word].length < batch.size()) {
                words[word] = new long[batch.size()];
            }
            Arrays.fill(words[word], 0, batch.size(), 0);
        }
        for (Field field : Field.all()) {
            int word = WORD[field.ordinal()];
            if (field.isAddress()) {
                words[word] = batch.addresses(field).hi();
                words[word + 1] = batch.addresses(field).lo();
            } else if (word == PORTS || word == BITS) {
                or(batch.values(field), SHIFT[field.ordinal()], words[word], batch.size());
            } else {
                words[word] = batch.values(field);
            }
        }
    }

    private static void or(long[] values, int shift, long[] words, int n) {
        for (int i = 0; i < n; i++) {
            words[i] |= values[i] << shift;
        }
    }

    /// The column of a field from columns of words.
    ///
    /// @param scratch gets the values of a field that shares a word; at least `rows` words
    public static Column column(Field field, long[][] words, int rows, long[] scratch) {
        int word = WORD[field.ordinal()];
        if (field.isAddress()) {
            return AddressColumn.of(words[word], words[word + 1]);
        }
        if (wordOf(field) >= 0) {
            return LongColumn.of(words[word]);
        }
        long[] shared = words[word];
        int shift = SHIFT[field.ordinal()];
        long mask = (1L << bits(field)) - 1;
        for (int i = 0; i < rows; i++) {
            scratch[i] = shared[i] >>> shift & mask;
        }
        return LongColumn.of(scratch);
    }

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

    /// Appends the flow at `w[at]` to a batch, field by field as [#unpack] takes them out.
    public static void addTo(FlowBatch batch, long[] w, int at) {
        long[][] lower = batch.rows();
        long[][] upper = batch.upper();
        int row = batch.addRow();
        upper[SIP][row] = w[at];
        lower[SIP][row] = w[at + 1];
        upper[DIP][row] = w[at + 2];
        lower[DIP][row] = w[at + 3];
        upper[NHIP][row] = w[at + 4];
        lower[NHIP][row] = w[at + 5];
        lower[STIME][row] = w[at + 6];
        lower[DURATION][row] = w[at + 7];
        lower[PACKETS][row] = w[at + 8];
        lower[BYTES][row] = w[at + 9];
        long ports = w[at + 10];
        lower[SPORT][row] = ports >>> 48;
        lower[DPORT][row] = ports >>> 32 & 0xFFFF;
        lower[APPLICATION][row] = ports >>> 16 & 0xFFFF;
        lower[MEMO][row] = ports & 0xFFFF;
        long bits = w[at + 11];
        lower[PROTOCOL][row] = bits >>> 56;
        lower[FLAGS][row] = bits >>> 48 & 0xFF;
        lower[INITIAL_FLAGS][row] = bits >>> 40 & 0xFF;
        lower[SESSION_FLAGS][row] = bits >>> 32 & 0xFF;
        lower[ATTRIBUTES][row] = bits >>> 24 & 0xFF;
        lower[FLOWTYPE][row] = bits >>> 16 & 0xFF;
        lower[SENSOR][row] = bits & 0xFFFF;
        lower[INPUT][row] = w[at + 12];
        lower[OUTPUT][row] = w[at + 13];
        lower[SAMPLING][row] = w[at + 14];
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
