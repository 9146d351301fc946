package dev.rearview.engine.group;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Codes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.Selection;
import java.util.Optional;

/// The values of some fields in the selected rows of a batch, one row after the other. One thread
/// uses it for one batch after the other.
final class RowColumns {
    private final int[] index = new int[FlowBatch.MAX_ROWS];
    private final long[] dictionary = new long[FlowBatch.MAX_ROWS];
    private long[][] evaluated = {};
    private int rows;
    private boolean all;

    /// Takes the rows that are wanted.
    ///
    /// @return how many they are
    int select(FlowBatch batch, Selection selected) {
        rows = selected.count();
        all = rows == batch.size();
        if (!all) {
            long[] words = selected.words();
            int n = 0;
            for (int word = 0; word < words.length; word++) {
                n = rowsOf(words[word], word << 6, n);
            }
        }
        return rows;
    }

    private int rowsOf(long bits, int base, int from) {
        int n = from;
        for (long left = bits; left != 0; left &= left - 1) {
            index[n++] = base + Long.numberOfTrailingZeros(left);
        }
        return n;
    }

    /// Whether the rows are those of the whole batch.
    boolean isAll() {
        return all;
    }

    /// Row numbers in the batch; meaningful unless all rows are wanted.
    int[] index() {
        return index;
    }

    /// Fills `lo`, and `hi` for an address, with a field's values.
    ///
    /// @return whether all are single words or IPv4 addresses, for which `hi` is not filled
    boolean fill(FlowBatch batch, Evaluator field, long[] hi, long[] lo) {
        Optional<Field> stored = field.stored();
        if (stored.isPresent()) {
            Column column = batch.column(stored.get());
            if (column instanceof LongColumn longs) {
                fill(longs, lo);
                return true;
            }
            return fill((AddressColumn) column, hi, lo);
        }
        int words = field.words();
        if (evaluated.length < words || evaluated[0].length < batch.size()) {
            evaluated = new long[2][Math.max(1, batch.size())];
        }
        field.evaluate(batch, evaluated, 0);
        if (words == 1) {
            pick(evaluated[0], lo);
            return true;
        }
        pick(evaluated[0], hi);
        pick(evaluated[1], lo);
        return isIpv4(hi, lo, rows);
    }

    private void fill(LongColumn column, long[] out) {
        if (!column.isCoded()) {
            pick(column.values(), out);
        } else if (all) {
            column.codes().gather(column.dictionaryValues(), out, rows);
        } else {
            column.codes().gather(column.dictionaryValues(), index, out, rows);
        }
    }

    private boolean fill(AddressColumn column, long[] hi, long[] lo) {
        if (!column.isCoded()) {
            pick(column.hi(), hi);
            pick(column.lo(), lo);
            return isIpv4(hi, lo, rows);
        }
        AddressDictionary d = column.dictionary();
        if (d.isIpv4() && !all && rows < d.size()) {
            Codes codes = column.codes();
            for (int i = 0; i < rows; i++) {
                lo[i] = d.lo(codes.get(index[i]));
            }
            return true;
        }
        for (int i = 0; i < d.size(); i++) {
            dictionary[i] = d.lo(i);
        }
        gather(column, lo);
        if (d.isIpv4()) {
            return true;
        }
        for (int i = 0; i < d.size(); i++) {
            dictionary[i] = d.hi(i);
        }
        gather(column, hi);
        return isIpv4(hi, lo, rows);
    }

    private void gather(AddressColumn column, long[] out) {
        if (all) {
            column.codes().gather(dictionary, out, rows);
        } else {
            column.codes().gather(dictionary, index, out, rows);
        }
    }

    private void pick(long[] from, long[] out) {
        if (all) {
            System.arraycopy(from, 0, out, 0, rows);
            return;
        }
        for (int i = 0; i < rows; i++) {
            out[i] = from[index[i]];
        }
    }

    private static boolean isIpv4(long[] hi, long[] lo, int n) {
        boolean mapped = true;
        for (int i = 0; i < n && mapped; i++) {
            mapped = Ip.isMapped(hi[i], lo[i]);
        }
        return mapped;
    }
}
