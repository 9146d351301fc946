package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.sets.IpSet;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpWildcard;
import java.util.List;
import java.util.Optional;

/// What the statistics and Bloom filters of a row group tell of addresses.
final class AddressStatistics {
    private AddressStatistics() {}

    /// Whether an address of a range may be in the group.
    static boolean mayHold(RowGroupStats stats, Field field, IpRange r) {
        boolean may = stats.mayHold(field, r.loHi(), r.loLo(), r.hiHi(), r.hiLo());
        boolean single = r.loHi() == r.hiHi() && r.loLo() == r.hiLo();
        return may && (!single || stats.mayHold(field, r.loHi(), r.loLo()));
    }

    /// How many addresses of the group are members.
    static Outcome ask(RowGroupStats stats, Field field, IpSet set) {
        if (set.isEmpty() || !set.intersects(span(stats, field))) {
            return Outcome.NONE;
        }
        Optional<List<IpRange>> few = set.few(IpSet.MOST_FEW);
        if (few.isEmpty()) {
            return stats.mayHold(field, set) ? Outcome.SOME : Outcome.NONE;
        }
        IpRange all = span(stats, field);
        for (IpRange r : few.get()) {
            if (r.contains(all.loHi(), all.loLo()) && r.contains(all.hiHi(), all.hiLo())) {
                return Outcome.ALL;
            }
            if (mayHold(stats, field, r)) {
                return Outcome.SOME;
            }
        }
        return Outcome.NONE;
    }

    /// How many addresses of the group match.
    static Outcome ask(RowGroupStats stats, Field field, IpWildcard wildcard) {
        IpRange all = span(stats, field);
        if (all.loHi() == all.hiHi() && all.loLo() == all.hiLo()) {
            return wildcard.matches(all.loHi(), all.loLo()) ? Outcome.ALL : Outcome.NONE;
        }
        return mayHold(stats, field, wildcard.span()) ? Outcome.SOME : Outcome.NONE;
    }

    /// From the lowest address of the group to the highest.
    static IpRange span(RowGroupStats stats, Field field) {
        return new IpRange(
                stats.minHi(field), stats.min(field), stats.maxHi(field), stats.max(field), true);
    }
}
