package dev.rearview.engine.filter;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpRange;
import java.util.List;
import java.util.Optional;

/// Tests of address columns.
final class AddressKernels {
    private AddressKernels() {}

    static void retain(Field field, IpSet set, FlowBatch batch, Selection rows) {
        AddressColumn column = batch.addresses(field);
        if (!column.isCoded()) {
            retain(column.hi(), column.lo(), set, rows);
            return;
        }
        AddressDictionary dictionary = column.dictionary();
        int n = dictionary.size();
        Optional<List<IpRange>> few = set.few(Math.max(1, Math.min(IpSet.MOST_FEW, n / 32)));
        if (few.isPresent() && few.get().size() == 1) {
            IpRange r = few.get().getFirst();
            CodeKernels.retain(
                    column,
                    column.lowerBound(r.loHi(), r.loLo()),
                    column.upperBound(r.hiHi(), r.hiLo()),
                    batch.size(),
                    rows);
            return;
        }
        boolean[] accepted = new boolean[n];
        if (few.isPresent()) {
            for (IpRange r : few.get()) {
                int to = column.upperBound(r.hiHi(), r.hiLo());
                for (int i = column.lowerBound(r.loHi(), r.loLo()); i < to; i++) {
                    accepted[i] = true;
                }
            }
        } else if (dictionary.isIpv4() && set.ipv4Blocks().isSparse()) {
            probe(set, dictionary, accepted);
        } else {
            for (int i = 0; i < n; i++) {
                accepted[i] = set.contains(dictionary.hi(i), dictionary.lo(i));
            }
        }
        CodeKernels.retain(column, accepted, batch.size(), rows);
    }

    private static void retain(long[] hi, long[] lo, IpSet set, Selection rows) {
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (!set.contains(hi[i], lo[i])) {
                rows.remove(i);
            }
        }
    }

    /// Looks up the IPv4 addresses of the blocks that the set touches.
    private static void probe(IpSet set, AddressDictionary dictionary, boolean[] accepted) {
        int[] codes = new int[accepted.length];
        int found = dictionary.inBlocks(set.ipv4Blocks().bits(), codes);
        for (int i = 0; i < found; i++) {
            accepted[codes[i]] = set.contains(0, dictionary.lo(codes[i]));
        }
    }
}
