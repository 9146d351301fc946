package dev.rearview.kit.fields;

import dev.rearview.kit.tables.TextLines;
import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpText;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// `--network-structure`: netblocks of chosen sizes with their hosts, the sum of their counters,
/// and the smaller netblocks in them.
public final class NetworkStructure {
    /// The netblocks of IPv4 that are looked at where none are named.
    public static final List<Integer> USUAL_V4 = List.of(8, 16, 24, 27);

    private static final List<Integer> USUAL_V6 = List.of(48, 64);

    private final boolean v6;
    private final int bits;
    private final TreeSet<Integer> rows = new TreeSet<>();
    private final TreeSet<Integer> summary = new TreeSet<>();
    private boolean total;
    private boolean counts;

    /// How lines are laid out.
    ///
    /// @param finalDelimiter whether a separator follows a sum that is the last column
    public record Style(IpFormat ip, boolean padded, String separator, boolean finalDelimiter) {}

    private NetworkStructure(boolean v6) {
        this.v6 = v6;
        this.bits = v6 ? 128 : 32;
    }

    /// Parses STRUCTURE.
    public static NetworkStructure parse(String structure) {
        String s = structure.strip();
        boolean six = s.startsWith("v6:");
        NetworkStructure n = new NetworkStructure(six);
        String body = six || s.startsWith("v4:") ? s.substring(3) : s;
        if (body.isEmpty()) {
            body = "TS";
        }
        int slash = body.indexOf('/');
        n.list(slash < 0 ? body : body.substring(0, slash), true, slash >= 0);
        if (slash >= 0) {
            n.list(body.substring(slash + 1), false, true);
            n.counts = true;
        }
        if (n.rows.isEmpty() && !n.total) {
            throw new IllegalArgumentException("'" + structure + "' names no netblock to print");
        }
        return n;
    }

    private void list(String text, boolean print, boolean hasSlash) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ',' || c == ' ') {
                at++;
            } else if (Character.isDigit(c)) {
                int from = at;
                while (at < text.length() && Character.isDigit(text.charAt(at))) {
                    at++;
                }
                level(
                        (int) IpText.parseUnsigned(text.substring(from, at), bits, "netblock size"),
                        print);
            } else {
                letter(c, print, hasSlash);
                at++;
            }
        }
    }

    private void letter(char c, boolean print, boolean hasSlash) {
        switch (c) {
            case 'S' -> {
                // Where the smaller blocks are named the default ones are not wanted.
                if (print && !hasSlash) {
                    counts = true;
                    summary.addAll(v6 ? USUAL_V6 : USUAL_V4);
                }
            }
            case 'T' -> level(0, print);
            case 'H' -> level(bits, print);
            case 'A', 'B', 'C', 'X' -> {
                if (v6) {
                    throw new IllegalArgumentException("'" + c + "' is for IPv4 only");
                }
                level(USUAL_V4.get("ABCX".indexOf(c)), print);
            }
            default -> throw new IllegalArgumentException("unknown character '" + c + "'");
        }
    }

    private void level(int length, boolean print) {
        if (length == 0) {
            total |= print;
        } else if (print) {
            rows.add(length);
        } else {
            summary.add(length);
        }
    }

    /// Takes what is known of a netblock, for programs to read.
    @FunctionalInterface
    public interface Rows {
        /// @param sum of the counters of a bag
        /// @param smaller how many netblocks of each of the [#countedSizes] have hosts here, empty
        ///   where they are not smaller
        void row(String block, long sum, BigInteger hosts, List<Optional<BigInteger>> smaller);
    }

    /// The sizes of the netblocks that are counted within each that is printed.
    public List<Integer> countedSizes() {
        TreeSet<Integer> sizes = new TreeSet<>(counts ? rows : List.of());
        sizes.addAll(summary);
        sizes.remove(bits);
        return List.copyOf(sizes);
    }

    /// A printer that hands out rows instead of lines.
    ///
    /// @param weighted whether counters are summed
    /// @param wide whether single hosts of an IPv6 structure are printed as IPv6
    public Printer ofRows(IpFormat ip, boolean weighted, boolean wide, Rows to) {
        Style plain = new Style(ip, false, "", false);
        TextLines none = new TextLines(OutputStream.nullOutputStream());
        return new Printer(plain, none, weighted, v6 && wide, Optional.of(to));
    }

    /// A printer for a set: hosts are counted.
    public Printer ofSet(Style style, TextLines out) {
        return new Printer(style, out, false, v6, Optional.empty());
    }

    /// A printer for a bag: counters are summed.
    ///
    /// @param wide whether single hosts of an IPv6 structure are printed as IPv6
    public Printer ofBag(Style style, TextLines out, boolean wide) {
        return new Printer(style, out, true, v6 && wide, Optional.empty());
    }

    /// Prints blocks while addresses come in, ascending.
    public final class Printer {
        private final Style style;
        private final TextLines out;
        private final boolean weighted;
        private final boolean hostsAreV6;

        /// Netblock sizes that are printed or counted, ascending.
        private final int[] levels;

        /// The block of each size that was touched last.
        private final long[] lastHi;

        private final long[] lastLo;
        private final boolean[] touched;

        /// What is printed: a block for each size, and all together at the end.
        private final List<Open> printed = new ArrayList<>();

        private final Open all;
        private final int width;

        private final Optional<Rows> programs;

        private Printer(
                Style wanted,
                TextLines out,
                boolean weighted,
                boolean hostsAreV6,
                Optional<Rows> programs) {
            this.programs = programs;
            this.style =
                    v6
                            ? new Style(
                                    wanted.ip.keepingV6(),
                                    wanted.padded,
                                    wanted.separator,
                                    wanted.finalDelimiter)
                            : wanted;
            this.out = out;
            this.weighted = weighted;
            this.hostsAreV6 = hostsAreV6;
            TreeSet<Integer> sizes = new TreeSet<>(rows);
            sizes.addAll(summary);
            this.levels = sizes.stream().mapToInt(Integer::intValue).toArray();
            this.lastHi = new long[levels.length];
            this.lastLo = new long[levels.length];
            this.touched = new boolean[levels.length];
            for (int row : rows) {
                printed.add(new Open(row));
            }
            this.all = new Open(0);
            this.width = width();
        }

        /// Counts of one block, or of all.
        private final class Open {
            private final int length;
            private boolean isOpen;
            private long baseHi;
            private long baseLo;
            private long single;
            private BigInteger many = BigInteger.ZERO;
            private long sum;
            private final BigInteger[] smaller = new BigInteger[levels.length];

            Open(int length) {
                this.length = length;
                clear();
            }

            void clear() {
                isOpen = false;
                single = 0;
                many = BigInteger.ZERO;
                sum = 0;
                Arrays.fill(smaller, BigInteger.ZERO);
            }

            void hosts(BigInteger n, long weight) {
                if (n.equals(BigInteger.ONE)) {
                    single++;
                } else {
                    many = many.add(n);
                }
                sum += weight;
            }

            BigInteger hosts() {
                return many.add(BigInteger.valueOf(single));
            }
        }

        /// Adds the addresses of a set.
        public void add(IpSet set) {
            IpSet inFamily = v6 ? set : set.intersect(mapped());
            inFamily.forEachRange(this::addRange);
        }

        private void addRange(long loHi, long loLo, long hiHi, long hiLo) {
            int finest = printed.isEmpty() ? 0 : printed.getLast().length;
            long hi = loHi;
            long lo = loLo;
            while (true) {
                long endHi = hi | ~Ip.maskHi(length128(finest));
                long endLo = lo | ~Ip.maskLo(length128(finest));
                if (Ip.compare(endHi, endLo, hiHi, hiLo) >= 0) {
                    piece(hi, lo, hiHi, hiLo, 0);
                    return;
                }
                piece(hi, lo, endHi, endLo, 0);
                lo = endLo + 1;
                hi = lo == 0 ? endHi + 1 : endHi;
            }
        }

        /// Adds an address, which must not lie below those before it. One outside the structure's
        /// family does not count.
        public void add(long hi, long lo, long weight) {
            if (v6 || Ip.isMapped(hi, lo)) {
                piece(hi, lo, hi, lo, weight);
            }
        }

        /// Addresses that lie in one block of each size that is printed.
        private void piece(long loHi, long loLo, long hiHi, long hiLo, long weight) {
            open(loHi, loLo);
            for (int k = 0; k < levels.length; k++) {
                BigInteger fresh = touch(k, loHi, loLo, hiHi, hiLo);
                if (fresh.signum() == 0) {
                    continue;
                }
                all.smaller[k] = all.smaller[k].add(fresh);
                for (Open o : printed) {
                    if (o.length < levels[k]) {
                        o.smaller[k] = o.smaller[k].add(fresh);
                    }
                }
            }
            boolean one = loHi == hiHi && loLo == hiLo;
            BigInteger n = one ? BigInteger.ONE : IpSet.sizeOf(loHi, loLo, hiHi, hiLo);
            all.hosts(n, weight);
            printed.forEach(o -> o.hosts(n, weight));
        }

        /// Ends the blocks that an address does not lie in, the smallest first, and starts its own.
        private void open(long hi, long lo) {
            for (int i = 0; i < printed.size(); i++) {
                Open o = printed.get(i);
                int length = length128(o.length);
                long baseHi = hi & Ip.maskHi(length);
                long baseLo = lo & Ip.maskLo(length);
                if (o.isOpen && (o.baseHi != baseHi || o.baseLo != baseLo)) {
                    end(i);
                }
                if (!o.isOpen) {
                    o.isOpen = true;
                    o.baseHi = baseHi;
                    o.baseLo = baseLo;
                }
            }
        }

        /// The blocks of a size that addresses are the first in.
        private BigInteger touch(int k, long loHi, long loLo, long hiHi, long hiLo) {
            int length = length128(levels[k]);
            long fromHi = loHi & Ip.maskHi(length);
            long fromLo = loLo & Ip.maskLo(length);
            long toHi = hiHi & Ip.maskHi(length);
            long toLo = hiLo & Ip.maskLo(length);
            boolean known = touched[k] && lastHi[k] == fromHi && lastLo[k] == fromLo;
            touched[k] = true;
            lastHi[k] = toHi;
            lastLo[k] = toLo;
            if (fromHi == toHi && fromLo == toLo) {
                return known ? BigInteger.ZERO : BigInteger.ONE;
            }
            BigInteger n =
                    IpSet.sizeOf(fromHi, fromLo, toHi, toLo)
                            .subtract(BigInteger.ONE)
                            .shiftRight(128 - length)
                            .add(BigInteger.ONE);
            return known ? n.subtract(BigInteger.ONE) : n;
        }

        /// Prints and closes the blocks of the printed size `from` and those that are smaller.
        private void end(int from) {
            for (int i = printed.size() - 1; i >= from; i--) {
                Open o = printed.get(i);
                if (o.isOpen) {
                    row(o);
                    o.clear();
                }
            }
        }

        /// Prints what is open, and the total.
        public void finish() {
            end(0);
            if (total && programs.isPresent()) {
                hand("TOTAL", all, programs.get());
            } else if (total) {
                out.buffer().append("TOTAL");
                line(all.hosts().signum() == 0 ? width : "TOTAL".length(), all);
            }
        }

        private void hand(String block, Open o, Rows to) {
            List<Optional<BigInteger>> smaller = new ArrayList<>();
            for (int size : countedSizes()) {
                int k = Arrays.binarySearch(levels, size);
                smaller.add(size > o.length ? Optional.of(o.smaller[k]) : Optional.empty());
            }
            to.row(block, o.sum, o.hosts(), smaller);
        }

        private void row(Open o) {
            StringBuilder text = new StringBuilder();
            if (o.length == bits) {
                style.ip.format(o.baseHi, o.baseLo, hostsAreV6, text);
            } else {
                style.ip.formatPrefix(o.baseHi, o.baseLo, v6, o.length, text);
            }
            if (programs.isPresent()) {
                hand(text.toString(), o, programs.get());
                return;
            }
            if (style.padded) {
                boolean alone = printed.size() == 1 && !total;
                int indent = alone ? Math.max(0, width - text.length()) : 2 * indent(o.length);
                text.insert(0, " ".repeat(indent));
            }
            out.buffer().append(text);
            line(text.length(), o);
        }

        /// How many netblock sizes lie above one, printed or counted, from the first printed one
        /// on.
        private int indent(int length) {
            int n = total ? 1 : 0;
            for (int level : levels) {
                n += level >= rows.first() && level < length ? 1 : 0;
            }
            return n;
        }

        private int width() {
            if (rows.isEmpty()) {
                return 5;
            }
            boolean mapped = !v6 && style.ip.mapping() == IpFormat.Mapping.MAP_V4;
            int longest = (style.ip.zeroPadded() ? bits : rows.last()) + (mapped ? 96 : 0);
            int suffix = 1 + Integer.toString(longest).length();
            // The total counts as the block of length 0, unless smaller blocks are counted.
            int widest = total && !counts ? style.ip.width(v6) + suffix : 0;
            for (int level : rows) {
                int own = 2 * indent(level) + style.ip.width(v6);
                widest = Math.max(widest, own + (level == bits ? 0 : suffix));
            }
            return widest;
        }

        private void line(int written, Open o) {
            StringBuilder text = out.buffer();
            boolean alone = printed.size() == 1 && !total;
            if (style.padded && !alone) {
                text.repeat(' ', Math.max(0, width - written));
            }
            text.append(style.separator);
            boolean host = o.length == bits;
            if (weighted) {
                String sum = Long.toUnsignedString(o.sum);
                text.repeat(' ', style.padded ? Math.max(0, 20 - sum.length()) : 0).append(sum);
                if (counts || style.finalDelimiter) {
                    text.append(style.separator);
                }
                if (counts && !host) {
                    text.append(' ').append(o.hosts());
                    summary(o, text);
                }
            } else if (!host) {
                text.append(' ').append(o.hosts());
                if (counts) {
                    summary(o, text);
                }
            }
            out.endLine();
        }

        private void summary(Open o, StringBuilder text) {
            text.append(o.hosts().equals(BigInteger.ONE) ? " host" : " hosts");
            List<String> parts = new ArrayList<>();
            for (int k = 0; k < levels.length; k++) {
                if (levels[k] > o.length && levels[k] < bits) {
                    boolean one = o.smaller[k].equals(BigInteger.ONE);
                    parts.add(o.smaller[k] + " /" + levels[k] + (one ? "" : "s"));
                }
            }
            for (int i = 0; i < parts.size(); i++) {
                boolean last = i == parts.size() - 1;
                text.append(i == 0 ? " in " : parts.size() > 2 ? ", " : " ");
                text.append(i > 0 && last ? "and " : "").append(parts.get(i));
            }
        }
    }

    private int length128(int length) {
        return v6 ? length : length + 96;
    }

    private static IpSet mapped() {
        IpSet.Builder builder = new IpSet.Builder();
        builder.addRange(0, Ip.MAPPED, 0, Ip.MAPPED | 0xFFFF_FFFFL);
        return builder.build();
    }

    /// Occupied netblocks of one size.
    public static BigInteger occupied(IpSet set, boolean v6, int level) {
        NetworkStructure n = new NetworkStructure(v6);
        n.summary.add(level);
        Printer p =
                n.ofSet(
                        new Style(IpFormat.CANONICAL, false, "", false),
                        new TextLines(OutputStream.nullOutputStream()));
        p.add(set);
        return p.all.smaller[0];
    }
}
