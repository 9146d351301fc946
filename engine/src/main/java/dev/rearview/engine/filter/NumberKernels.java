package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.LongColumn;
import dev.rearview.model.Selection;
import dev.rearview.text.NumberRange;
import java.util.List;

/// Tests of integer columns.
final class NumberKernels {
    private NumberKernels() {}

    static void retain(
            Field field, List<NumberRange.Integers> ranges, FlowBatch batch, Selection rows) {
        if (ranges.isEmpty()) {
            rows.clear();
            return;
        }
        LongColumn column = batch.longs(field);
        if (!column.isCoded()) {
            if (ranges.size() == 1) {
                retain(column.values(), ranges.getFirst(), batch.size(), rows.words());
            } else {
                retain(column.values(), field, ranges, rows);
            }
            return;
        }
        int n = column.dictionarySize();
        if (ranges.size() == 1) {
            NumberRange.Integers r = ranges.getFirst();
            CodeKernels.retain(
                    column,
                    column.lowerBound(field, r.low()),
                    column.upperBound(field, r.high()),
                    batch.size(),
                    rows);
            return;
        }
        boolean[] accepted = new boolean[n];
        if (ranges.size() < n / 16) {
            for (NumberRange.Integers r : ranges) {
                int to = column.upperBound(field, r.high());
                for (int i = column.lowerBound(field, r.low()); i < to; i++) {
                    accepted[i] = true;
                }
            }
        } else {
            int at = 0;
            for (int i = 0; i < n && at < ranges.size(); i++) {
                long v = column.dictionary().get(i);
                while (at < ranges.size() && field.compare(ranges.get(at).high(), v) < 0) {
                    at++;
                }
                accepted[i] = at < ranges.size() && field.compare(ranges.get(at).low(), v) <= 0;
            }
        }
        CodeKernels.retain(column, accepted, batch.size(), rows);
    }

    private static void retain(
            long[] values, Field field, List<NumberRange.Integers> ranges, Selection rows) {
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (!contains(field, ranges, values[i])) {
                rows.remove(i);
            }
        }
    }

    private static boolean contains(Field field, List<NumberRange.Integers> ranges, long v) {
        for (NumberRange.Integers r : ranges) {
            if (field.compare(v, r.high()) <= 0) {
                return field.compare(v, r.low()) >= 0;
            }
        }
        return false;
    }

    /// Distances from the low end compare as unsigned, whether the values do or not.
    private static void retain(long[] values, NumberRange.Integers range, int size, long[] words) {
        long low = range.low();
        long span = range.high() - low + Long.MIN_VALUE;
        for (int word = 0, base = 0; base < size; word++, base += 64) {
            if (words[word] == 0) {
                continue;
            }
            int end = Math.min(64, size - base);
            long bits = 0;
            for (int i = 0; i < end; i++) {
                bits |= values[base + i] - low + Long.MIN_VALUE <= span ? 1L << i : 0;
            }
            words[word] &= bits;
        }
    }
}
