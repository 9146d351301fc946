package dev.rearview.engine.filter;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.LongColumn;

/// Where the values of stored fields come from: the rows of a batch, or the entries of the
/// dictionary of one column, so that what is derived from that column alone is computed once for
/// each distinct value.
sealed interface Rows {
    /// Values of an integer field.
    long[] values(Field field);

    /// Upper words of an address.
    long[] hi(Field field);

    /// Lower words of an address.
    long[] lo(Field field);

    record OfBatch(FlowBatch batch) implements Rows {
        @Override
        public long[] values(Field field) {
            return batch.values(field);
        }

        @Override
        public long[] hi(Field field) {
            return batch.addresses(field).hi();
        }

        @Override
        public long[] lo(Field field) {
            return batch.addresses(field).lo();
        }
    }

    /// The one field that is asked for has these entries.
    record OfDictionary(long[] hi, long[] lo) implements Rows {
        private static final long[] NONE = {};

        static OfDictionary of(Column column) {
            if (column instanceof LongColumn longs) {
                return new OfDictionary(NONE, longs.dictionaryValues());
            }
            AddressDictionary d = ((AddressColumn) column).dictionary();
            int n = d.size();
            long[] hi = new long[n];
            long[] lo = new long[n];
            for (int i = 0; i < n; i++) {
                hi[i] = d.hi(i);
                lo[i] = d.lo(i);
            }
            return new OfDictionary(hi, lo);
        }

        @Override
        public long[] values(Field field) {
            return lo;
        }

        @Override
        public long[] hi(Field field) {
            return hi;
        }

        @Override
        public long[] lo(Field field) {
            return lo;
        }
    }
}
