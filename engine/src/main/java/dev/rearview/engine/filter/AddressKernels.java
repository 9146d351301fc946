package dev.rearview.engine.filter;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;

/// Tests of address columns.
final class AddressKernels {
    private AddressKernels() {}

    static void retain(Field field, Predicate.AddressTest test, FlowBatch batch, Selection rows) {
        AddressColumn column = batch.addresses(field);
        if (column.isCoded()) {
            AddressDictionary dictionary = column.dictionary();
            boolean[] accepted = new boolean[dictionary.size()];
            for (int i = 0; i < accepted.length; i++) {
                accepted[i] = test.test(dictionary.hi(i), dictionary.lo(i));
            }
            CodeKernels.retain(column, accepted, batch.size(), rows);
            return;
        }
        long[] hi = column.hi();
        long[] lo = column.lo();
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (!test.test(hi[i], lo[i])) {
                rows.remove(i);
            }
        }
    }

    static void retain(Field field, IpSet set, FlowBatch batch, Selection rows) {
        AddressColumn column = batch.addresses(field);
        if (!column.isCoded()) {
            retain(field, set::contains, batch, rows);
            return;
        }
        int ranges = set.rangeCount();
        if (ranges == 1) {
            CodeKernels.retain(
                    column,
                    column.lowerBound(set.lowHi(0), set.lowLo(0)),
                    upperBound(column, set.highHi(0), set.highLo(0)),
                    batch.size(),
                    rows);
            return;
        }
        AddressDictionary dictionary = column.dictionary();
        boolean[] accepted = new boolean[dictionary.size()];
        if (ranges < accepted.length / 32) {
            for (int r = 0; r < ranges; r++) {
                int to = upperBound(column, set.highHi(r), set.highLo(r));
                int from = column.lowerBound(set.lowHi(r), set.lowLo(r));
                for (int i = from; i < to; i++) {
                    accepted[i] = true;
                }
            }
        } else if (dictionary.isIpv4() && set.ipv4Blocks().isSparse()) {
            probe(set, dictionary, accepted);
        } else {
            merge(set, dictionary, accepted);
        }
        CodeKernels.retain(column, accepted, batch.size(), rows);
    }

    /// Looks up the IPv4 addresses of the blocks that the set touches.
    private static void probe(IpSet set, AddressDictionary dictionary, boolean[] accepted) {
        IpSet.Ipv4Blocks blocks = set.ipv4Blocks();
        for (int i = 0; i < accepted.length; i++) {
            long lo = dictionary.lo(i);
            accepted[i] = blocks.mayHold((int) lo) && set.contains(0, lo);
        }
    }

    /// Walks through set and dictionary, both ascending, side by side.
    private static void merge(IpSet set, AddressDictionary dictionary, boolean[] accepted) {
        int r = 0;
        for (int i = 0; i < accepted.length; i++) {
            long hi = dictionary.hi(i);
            long lo = dictionary.lo(i);
            while (r < set.rangeCount() && Ip.compare(set.highHi(r), set.highLo(r), hi, lo) < 0) {
                r++;
            }
            if (r == set.rangeCount()) {
                return;
            }
            accepted[i] = Ip.compare(set.lowHi(r), set.lowLo(r), hi, lo) <= 0;
        }
    }

    /// The first code whose value is above the one given.
    private static int upperBound(AddressColumn column, long hi, long lo) {
        int at = column.lowerBound(hi, lo);
        AddressDictionary d = column.dictionary();
        return at < d.size() && d.hi(at) == hi && d.lo(at) == lo ? at + 1 : at;
    }
}
