package dev.rearview.text;

import dev.rearview.model.Ip;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;

/// SiLK's address wildcard: an address whose octets or 16-bit groups are numbers, ranges, comma
/// lists or `x`. An IPv4 wildcard matches mapped addresses and the reverse.
public final class IpWildcard {
    private final boolean v6;
    private final BitSet[] parts;

    private IpWildcard(boolean v6, BitSet[] parts) {
        this.v6 = v6;
        this.parts = parts;
    }

    public boolean isV6() {
        return v6;
    }

    /// Parses a wildcard, an address or a CIDR block; one `+` may come before IPv4.
    ///
    /// @throws IllegalArgumentException naming what is wrong
    public static IpWildcard parse(String text) {
        String s = text.strip();
        if (s.isEmpty()) {
            throw new IllegalArgumentException("empty IP address wildcard");
        }
        boolean plain = s.indexOf('/') >= 0 || (s.indexOf('.') < 0 && s.indexOf(':') < 0);
        if (plain) {
            return ofBlock(IpRange.parse(s));
        }
        return s.indexOf(':') >= 0 ? parseV6(s) : parseV4(IpText.withoutSign(s));
    }

    private static IpWildcard ofBlock(IpRange range) {
        int count = range.v6() ? 8 : 4;
        int width = range.v6() ? 16 : 8;
        BitSet[] parts = new BitSet[count];
        for (int i = 0; i < count; i++) {
            parts[i] = new BitSet();
            int low = part(range.loHi(), range.loLo(), i, count, width);
            int high = part(range.hiHi(), range.hiLo(), i, count, width);
            parts[i].set(low, high + 1);
        }
        return new IpWildcard(range.v6(), parts);
    }

    /// The one range of addresses that the wildcard stands for, if it is one.
    public Optional<IpRange> range() {
        int last = (1 << width()) - 1;
        boolean single = true;
        for (BitSet part : parts) {
            int from = part.nextSetBit(0);
            int to = part.length() - 1;
            boolean whole = from == 0 && to == last;
            if (part.cardinality() != to - from + 1 || !single && !whole) {
                return Optional.empty();
            }
            single = single && from == to;
        }
        return Optional.of(span());
    }

    /// From the lowest matching address to the highest.
    public IpRange span() {
        long[] low = new long[2];
        long[] high = new long[2];
        for (BitSet part : parts) {
            append(low, width(), part.nextSetBit(0));
            append(high, width(), part.length() - 1);
        }
        if (!v6) {
            low[1] |= Ip.MAPPED;
            high[1] |= Ip.MAPPED;
        }
        return new IpRange(low[0], low[1], high[0], high[1], v6);
    }

    /// Bits of a part.
    private int width() {
        return v6 ? 16 : 8;
    }

    /// Moves two words to the left and puts a part in.
    private static void append(long[] words, int width, int part) {
        words[0] = words[0] << width | words[1] >>> Long.SIZE - width;
        words[1] = words[1] << width | part;
    }

    private static int part(long hi, long lo, int index, int count, int width) {
        int shift = (count - 1 - index) * width;
        long word = shift >= 64 ? hi >>> (shift - 64) : lo >>> shift;
        return (int) (word & ((1L << width) - 1));
    }

    private static IpWildcard parseV4(String s) {
        return new IpWildcard(false, quads(s, s));
    }

    private static BitSet[] quads(String s, String whole) {
        String[] pieces = s.split("\\.", -1);
        if (pieces.length != 4) {
            throw new IllegalArgumentException("'" + whole + "' does not have four octets");
        }
        BitSet[] parts = new BitSet[4];
        for (int i = 0; i < 4; i++) {
            parts[i] = numbers(pieces[i], 10, 255, whole);
        }
        return parts;
    }

    private static IpWildcard parseV6(String s) {
        BitSet[] parts = new BitSet[8];
        int gap = s.indexOf("::");
        if (gap >= 0 && s.indexOf("::", gap + 1) >= 0) {
            throw new IllegalArgumentException("'" + s + "' has more than one '::'");
        }
        BitSet[] head = groups(gap < 0 ? s : s.substring(0, gap), s);
        BitSet[] tail = gap < 0 ? new BitSet[0] : groups(s.substring(gap + 2), s);
        int given = head.length + tail.length;
        if (gap < 0 ? given != 8 : given > 7) {
            throw new IllegalArgumentException("'" + s + "' does not have eight groups");
        }
        System.arraycopy(head, 0, parts, 0, head.length);
        System.arraycopy(tail, 0, parts, 8 - tail.length, tail.length);
        for (int i = 0; i < 8; i++) {
            if (parts[i] == null) {
                parts[i] = new BitSet();
                parts[i].set(0);
            }
        }
        return new IpWildcard(true, parts);
    }

    private static BitSet[] groups(String s, String whole) {
        if (s.isEmpty()) {
            return new BitSet[0];
        }
        String[] pieces = s.split(":", -1);
        boolean embedded = pieces[pieces.length - 1].indexOf('.') >= 0;
        BitSet[] out = new BitSet[pieces.length + (embedded ? 1 : 0)];
        int plain = embedded ? pieces.length - 1 : pieces.length;
        for (int i = 0; i < plain; i++) {
            out[i] = numbers(pieces[i], 16, 0xFFFF, whole);
        }
        if (embedded) {
            BitSet[] quads = quads(pieces[plain], whole);
            out[plain] = product(quads[0], quads[1]);
            out[plain + 1] = product(quads[2], quads[3]);
        }
        return out;
    }

    private static BitSet product(BitSet high, BitSet low) {
        BitSet out = new BitSet();
        high.stream().forEach(h -> low.stream().forEach(l -> out.set(h << 8 | l)));
        return out;
    }

    private static BitSet numbers(String list, int radix, int max, String whole) {
        BitSet out = new BitSet();
        if (list.equalsIgnoreCase("x")) {
            out.set(0, max + 1);
            return out;
        }
        for (String item : list.split(",", -1)) {
            int dash = item.indexOf('-');
            int low = number(dash < 0 ? item : item.substring(0, dash), radix, max, whole);
            int high = dash < 0 ? low : number(item.substring(dash + 1), radix, max, whole);
            if (high < low) {
                throw new IllegalArgumentException("'" + whole + "' has a range that runs down");
            }
            out.set(low, high + 1);
        }
        return out;
    }

    private static int number(String s, int radix, int max, String whole) {
        int value = -1;
        for (int i = 0; i < s.length(); i++) {
            int digit = s.charAt(i) < 128 ? Character.digit(s.charAt(i), radix) : -1;
            if (digit < 0) {
                throw new IllegalArgumentException("'" + whole + "' is not an address wildcard");
            }
            value = Math.max(value, 0) * radix + digit;
            if (value > max) {
                throw new IllegalArgumentException("'" + whole + "' has a part above " + max);
            }
        }
        if (value < 0) {
            throw new IllegalArgumentException("'" + whole + "' is not an address wildcard");
        }
        return value;
    }

    /// Whether the address, IPv4 as `::ffff:a.b.c.d`, matches.
    public boolean matches(long hi, long lo) {
        if (v6) {
            for (int i = 0; i < 4; i++) {
                if (!parts[i].get((int) (hi >>> (48 - 16 * i)) & 0xFFFF)
                        || !parts[i + 4].get((int) (lo >>> (48 - 16 * i)) & 0xFFFF)) {
                    return false;
                }
            }
            return true;
        }
        if (!Ip.isMapped(hi, lo)) {
            return false;
        }
        for (int i = 0; i < 4; i++) {
            if (!parts[i].get((int) (lo >>> (24 - 8 * i)) & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /// Hands out the matching addresses as disjoint ranges, ascending: one for each combination of
    /// runs in the parts, trailing full parts folded in.
    public void forEachRange(Consumer<IpRange> out) {
        new Walk(parts, v6, out).from(0);
    }

    /// Hands out ranges, part after part.
    private static final class Walk {
        private final BitSet[] parts;
        private final boolean v6;
        private final Consumer<IpRange> out;

        /// Bits of a part.
        private final int width;

        /// Values that a part may have.
        private final int full;

        /// The last part that is not full.
        private final int last;

        /// Values of the parts before the last.
        private final int[] chosen;

        Walk(BitSet[] parts, boolean v6, Consumer<IpRange> out) {
            this.parts = parts;
            this.v6 = v6;
            this.out = out;
            this.width = v6 ? 16 : 8;
            this.full = 1 << width;
            int end = parts.length;
            while (end > 0 && parts[end - 1].cardinality() == full) {
                end--;
            }
            this.last = Math.max(end - 1, 0);
            this.chosen = new int[parts.length];
        }

        void from(int index) {
            BitSet part = parts[index];
            if (index == last) {
                for (int low = part.nextSetBit(0); low >= 0; ) {
                    int high = part.nextClearBit(low) - 1;
                    emit(low, high);
                    low = part.nextSetBit(high + 1);
                }
                return;
            }
            for (int v = part.nextSetBit(0); v >= 0; v = part.nextSetBit(v + 1)) {
                chosen[index] = v;
                from(index + 1);
            }
        }

        /// Hands out what a run of the last part makes.
        private void emit(int from, int to) {
            long[] low = new long[2];
            long[] high = new long[2];
            for (int i = 0; i < parts.length; i++) {
                int a = i < last ? chosen[i] : i == last ? from : 0;
                int b = i < last ? chosen[i] : i == last ? to : full - 1;
                int shift = (parts.length - 1 - i) * width;
                int word = shift >= 64 ? 0 : 1;
                low[word] |= (long) a << (shift & 63);
                high[word] |= (long) b << (shift & 63);
            }
            if (!v6) {
                low[1] |= Ip.MAPPED;
                high[1] |= Ip.MAPPED;
            }
            out.accept(new IpRange(low[0], low[1], high[0], high[1], v6));
        }
    }

    @Override
    public String toString() {
        return (v6 ? "v6" : "v4") + Arrays.toString(parts);
    }
}
