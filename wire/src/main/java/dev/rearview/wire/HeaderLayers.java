package dev.rearview.wire;

import static dev.rearview.wire.registry.ElementIds.DESTINATION_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_TRANSPORT_PORT;
import static dev.rearview.wire.registry.ElementIds.FIREWALL_EXT_EVENT_V9;
import static dev.rearview.wire.registry.ElementIds.ICMP_CODE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_CODE_IPV6;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_CODE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_CODE_IPV6;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_IPV4;
import static dev.rearview.wire.registry.ElementIds.ICMP_TYPE_IPV6;
import static dev.rearview.wire.registry.ElementIds.INITIAL_TCP_FLAGS;
import static dev.rearview.wire.registry.ElementIds.PROTOCOL_IDENTIFIER;
import static dev.rearview.wire.registry.ElementIds.SOURCE_IPV4_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.SOURCE_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.SOURCE_TRANSPORT_PORT;
import static dev.rearview.wire.registry.ElementIds.TCP_CONTROL_BITS;
import static dev.rearview.wire.registry.ElementIds.UNION_TCP_FLAGS;
import static dev.rearview.wire.registry.ElementIds.reverse;

import java.util.Arrays;

/// Which packet header an element describes where a template has two: routers export IPv4 in IPv6,
/// SRv6 and other tunnels with the addresses of both, by repeating elements or by giving both
/// families.
///
/// Decided once for each template, by the order of its fields (RFC 7011, section 8: the first
/// occurrence of an element is the outer header's):
///
/// * An *address pair* is a source or destination address of one family in one occurrence. The pair
///   whose addresses come first is the outer one, the next one that is not all zeros the inner one.
/// * Of another element of headers (protocol, ports, ICMP type, TCP flags) that occurs twice, the
///   first is the outer header's and the second the inner one's. One that occurs once belongs to
///   the inner header if it stands behind the first address of the second pair, else to the outer.
/// * Third occurrences, and second ones of elements that belong to no header, are skipped.
///
/// Whether a record *is* a tunnel is its values' to say: if only one pair is not zero, as in
/// templates that serve both families, or both name the same hosts, then all elements describe that
/// one header. An inner header that has no protocol of its own (protocol and ports stand before the
/// second pair, and not again behind it) would be a flow of protocol 0 that never was: such a
/// record is its outer header's as a whole, whichever is wanted.
final class HeaderLayers {
    /// Elements of packet headers: addresses first, as pairs.
    private static final int[] HEADER = {
        SOURCE_IPV4_ADDRESS,
        DESTINATION_IPV4_ADDRESS,
        SOURCE_IPV6_ADDRESS,
        DESTINATION_IPV6_ADDRESS,
        PROTOCOL_IDENTIFIER,
        TCP_CONTROL_BITS,
        SOURCE_TRANSPORT_PORT,
        DESTINATION_TRANSPORT_PORT,
        ICMP_TYPE_CODE_IPV4,
        ICMP_TYPE_CODE_IPV6,
        ICMP_TYPE_IPV4,
        ICMP_CODE_IPV4,
        ICMP_TYPE_IPV6,
        ICMP_CODE_IPV6,
        reverse(TCP_CONTROL_BITS),
        INITIAL_TCP_FLAGS,
        UNION_TCP_FLAGS,
        reverse(INITIAL_TCP_FLAGS),
        reverse(UNION_TCP_FLAGS)
    };

    private static final int ADDRESSES = 4;

    /// Slots that keep second occurrences, in the order of [#HEADER].
    static final int INNER_BASE = FIREWALL_EXT_EVENT_V9 + 1;

    static final int SLOTS = INNER_BASE + HEADER.length;

    /// Position in [#HEADER] by slot, -1 for others.
    private static final byte[] POSITION = positions();

    /// A template whose records have one header.
    static final HeaderLayers ONE = new HeaderLayers(new int[0], 0);

    private final int[] pairs;
    private final long innerOnly;

    private HeaderLayers(int[] pairs, long innerOnly) {
        this.pairs = pairs;
        this.innerOnly = innerOnly;
    }

    private static byte[] positions() {
        byte[] out = new byte[INNER_BASE];
        Arrays.fill(out, (byte) -1);
        for (int i = 0; i < HEADER.length; i++) {
            out[HEADER[i]] = (byte) i;
        }
        return out;
    }

    /// Decides for a template. Slots of repeated elements are changed to those of their second
    /// occurrence, or to -1 if that is skipped.
    ///
    /// @param lengths octets of each field; an empty field is no occurrence
    /// @param size fields
    static HeaderLayers of(int[] slots, int[] lengths, int size) {
        // Templates come from anybody, in any number: what was seen is bits, not a table of slots.
        long low = 0;
        long high = 0;
        long second = 0;
        int[] pairs = new int[ADDRESSES];
        int count = 0;
        int secondPair = Integer.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            int slot = slots[i];
            if (slot < 0 || lengths[i] == 0) {
                continue;
            }
            int at = POSITION[slot];
            int ordinal = Elements.ordinal(slot);
            long bit = 1L << ordinal;
            if (((ordinal < Long.SIZE ? low : high) & bit) != 0) {
                boolean isSecond = at >= 0 && (second >>> at & 1) == 0;
                second |= isSecond ? 1L << at : 0;
                slot = isSecond ? INNER_BASE + at : -1;
                slots[i] = slot;
            }
            low |= ordinal < Long.SIZE ? bit : 0;
            high |= ordinal < Long.SIZE ? 0 : bit;
            if (slot >= 0 && at >= 0 && at < ADDRESSES) {
                int pair = at % 2 == 0 ? slot : source(slot, at);
                if (!contains(pairs, count, pair)) {
                    pairs[count++] = pair;
                    secondPair = count == 2 ? i : secondPair;
                }
            }
        }
        return count < 2
                ? ONE
                : new HeaderLayers(Arrays.copyOf(pairs, count), behind(slots, size, secondPair));
    }

    /// The source address's slot that goes with a destination's.
    private static int source(int slot, int position) {
        return slot >= INNER_BASE ? slot - 1 : HEADER[position - 1];
    }

    private static boolean contains(int[] pairs, int count, int pair) {
        for (int i = 0; i < count; i++) {
            if (pairs[i] == pair) {
                return true;
            }
        }
        return false;
    }

    /// The elements, as bits by position, that first occur from a field on.
    private static long behind(int[] slots, int size, int from) {
        long before = 0;
        long after = 0;
        for (int i = 0; i < size; i++) {
            int at = slots[i] >= 0 && slots[i] < INNER_BASE ? POSITION[slots[i]] : -1;
            if (at >= ADDRESSES) {
                before |= i < from ? 1L << at : 0;
                after |= 1L << at;
            }
        }
        return after & ~before;
    }

    /// Slots of the source addresses of all pairs, in order; empty where there is but one.
    int[] pairs() {
        return pairs;
    }

    /// The destination's slot of a pair.
    static int destination(int source) {
        return source >= INNER_BASE
                ? source + 1
                : source == SOURCE_IPV4_ADDRESS
                        ? DESTINATION_IPV4_ADDRESS
                        : DESTINATION_IPV6_ADDRESS;
    }

    /// Whether a pair's addresses are IPv6.
    static boolean isIpv6(int source) {
        return source == SOURCE_IPV6_ADDRESS || source == second(SOURCE_IPV6_ADDRESS);
    }

    /// The slot of an element's second occurrence.
    static int second(int slot) {
        return INNER_BASE + POSITION[slot];
    }

    /// Whether an element's first occurrence is the inner header's.
    boolean isInner(int slot) {
        return (innerOnly >>> POSITION[slot] & 1) != 0;
    }
}
