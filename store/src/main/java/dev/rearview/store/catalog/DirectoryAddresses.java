package dev.rearview.store.catalog;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.store.disk.MappedFile;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All addresses of a directory's files: the IPv4 ones one by one, of others whether there are any.
/// Of thousands that are sought only those that are here have to be asked of the files' Bloom
/// filters, each of which takes one in fifty for what it is not.
///
/// Several threads may ask at the same time.
final class DirectoryAddresses {
    /// Addresses of a set beyond which all files may matter: so many are not all wrong in a filter.
    static final int MOST_FOUND = 256;

    /// Ranges of a set that are looked for one by one; of more, each address here is looked up.
    private static final int MOST_RANGES = 1 << 16;

    /// Sets whose answers are kept: of queries that go on at the same time.
    private static final int ANSWERS = 4;

    private final MappedFile file;
    private final boolean hasOthers;
    private final AddressBlock[] blocks;

    /// Replaced as a whole.
    private volatile Answer[] answers = {};

    private volatile @Nullable Range last;

    private record Range(int low, int high, boolean mayHold) {}

    /// @param found null where all files may matter
    private record Answer(WeakReference<IpSet> set, int @Nullable [] found) {}

    private DirectoryAddresses(MappedFile file, boolean hasOthers, AddressBlock[] blocks) {
        this.file = file;
        this.hasOthers = hasOthers;
        this.blocks = blocks;
    }

    /// Reads where the addresses lie.
    ///
    /// @param b where that is told, and behind it afterwards
    /// @return null where they are not known
    /// @throws RuntimeException if it is damaged
    static @Nullable DirectoryAddresses read(MappedFile file, ByteBuffer b) {
        int kind = b.get();
        int count = b.getInt();
        if (kind < 0 || kind > 2 || count < 0 || count > b.remaining() / AddressBlock.ENTRY) {
            throw new IllegalStateException("addresses are damaged");
        }
        AddressBlock[] blocks = new AddressBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = AddressBlock.read(b);
            if (i > 0 && blocks[i].first() <= blocks[i - 1].last()) {
                throw new IllegalStateException("addresses are out of order");
            }
        }
        return kind == 0 ? null : new DirectoryAddresses(file, kind == 2, blocks);
    }

    private AddressCursor cursor() {
        return new AddressCursor(file, blocks);
    }

    /// Whether an address that is not IPv4 is here.
    boolean hasOthers() {
        return hasOthers;
    }

    /// Whether an IPv4 address between two, both included, may be here.
    boolean mayHold(int low, int high) {
        // Asked again for each file.
        Range known = last;
        if (known == null || known.low != low || known.high != high) {
            known = new Range(low, high, find(low & 0xFFFF_FFFFL, high & 0xFFFF_FFFFL));
            last = known;
        }
        return known.mayHold;
    }

    private boolean find(long low, long high) {
        try {
            return cursor().next(low) <= high;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /// The IPv4 addresses of a set that are here.
    ///
    /// @return null if they are too many, or if what tells is damaged
    int @Nullable [] found(IpSet set) {
        for (Answer a : answers) {
            if (a.set.refersTo(set)) {
                return a.found;
            }
        }
        int[] found;
        try {
            found = find(set);
        } catch (IllegalStateException e) {
            found = null;
        }
        List<Answer> kept = new ArrayList<>();
        kept.add(new Answer(new WeakReference<>(set), found));
        for (Answer a : answers) {
            if (kept.size() < ANSWERS) {
                kept.add(a);
            }
        }
        answers = kept.toArray(new Answer[0]);
        return found;
    }

    private int @Nullable [] find(IpSet set) {
        Found found = new Found();
        AddressCursor cursor = cursor();
        long[] ranges = set.ipv4Ranges(MOST_RANGES);
        if (ranges == null) {
            for (long a = cursor.next(0);
                    a != AddressCursor.NONE && !found.isFull();
                    a = cursor.next(a + 1)) {
                if (set.contains(0, Ip.mapped((int) a))) {
                    found.add(a);
                }
            }
            return found.all();
        }
        long next = -1;
        for (int i = 0; i < ranges.length && next != AddressCursor.NONE; i += 2) {
            if (next < ranges[i]) {
                next = cursor.next(ranges[i]);
            }
            for (; next <= ranges[i + 1] && !found.isFull(); next = cursor.next(next + 1)) {
                found.add(next);
            }
        }
        return found.all();
    }

    private static final class Found {
        private int[] addresses = new int[8];
        private int count;

        void add(long address) {
            if (count == addresses.length) {
                addresses = Arrays.copyOf(addresses, count * 2);
            }
            addresses[count++] = (int) address;
        }

        boolean isFull() {
            return count > MOST_FOUND;
        }

        int @Nullable [] all() {
            return isFull() ? null : Arrays.copyOf(addresses, count);
        }
    }

    /// Whether all blocks are as they were written.
    boolean isGood() {
        try {
            for (int i = 0; i < blocks.length; i++) {
                cursor().enter(i);
            }
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
