package dev.rearview.engine.sort;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.LongColumn;

/// A flow as words, each of which is one number: rows keep of a word the bits in which they differ.
/// An address is two; so is a time, the milliseconds, by which flows are sorted, and the
/// microseconds beyond, which most sources do not have.
final class FlowWords {
    /// Words of one flow.
    static final int COUNT;

    private static final int MILLISECOND = 1000;

    /// The first word of each field, by ordinal.
    private static final int[] FIRST = new int[Field.count()];

    static {
        int next = 0;
        for (Field field : Field.all()) {
            FIRST[field.ordinal()] = next;
            next += count(field);
        }
        COUNT = next;
    }

    private FlowWords() {}

    /// The first word of a field: the upper one of an address, the milliseconds of a time.
    static int first(Field field) {
        return FIRST[field.ordinal()];
    }

    /// How many words a field is. In their order they compare as it does.
    static int count(Field field) {
        return field.isAddress() || field.isMicroseconds() ? 2 : 1;
    }

    /// Makes words of columns, those of row i at i.
    ///
    /// @param words gets an array for each word: one of the batch, not to be changed, or for times
    ///   its own, which is used again if it has room
    static void columns(FlowBatch batch, long[][] words) {
        for (Field field : Field.all()) {
            int word = first(field);
            if (field.isAddress()) {
                AddressColumn addresses = batch.addresses(field);
                words[word] = addresses.hi();
                words[word + 1] = addresses.lo();
            } else if (field.isMicroseconds()) {
                words[word] = room(words[word], batch.size());
                words[word + 1] = room(words[word + 1], batch.size());
                divide(batch.values(field), batch.size(), words[word], words[word + 1]);
            } else {
                words[word] = batch.values(field);
            }
        }
    }

    private static long[] room(long[] word, int n) {
        return word.length < n ? new long[n] : word;
    }

    private static void divide(long[] times, int n, long[] milliseconds, long[] rest) {
        for (int i = 0; i < n; i++) {
            milliseconds[i] = Math.floorDiv(times[i], MILLISECOND);
            rest[i] = times[i] - milliseconds[i] * MILLISECOND;
        }
    }

    /// The column of a field from columns of words.
    ///
    /// @param scratch gets the values of a time; at least `rows` words
    static Column column(Field field, long[][] words, int rows, long[] scratch) {
        int word = first(field);
        if (field.isAddress()) {
            return AddressColumn.of(words[word], words[word + 1]);
        }
        if (!field.isMicroseconds()) {
            return LongColumn.of(words[word]);
        }
        long[] milliseconds = words[word];
        long[] rest = words[word + 1];
        for (int i = 0; i < rows; i++) {
            scratch[i] = milliseconds[i] * MILLISECOND + rest[i];
        }
        return LongColumn.of(scratch);
    }
}
