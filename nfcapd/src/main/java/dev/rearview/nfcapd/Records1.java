package dev.rearview.nfcapd;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// Records of nfdump 1.6: a common part, addresses and counters as wide as flags say, and what an
/// extension map, another record, lists.
final class Records1 extends Records {
    private static final int FLOW_OLD = 1;
    private static final int MAP = 2;
    private static final int FLOW = 10;

    /// The most maps of a file; numbers have 16 bits, and collectors write a few.
    private static final int MAX_MAPS = 1 << 16;

    private static final int IS_IPV6 = 1;
    private static final int WIDE_PACKETS = 2;
    private static final int WIDE_BYTES = 4;

    /// Octets of each extension by its number; 0 where it takes none.
    private static final int[] SIZES = {
        0, 0, 0, 0, 4, 8, 4, 8, 4, 4, 16, 4, 16, 4, 4, 8, 4, 8, 4, 8, 16, 16, 40, 4, 16, 4, 8, 8, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 20, 4, 8, 32, 24, 24, 72, 0, 24, 12, 0, 8, 0
    };

    // Numbers of extensions.
    private static final int INTERFACES_2 = 4;
    private static final int INTERFACES_4 = 5;
    private static final int MISCELLANY = 8;
    private static final int NEXT_HOP_V4 = 9;
    private static final int NEXT_HOP_V6 = 10;
    private static final int OUT_PACKETS_4 = 14;
    private static final int OUT_PACKETS_8 = 15;
    private static final int OUT_BYTES_4 = 16;
    private static final int OUT_BYTES_8 = 17;

    private final Map<Integer, int[]> maps = new HashMap<>();

    @Override
    boolean decode(ByteBuffer data, int at, int size, FlowRecord r) throws Damage {
        switch (data.getShort(at) & 0xFFFF) {
            case MAP -> map(data, at, size);
            case FLOW_OLD -> {
                need(32, size, "it");
                flow(data, at, data.get(at + 4) & 0xFF, 0, size, r);
                return true;
            }
            case FLOW -> {
                need(36, size, "it");
                flow(data, at, data.getShort(at + 4) & 0xFFFF, 4, size, r);
                return true;
            }
            default -> {
                // Of exporters, samplers and the like.
            }
        }
        return false;
    }

    private void map(ByteBuffer b, int at, int size) throws Damage {
        need(8, size, "extension map");
        int number = b.getShort(at + 4) & 0xFFFF;
        int expected = b.getShort(at + 6) & 0xFFFF;
        int most = (size - 8) / 2;
        int count = 0;
        int octets = 0;
        while (count < most) {
            int id = b.getShort(at + 8 + 2 * count) & 0xFFFF;
            if (id == 0) {
                break;
            }
            if (id >= SIZES.length) {
                throw new Damage("lists the unknown extension " + id);
            }
            octets += SIZES[id];
            count++;
        }
        if (octets != expected) {
            throw new Damage("lists extensions of " + octets + " octets as " + expected);
        }
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = b.getShort(at + 8 + 2 * i) & 0xFFFF;
        }
        if (maps.size() < MAX_MAPS) {
            maps.put(number, ids);
        }
    }

    /// @param more octets between ports and addresses
    private void flow(ByteBuffer b, int at, int flags, int more, int size, FlowRecord r)
            throws Damage {
        int[] extensions = maps.get(b.getShort(at + 6) & 0xFFFF);
        if (extensions == null) {
            throw new Damage(
                    "names the extension map "
                            + (b.getShort(at + 6) & 0xFFFF)
                            + ", which no record before it is");
        }
        times(r, milliseconds(b, at + 12, at + 8), milliseconds(b, at + 16, at + 10));
        r.flags = b.get(at + 21) & 0xFF;
        r.protocol = b.get(at + 22) & 0xFF;
        r.setTypesOfService(b.get(at + 23), 0);
        r.sport = b.getShort(at + 24) & 0xFFFF;
        r.dport = b.getShort(at + 26) & 0xFFFF;
        int next = at + 28 + more;
        int end = at + size;
        boolean v6 = (flags & IS_IPV6) != 0;
        boolean widePackets = (flags & WIDE_PACKETS) != 0;
        boolean wideBytes = (flags & WIDE_BYTES) != 0;
        need((v6 ? 32 : 8) + (widePackets ? 8 : 4) + (wideBytes ? 8 : 4), end - next, "its end");
        if (v6) {
            ipv6(r, b, next);
            next += 32;
        } else {
            ipv4(r, b.getInt(next), b.getInt(next + 4));
            next += 8;
        }
        r.packets = count(b, next, widePackets);
        next += widePackets ? 8 : 4;
        r.bytes = count(b, next, wideBytes);
        next += wideBytes ? 8 : 4;
        reversePackets = 0;
        reverseBytes = 0;
        for (int id : extensions) {
            need(SIZES[id], end - next, "extension " + id);
            extension(id, b, next, r);
            next += SIZES[id];
        }
    }

    private void extension(int id, ByteBuffer b, int at, FlowRecord r) {
        switch (id) {
            case INTERFACES_2 -> {
                r.input = b.getShort(at) & 0xFFFF;
                r.output = b.getShort(at + 2) & 0xFFFF;
            }
            case INTERFACES_4 -> {
                r.input = b.getInt(at) & 0xFFFF_FFFFL;
                r.output = b.getInt(at + 4) & 0xFFFF_FFFFL;
            }
            case MISCELLANY -> r.setTypesOfService(r.typeOfService(), b.get(at));
            case NEXT_HOP_V4 -> r.setNhipV4(b.getInt(at));
            case NEXT_HOP_V6 -> {
                r.nhipHi = b.getLong(at);
                r.nhipLo = b.getLong(at + 8);
            }
            case OUT_PACKETS_4, OUT_PACKETS_8 -> reversePackets = count(b, at, id == OUT_PACKETS_8);
            case OUT_BYTES_4, OUT_BYTES_8 -> reverseBytes = count(b, at, id == OUT_BYTES_8);
            default -> {
                // What a flow record has no field for.
            }
        }
    }

    private static long count(ByteBuffer b, int at, boolean wide) {
        return wide ? b.getLong(at) : b.getInt(at) & 0xFFFF_FFFFL;
    }

    private static long milliseconds(ByteBuffer b, int seconds, int thousandths) {
        return (b.getInt(seconds) & 0xFFFF_FFFFL) * 1000 + (b.getShort(thousandths) & 0xFFFF);
    }
}
