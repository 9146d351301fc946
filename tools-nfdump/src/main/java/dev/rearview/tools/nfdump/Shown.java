package dev.rearview.tools.nfdump;

import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;

/// A line that is printed: a flow, or several that were put together. One is reused for all lines.
final class Shown {
    /// What identifies it; of what was put together, the keys alone are set.
    final FlowRecord flow = new FlowRecord();

    long flows;
    long firstMs;
    long lastMs;
    long packets;
    long bytes;
    long outPackets;
    long outBytes;

    void clear() {
        flow.clear();
        flows = 1;
        firstMs = lastMs = packets = bytes = outPackets = outBytes = 0;
    }

    /// Says which family its addresses are of; none is set yet.
    void setFamily(boolean v6) {
        flow.setIpv6(v6);
        if (v6) {
            flow.sipLo = flow.dipLo = flow.nhipLo = 0;
        }
    }

    long durationMs() {
        return lastMs - firstMs;
    }

    /// Takes what went out for what came in, and the other way round.
    void turn() {
        long p = packets;
        packets = outPackets;
        outPackets = p;
        long b = bytes;
        bytes = outBytes;
        outBytes = b;
    }

    /// Sets a field of the flow.
    ///
    /// @param hi upper word of an address, not used by others
    void set(Field field, long hi, long lo) {
        switch (field) {
            case SIP -> {
                flow.sipHi = hi;
                flow.sipLo = lo;
            }
            case DIP -> {
                flow.dipHi = hi;
                flow.dipLo = lo;
            }
            case NHIP -> {
                flow.nhipHi = hi;
                flow.nhipLo = lo;
            }
            case SPORT -> flow.sport = (int) lo;
            case DPORT -> flow.dport = (int) lo;
            case PROTOCOL -> flow.protocol = (int) lo;
            case FLAGS -> flow.flags = (int) lo;
            case INPUT -> flow.input = lo;
            case OUTPUT -> flow.output = lo;
            case ATTRIBUTES -> flow.attributes = (int) lo;
            case MEMO -> flow.memo = (int) lo;
            case PACKETS -> packets = lo;
            case BYTES -> bytes = lo;
            default -> throw new IllegalArgumentException("not shown: " + field);
        }
    }
}
