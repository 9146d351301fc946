package dev.rearview.engine.filter;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.Selection;
import dev.rearview.sets.PrefixMap;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a map of addresses gives one of some values: for an address, for all of a dictionary,
/// and for what lies between the lowest and the highest address of a row group.
final class Labels {
    /// Leading bits of an IPv4 address that tell its block in [#blocks].
    private static final int BLOCK_BITS = 20;

    /// Of a block of IPv4 addresses: some have another value, some have a wanted one.
    private static final byte OTHERS = 1;

    private static final byte WANTED = 2;

    /// Blocks of a map that are looked at; row groups that span more are read.
    private static final int MOST_BLOCKS = 4096;

    /// Leading bits of a mapped address that all have.
    private static final int MAPPED_BITS = 96;

    private final PrefixMap map;

    /// Ranges that do not touch, ascending.
    private final int[] lows;

    private final int[] highs;

    /// Made when addresses are first looked up.
    private volatile @Nullable Blocks blocks;

    /// Blocks of IPv4 addresses.
    ///
    /// @param answers of each
    /// @param bits set where some have a wanted value
    private record Blocks(byte[] answers, long[] bits) {}

    /// @param wanted values, ascending
    Labels(PrefixMap map, List<NumberRange.Integers> wanted) {
        this.map = map;
        this.lows = new int[wanted.size()];
        this.highs = new int[wanted.size()];
        for (int i = 0; i < lows.length; i++) {
            lows[i] = (int) wanted.get(i).low();
            highs[i] = (int) wanted.get(i).high();
        }
    }

    /// Keeps the rows whose address has a wanted value: on a coded column, by entry of its
    /// dictionary.
    void retain(Field field, FlowBatch batch, Selection rows) {
        AddressColumn column = batch.addresses(field);
        if (column.isCoded()) {
            AddressDictionary dictionary = column.dictionary();
            boolean[] accepted = new boolean[dictionary.size()];
            if (!accept(dictionary, accepted)) {
                rows.clear();
                return;
            }
            CodeKernels.retain(column, accepted, batch.size(), rows);
            return;
        }
        long[] hi = column.hi();
        long[] lo = column.lo();
        byte[] table = blocks().answers;
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            boolean isWanted =
                    Ip.isMapped(hi[i], lo[i])
                            ? isWanted(table, (int) lo[i])
                            : isWanted(map.find(hi[i], lo[i]));
            if (!isWanted) {
                rows.remove(i);
            }
        }
    }

    /// @return whether any address is accepted
    private boolean accept(AddressDictionary dictionary, boolean[] accepted) {
        boolean any = false;
        if (!dictionary.isIpv4()) {
            for (int i = 0; i < accepted.length; i++) {
                accepted[i] = isWanted(map.find(dictionary.hi(i), dictionary.lo(i)));
                any |= accepted[i];
            }
            return any;
        }
        Blocks all = blocks();
        int[] codes = new int[accepted.length];
        int found = dictionary.inBlocks(all.bits, codes);
        for (int i = 0; i < found; i++) {
            int code = codes[i];
            accepted[code] = isWanted(all.answers, (int) dictionary.lo(code));
            any |= accepted[code];
        }
        return any;
    }

    /// Most blocks have a single answer, so that the map is not walked for their addresses.
    private boolean isWanted(byte[] table, int address) {
        int block = table[address >>> Integer.SIZE - BLOCK_BITS];
        return block == (OTHERS | WANTED)
                ? isWanted(map.find(0, Ip.mapped(address)))
                : block == WANTED;
    }

    private Blocks blocks() {
        Blocks known = blocks;
        if (known == null) {
            byte[] answers = new byte[1 << BLOCK_BITS];
            map.forEachIpv4Leaf((first, length, value) -> fill(answers, first, length, value));
            known = new Blocks(answers, bits(answers));
            blocks = known;
        }
        return known;
    }

    private static long[] bits(byte[] answers) {
        long[] out = new long[answers.length / Long.SIZE];
        for (int i = 0; i < out.length; i++) {
            out[i] = bits(answers, i * Long.SIZE);
        }
        return out;
    }

    private static long bits(byte[] answers, int at) {
        long out = 0;
        for (int i = 0; i < Long.SIZE; i++) {
            out |= (answers[at + i] & WANTED) == 0 ? 0 : 1L << i;
        }
        return out;
    }

    private void fill(byte[] table, int first, int length, int value) {
        byte answer = isWanted(value) ? WANTED : OTHERS;
        int at = first >>> Integer.SIZE - BLOCK_BITS;
        if (length >= BLOCK_BITS) {
            table[at] |= answer;
        } else {
            Arrays.fill(table, at, at + (1 << BLOCK_BITS - length), answer);
        }
    }

    Outcome ask(RowGroupStats stats, Field field) {
        IpRange span = AddressStatistics.span(stats, field);
        boolean ipv4 =
                Ip.isMapped(span.loHi(), span.loLo()) && Ip.isMapped(span.hiHi(), span.hiLo());
        if (!ipv4) {
            return Outcome.SOME;
        }
        if (isMixedInside((int) span.loLo(), (int) span.hiLo())) {
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

    /// Whether the blocks that lie between two addresses as a whole have both answers.
    private boolean isMixedInside(int low, int high) {
        byte[] answers = blocks().answers;
        int end = high >>> Integer.SIZE - BLOCK_BITS;
        int seen = 0;
        for (int i = (low >>> Integer.SIZE - BLOCK_BITS) + 1; i < end; i++) {
            seen |= answers[i];
            if (seen == (OTHERS | WANTED)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWanted(int value) {
        int at = Arrays.binarySearch(lows, value);
        int range = at >= 0 ? at : -at - 2;
        return range >= 0 && value <= highs[range];
    }
}
