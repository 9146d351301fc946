package dev.rearview.sets;

import dev.rearview.model.Ip;
import dev.rearview.text.Numbers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A function from every address, or every (protocol, port) pair, to a number with a label.
///
/// The map is a binary trie: `children` has two of each node, the left and the right one, which are
/// node numbers, or a value with the sign bit set. Node 0 is the root. Immutable.
public final class PrefixMap {
    /// What the keys are, and whether values are country codes instead of labels.
    public enum Kind {
        IPV4(32),
        IPV6(128),
        /// Key `(protocol << 16) | port`.
        PROTO_PORT(32),
        COUNTRY_V4(32),
        COUNTRY_V6(128);

        private final int bits;

        Kind(int bits) {
            this.bits = bits;
        }

        public int bits() {
            return bits;
        }

        public boolean isCountry() {
            return this == COUNTRY_V4 || this == COUNTRY_V6;
        }

        public boolean isV6() {
            return bits == 128;
        }
    }

    /// The value of a key that the map does not know.
    public static final int NO_VALUE = 0x7FFF_FFFF;

    static final int LEAF = 0x8000_0000;

    /// How [#NO_VALUE] is shown.
    private static final String UNKNOWN = "UNKNOWN";

    /// Of fewer nodes a walk from the root is as fast as a table.
    private static final int MANY_NODES = 1 << 12;

    private final Kind kind;
    private final String name;
    private final int[] children;
    private final List<String> labels;
    private volatile int @Nullable [] first;

    /// @param name map name, empty if none
    /// @param children of all nodes, two of each; kept, not copied
    /// @param labels word of value i; empty words mark unused numbers; empty for country maps
    public PrefixMap(Kind kind, String name, int[] children, List<String> labels) {
        this.kind = kind;
        this.name = name;
        this.children = children;
        this.labels = List.copyOf(labels);
    }

    /// The same map of addresses, whose numbers stand for countries.
    public PrefixMap ofCountries() {
        return kind.isCountry()
                ? this
                : new PrefixMap(
                        kind.isV6() ? Kind.COUNTRY_V6 : Kind.COUNTRY_V4, name, children, List.of());
    }

    /// The same map, whose numbers stand for themselves where they were countries.
    public PrefixMap ofNumbers() {
        return kind.isCountry()
                ? new PrefixMap(kind.isV6() ? Kind.IPV6 : Kind.IPV4, name, children, List.of())
                : this;
    }

    public Kind kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    public int nodeCount() {
        return children.length / 2;
    }

    public int left(int node) {
        return children[2 * node];
    }

    public int right(int node) {
        return children[2 * node + 1];
    }

    public List<String> labels() {
        return labels;
    }

    /// The value for an address (IPv4 as `::ffff:a.b.c.d`); not for protocol-port maps.
    public int find(long hi, long lo) {
        if (kind.isV6()) {
            return walk(hi, lo, 128);
        }
        if (!Ip.isMapped(hi, lo)) {
            return NO_VALUE;
        }
        int[] table = first;
        if (table == null) {
            if (nodeCount() < MANY_NODES) {
                return walk(lo << 32, 0, 32);
            }
            table = firstSteps();
            first = table;
        }
        int node = table[(int) lo >>> 16];
        for (int bit = 15; node >= 0 && bit >= 0; bit--) {
            node = children[2 * node + (int) (lo >>> bit & 1)];
        }
        return node < 0 ? node & NO_VALUE : NO_VALUE;
    }

    /// Where the first sixteen bits of a key lead: a node, or a value with the sign bit set.
    private int[] firstSteps() {
        int[] table = new int[1 << 16];
        firstSteps(0, 0, table.length, table);
        return table;
    }

    private void firstSteps(int node, int from, int count, int[] table) {
        if (node < 0 || count == 1) {
            Arrays.fill(table, from, from + count, node);
            return;
        }
        firstSteps(left(node), from, count / 2, table);
        firstSteps(right(node), from + count / 2, count / 2, table);
    }

    /// The value for a protocol and port; only for protocol-port maps.
    public int findPort(int protocol, int port) {
        return walk((long) (protocol << 16 | port) << 32, 0, 32);
    }

    private int walk(long hi, long lo, int bits) {
        int node = 0;
        for (int i = 0; i < bits; i++) {
            node = children[Ip.bit(hi, lo, i) ? 2 * node + 1 : 2 * node];
            if (node < 0) {
                return node & NO_VALUE;
            }
        }
        return NO_VALUE;
    }

    /// The prefix length of the tree's block that holds an address, within the map's own 32 or 128
    /// bits.
    public int blockLength(long hi, long lo) {
        return kind.isV6() ? depth(hi, lo, 128) : depth(lo << 32, 0, 32);
    }

    /// The prefix length of the tree's block that holds a protocol and port, of 24 bits.
    public int portBlockLength(int protocol, int port) {
        return Math.max(0, depth((long) (protocol << 16 | port) << 32, 0, 32) - 8);
    }

    private int depth(long hi, long lo, int bits) {
        int node = 0;
        for (int i = 0; i < bits; i++) {
            node = children[Ip.bit(hi, lo, i) ? 2 * node + 1 : 2 * node];
            if (node < 0) {
                return i + 1;
            }
        }
        return bits;
    }

    /// The text of a value.
    public String label(int value) {
        if (kind.isCountry()) {
            return CountryCode.text(value);
        }
        if (value == NO_VALUE) {
            return UNKNOWN;
        }
        if (value < labels.size() && !labels.get(value).isEmpty()) {
            return labels.get(value);
        }
        return Integer.toString(value);
    }

    /// The value of a label, ignoring case.
    public Optional<Integer> valueOfLabel(String label) {
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.get(i).isEmpty() && labels.get(i).equalsIgnoreCase(label)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /// The value of a label, ignoring case, or of its number.
    public Optional<Integer> valueOf(String label) {
        Optional<Integer> named = valueOfLabel(label);
        if (named.isPresent()) {
            return named;
        }
        if (Numbers.isDigits(label) && label.length() < 10) {
            int number = Integer.parseInt(label);
            if (number < labels.size() && !labels.get(number).isEmpty()) {
                return Optional.of(number);
            }
        }
        if (label.equalsIgnoreCase(UNKNOWN)) {
            return Optional.of(NO_VALUE);
        }
        return Optional.empty();
    }

    /// Length of the longest label.
    public int widestLabel() {
        if (kind.isCountry()) {
            return 2;
        }
        if (labels.isEmpty()) {
            return UNKNOWN.length();
        }
        int widest = 0;
        for (String label : labels) {
            widest = Math.max(widest, label.length());
        }
        return widest;
    }

    /// Takes the leaves of a map.
    @FunctionalInterface
    public interface LeafConsumer {
        /// @param hi upper word of the block's first key; 32-bit keys stand in the top half
        /// @param length number of leading bits that are fixed
        void leaf(long hi, long lo, int length, int value);
    }

    /// Hands out the leaves in ascending order.
    public void forEachLeaf(LeafConsumer out) {
        walk(0, 0, 0, 0, out);
    }

    private void walk(int node, long hi, long lo, int depth, LeafConsumer out) {
        if (node < 0) {
            out.leaf(hi, lo, depth, node & NO_VALUE);
            return;
        }
        if (depth >= kind.bits()) {
            out.leaf(hi, lo, depth, NO_VALUE);
            return;
        }
        walk(left(node), hi, lo, depth + 1, out);
        if (depth < 64) {
            walk(right(node), hi | 1L << (63 - depth), lo, depth + 1, out);
        } else {
            walk(right(node), hi, lo | 1L << (127 - depth), depth + 1, out);
        }
    }

    /// Takes the leaves that hold IPv4 addresses.
    @FunctionalInterface
    public interface Ipv4LeafConsumer {
        /// @param first address of the block
        /// @param length number of its leading bits that are fixed, 0 to 32
        void leaf(int first, int length, int value);
    }

    /// Hands out the leaves that hold IPv4 addresses, ascending; not for protocol-port maps.
    public void forEachIpv4Leaf(Ipv4LeafConsumer out) {
        int node = 0;
        for (int i = 0; kind.isV6() && node >= 0 && i < 96; i++) {
            node = children[Ip.bit(0, Ip.MAPPED, i) ? 2 * node + 1 : 2 * node];
        }
        ipv4Leaves(node, 0, 0, out);
    }

    private void ipv4Leaves(int node, int first, int length, Ipv4LeafConsumer out) {
        if (node < 0 || length == 32) {
            out.leaf(first, length, node < 0 ? node & NO_VALUE : NO_VALUE);
            return;
        }
        ipv4Leaves(left(node), first, length + 1, out);
        ipv4Leaves(right(node), first | 1 << 31 - length, length + 1, out);
    }
}
