package dev.rearview.engine.group;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import java.util.List;

/// How the values of some fields lie in the words of a key.
///
/// A *wide* key has each field's words as they are. A *narrow* one has no more bits than a field
/// needs, 32 for an address, the first field in the highest bits; so narrow keys are in the same
/// order as wide ones. Addresses outside ::ffff:0:0/96 need wide keys.
final class KeyLayout {
    private final List<Evaluator> fields;
    private final int[] bits;
    private final int[] word;
    private final int[] shift;
    private final int wideWords;
    private final int narrowWords;
    private final int narrowFree;
    private final boolean hasAddress;

    KeyLayout(List<Evaluator> fields) {
        this.fields = List.copyOf(fields);
        int n = fields.size();
        bits = new int[n];
        word = new int[n];
        shift = new int[n];
        int wide = 0;
        int current = 0;
        int free = Long.SIZE;
        boolean address = false;
        for (int i = 0; i < n; i++) {
            Evaluator f = fields.get(i);
            bits[i] = f.words() == 2 ? 32 : f.stored().map(KeyLayout::bits).orElse(Long.SIZE);
            address |= f.words() == 2;
            wide += f.words();
            if (bits[i] > free) {
                current++;
                free = Long.SIZE;
            }
            free -= bits[i];
            word[i] = current;
            shift[i] = free;
        }
        wideWords = wide;
        narrowWords = n == 0 ? 0 : current + 1;
        narrowFree = n == 0 ? 0 : free;
        hasAddress = address;
    }

    /// Bits that a field's values need, those of an IPv4 address.
    static int bits(Field field) {
        return switch (field.kind()) {
            case UINT8 -> 8;
            case UINT16 -> 16;
            case UINT32, ADDRESS -> 32;
            case UINT64, TIME -> 64;
        };
    }

    List<Evaluator> fields() {
        return fields;
    }

    int wideWords() {
        return wideWords;
    }

    int narrowWords() {
        return narrowWords;
    }

    /// Lowest bits of the last word of a narrow key that are zero.
    int narrowFree() {
        return narrowFree;
    }

    boolean hasAddress() {
        return hasAddress;
    }

    boolean isAddress(int field) {
        return fields.get(field).words() == 2;
    }

    /// Puts a field's values into narrow keys.
    ///
    /// @param values lower words of `n` rows
    void pack(int field, long[] values, long[][] narrow, int n) {
        long[] into = narrow[word[field]];
        int by = shift[field];
        if (bits[field] == Long.SIZE) {
            System.arraycopy(values, 0, into, 0, n);
            return;
        }
        long mask = (1L << bits[field]) - 1;
        boolean first = field == 0 || word[field - 1] != word[field];
        if (first) {
            for (int i = 0; i < n; i++) {
                into[i] = (values[i] & mask) << by;
            }
        } else {
            for (int i = 0; i < n; i++) {
                into[i] |= (values[i] & mask) << by;
            }
        }
    }

    /// Puts one value into a narrow key of one field.
    long packSingle(long value) {
        return bits[0] == Long.SIZE ? value : (value & (1L << bits[0]) - 1) << shift[0];
    }

    /// Turns a narrow key into a wide one.
    void widen(long[] narrow, int at, long[] wide) {
        int to = 0;
        for (int i = 0; i < bits.length; i++) {
            long v = narrow[at + word[i]] >>> shift[i];
            if (bits[i] < Long.SIZE) {
                v &= (1L << bits[i]) - 1;
            }
            if (isAddress(i)) {
                wide[to++] = 0;
                v |= Ip.MAPPED;
            }
            wide[to++] = v;
        }
    }
}
