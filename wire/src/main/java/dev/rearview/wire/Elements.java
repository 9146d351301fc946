package dev.rearview.wire;

import static dev.rearview.wire.registry.ElementIds.CERT_BASE;
import static dev.rearview.wire.registry.ElementIds.CERT_REVERSE_BASE;
import static dev.rearview.wire.registry.ElementIds.DATA_LINK_FRAME_SECTION;
import static dev.rearview.wire.registry.ElementIds.DESTINATION_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.FIREWALL_EVENT_V9;
import static dev.rearview.wire.registry.ElementIds.FIREWALL_EXT_EVENT_V9;
import static dev.rearview.wire.registry.ElementIds.IP_HEADER_PACKET_SECTION;
import static dev.rearview.wire.registry.ElementIds.IP_NEXT_HOP_IPV6_ADDRESS;
import static dev.rearview.wire.registry.ElementIds.NUMBERS;
import static dev.rearview.wire.registry.ElementIds.NUMBER_OF_FIREWALL_EVENT_V9;
import static dev.rearview.wire.registry.ElementIds.NUMBER_OF_FIREWALL_EXT_EVENT_V9;
import static dev.rearview.wire.registry.ElementIds.PROTOCOL_IDENTIFIER;
import static dev.rearview.wire.registry.ElementIds.REVERSE_BASE;
import static dev.rearview.wire.registry.ElementIds.SOURCE_IPV6_ADDRESS;

import dev.rearview.model.Ip;
import dev.rearview.wire.registry.ElementIds;
import dev.rearview.wire.registry.ElementNames;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The values of one data record's information elements, by the numbers of RFC 7012's registry.
///
/// Only elements that some flow field needs have a slot; others are skipped by length. Reused.
public final class Elements {
    /// Enterprise number of CERT (YAF).
    public static final int CERT = ElementNames.CERT_ENTERPRISE;

    /// Enterprise number of reverse elements (RFC 5103).
    public static final int REVERSE = ElementNames.REVERSE_ENTERPRISE;

    private static final int SLOTS = HeaderLayers.SLOTS;
    private static final int YAF_REVERSE_BIT = 0x4000;

    // Protocols of a header whose payload is a packet.
    private static final int IPV4_IN_IP = 4;
    private static final int IPV6_IN_IP = 41;

    private final long[] value = new long[SLOTS];
    private final long[] high = new long[SLOTS];
    private final int[] seen = new int[SLOTS];
    private int generation;
    private @Nullable Cursor section;
    private int sectionLink;
    private HeaderLayers layers = HeaderLayers.ONE;
    private Layer layer = Layer.ONLY;

    /// Which header of a packet [#header] reads.
    enum Layer {
        /// The record has but one: that of the template's first addresses.
        ONLY,
        /// The record has but one, and the template's first addresses are zeros.
        LATER,
        OUTER,
        INNER
    }

    /// Whether a slot is one that flows are made of.
    private static final boolean[] USED = used();

    private static boolean[] used() {
        boolean[] out = new boolean[SLOTS];
        for (int slot : ElementIds.all()) {
            out[slot] = true;
        }
        return out;
    }

    /// Most elements that flows are made of: as many as two words have bits.
    static final int MAX_ORDINALS = 2 * Long.SIZE;

    /// A small number for each slot of [#USED], -1 for others.
    private static final byte[] ORDINAL = ordinals();

    private static byte[] ordinals() {
        byte[] out = new byte[SLOTS];
        int next = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            out[slot] = (byte) (USED[slot] ? next++ : -1);
        }
        if (next > MAX_ORDINALS) {
            throw new IllegalStateException(next + " elements");
        }
        return out;
    }

    /// The number of a slot that an element has, from 0, below [#MAX_ORDINALS].
    static int ordinal(int slot) {
        return ORDINAL[slot];
    }

    /// The slot of an element, or -1 if no flow field needs it.
    public static int slot(int enterprise, int id) {
        int slot =
                switch (enterprise) {
                    case 0 ->
                            switch (id) {
                                case NUMBER_OF_FIREWALL_EVENT_V9 -> FIREWALL_EVENT_V9;
                                case NUMBER_OF_FIREWALL_EXT_EVENT_V9 -> FIREWALL_EXT_EVENT_V9;
                                default -> id < NUMBERS ? id : -1;
                            };
                    case CERT ->
                            (id & YAF_REVERSE_BIT) != 0
                                    ? CERT_REVERSE_BASE + id % NUMBERS
                                    : id < NUMBERS ? CERT_BASE + id : -1;
                    case REVERSE -> id < NUMBERS ? REVERSE_BASE + id : -1;
                    default -> -1;
                };
        return slot >= 0 && slot < SLOTS && USED[slot] ? slot : -1;
    }

    /// An element that has this slot in [#slot]: its enterprise's number in the upper half, its own
    /// in the lower.
    static long element(int slot) {
        int id = slot % NUMBERS;
        return switch (slot - id) {
            case CERT_BASE -> (long) CERT << 32 | id;
            case REVERSE_BASE -> (long) REVERSE << 32 | id;
            case CERT_REVERSE_BASE -> (long) CERT << 32 | YAF_REVERSE_BIT | id;
            default ->
                    switch (slot) {
                        case FIREWALL_EVENT_V9 -> NUMBER_OF_FIREWALL_EVENT_V9;
                        case FIREWALL_EXT_EVENT_V9 -> NUMBER_OF_FIREWALL_EXT_EVENT_V9;
                        default -> slot;
                    };
        };
    }

    /// Forgets all values; a record of the template comes.
    void begin(Template t) {
        clear();
        section = null;
        layers = t.layers();
        layer = Layer.ONLY;
    }

    /// Forgets all values.
    public void clear() {
        if (++generation == 0) {
            Arrays.fill(seen, 0);
            generation = 1;
        }
    }

    /// Whether a value is wanted. Lists within a record tell of its payload, such as addresses that
    /// a DNS answer names: of them, only what YAF says of the flow itself is taken, where the
    /// record does not say it.
    boolean takes(int slot, boolean nested) {
        boolean ofYaf =
                slot >= CERT_BASE && slot < REVERSE_BASE
                        || slot >= CERT_REVERSE_BASE && slot < FIREWALL_EVENT_V9;
        return slot >= 0 && (!nested || ofYaf && get(slot) == 0);
    }

    /// Reads an element's value into its slot.
    public void read(int slot, Cursor in, int length) {
        boolean address =
                slot == SOURCE_IPV6_ADDRESS
                        || slot == DESTINATION_IPV6_ADDRESS
                        || slot == IP_NEXT_HOP_IPV6_ADDRESS
                        || slot == HeaderLayers.second(SOURCE_IPV6_ADDRESS)
                        || slot == HeaderLayers.second(DESTINATION_IPV6_ADDRESS);
        if (slot == DATA_LINK_FRAME_SECTION || slot == IP_HEADER_PACKET_SECTION) {
            sectionLink =
                    slot == IP_HEADER_PACKET_SECTION
                            ? PacketHeader.LINK_RAW_IP
                            : PacketHeader.LINK_ETHERNET;
            section = in.take(length);
        } else if (address && length == 16) {
            high[slot] = in.i64();
            value[slot] = in.i64();
        } else {
            // Of an address of another length nothing of an earlier one is left.
            high[slot] = 0;
            value[slot] = in.unsigned(length);
        }
        seen[slot] = generation;
    }

    public boolean has(int slot) {
        return seen[slot] == generation;
    }

    /// The value, 0 where the record does not have it.
    public long get(int slot) {
        return seen[slot] == generation ? value[slot] : 0;
    }

    long high(int slot) {
        return seen[slot] == generation ? high[slot] : 0;
    }

    /// The first of several slots that the record has with a value above 0, else 0.
    long first(int... slots) {
        for (int slot : slots) {
            if (get(slot) != 0) {
                return value[slot];
            }
        }
        return 0;
    }

    boolean hasAny(int... slots) {
        for (int slot : slots) {
            if (has(slot)) {
                return true;
            }
        }
        return false;
    }

    /// The first octets of the packet that the record is about, if it has them.
    @Nullable Cursor section() {
        return section;
    }

    /// The link type of [#section].
    int sectionLink() {
        return sectionLink;
    }

    /// Selects the header that [#header] and [#hasHeader] read from then on, if the record's values
    /// are those of two; see [HeaderLayers].
    ///
    /// @param inner whether the inner one is wanted; it is not selected if nothing tells its
    ///   protocol
    /// @return slot of the source address, or -1 if the record has no address but zeros
    int select(boolean inner) {
        int outer = -1;
        for (int pair : layers.pairs()) {
            if (!isSet(pair) || outer >= 0 && isSame(outer, pair)) {
                continue;
            }
            if (outer < 0) {
                outer = pair;
            } else {
                layer = Layer.INNER;
                if (inner && hasHeader(PROTOCOL_IDENTIFIER)) {
                    return pair;
                }
                layer = Layer.OUTER;
                return outer;
            }
        }
        layer = outer < 0 || outer == layers.pairs()[0] ? Layer.ONLY : Layer.LATER;
        return outer;
    }

    /// The family of the header inside the selected one, as protocol number, or 0 where that is not
    /// known.
    int payloadProtocol() {
        if (layer != Layer.OUTER) {
            return 0;
        }
        int outer = -1;
        for (int pair : layers.pairs()) {
            if (outer >= 0 && isSet(pair) && !isSame(outer, pair)) {
                return HeaderLayers.isIpv6(pair) ? IPV6_IN_IP : IPV4_IN_IP;
            }
            outer = outer < 0 && isSet(pair) ? pair : outer;
        }
        return 0;
    }

    private boolean isSet(int source) {
        int destination = HeaderLayers.destination(source);
        return (high(source) | get(source) | high(destination) | get(destination)) != 0;
    }

    /// Whether two pairs name the same hosts: some exporters give IPv4 addresses as IPv6 too.
    private boolean isSame(int a, int b) {
        return isSameAddress(a, b)
                && isSameAddress(HeaderLayers.destination(a), HeaderLayers.destination(b));
    }

    private boolean isSameAddress(int a, int b) {
        return high(a) == high(b) && ipv6(a) == ipv6(b);
    }

    /// The last 64 bits of an address, IPv4 as mapped; so are those that IPv6 calls compatible.
    private long ipv6(int slot) {
        long low = get(slot);
        return high(slot) == 0 && low >>> 32 == 0 ? Ip.mapped((int) low) : low;
    }

    /// Whether the selected header has an element.
    boolean hasHeader(int slot) {
        return has(slotOf(slot));
    }

    /// An element of the selected header, 0 where it has none.
    long header(int slot) {
        return get(slotOf(slot));
    }

    private int slotOf(int slot) {
        int second = HeaderLayers.second(slot);
        return switch (layer) {
            case ONLY -> slot;
            case LATER -> get(slot) == 0 && has(second) ? second : slot;
            // A second occurrence that is not there reads as absent.
            case OUTER -> layers.isInner(slot) && !has(second) ? second : slot;
            case INNER -> layers.isInner(slot) && !has(second) ? slot : second;
        };
    }
}
