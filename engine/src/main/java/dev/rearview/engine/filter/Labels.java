package dev.rearview.engine.filter;

import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.sets.PrefixMap;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.util.List;

/// What a map of addresses has between the lowest and the highest address of a row group.
final class Labels {
    /// Blocks of a map that are looked at; row groups that span more are read.
    private static final int MOST_BLOCKS = 4096;

    /// Leading bits of a mapped address that all have.
    private static final int MAPPED_BITS = 96;

    private final PrefixMap map;
    private final List<NumberRange.Integers> wanted;

    /// @param wanted values, ascending
    Labels(PrefixMap map, List<NumberRange.Integers> wanted) {
        this.map = map;
        this.wanted = wanted;
    }

    Outcome ask(RowGroupStats stats, Field field) {
        IpRange span = AddressStatistics.span(stats, field);
        boolean ipv4 =
                Ip.isMapped(span.loHi(), span.loLo()) && Ip.isMapped(span.hiHi(), span.hiLo());
        if (!ipv4) {
            return Outcome.SOME;
        }
        boolean any = false;
        boolean all = true;
        long ip = span.loLo();
        for (int i = 0; i < MOST_BLOCKS; i++) {
            boolean isWanted = isWanted(map.find(0, ip));
            any |= isWanted;
            all &= isWanted;
            int length = map.blockLength(0, ip) - (map.kind().isV6() ? MAPPED_BITS : 0);
            long last = ip | (length >= 32 ? 0 : 0xFFFF_FFFFL >>> Math.max(0, length));
            if (any && !all) {
                return Outcome.SOME;
            }
            if (last >= span.hiLo()) {
                return any ? Outcome.ALL : Outcome.NONE;
            }
            ip = last + 1;
        }
        return Outcome.SOME;
    }

    private boolean isWanted(int value) {
        for (NumberRange.Integers r : wanted) {
            if (r.contains(value)) {
                return true;
            }
        }
        return false;
    }
}
