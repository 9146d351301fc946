package dev.rearview.tools.nfdump;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.model.Field;
import dev.rearview.tools.nfdump.filter.Rates;
import java.util.Locale;

/// What lines are ordered by.
enum Order {
    FLOWS,
    PACKETS,
    BYTES,
    PPS,
    BPS,
    BPP,
    TSTART,
    TEND,
    DURATION,
    OPACKETS,
    OBYTES;

    /// @throws IllegalArgumentException if there is no such order
    static Order parse(String name) {
        return switch (name) {
            case "flows" -> FLOWS;
            case "packets", "ipkg" -> PACKETS;
            case "opkg" -> OPACKETS;
            case "bytes", "ibyte" -> BYTES;
            case "obyte" -> OBYTES;
            case "pps", "ipps" -> PPS;
            case "bps", "ibps" -> BPS;
            case "bpp", "ibpp" -> BPP;
            case "tstart" -> TSTART;
            case "tend" -> TEND;
            case "duration" -> DURATION;
            case "opps", "obps", "obpp" ->
                    throw new IllegalArgumentException(
                            "rates of the other direction are not computed");
            default -> throw new IllegalArgumentException("no order '" + name + "'");
        };
    }

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Times ascend, all else descends.
    boolean ascends() {
        return this == TSTART || this == TEND;
    }

    /// What a flow is sorted by.
    Expr ofFlow() {
        return switch (this) {
            case FLOWS -> new Expr.Constant(1);
            case PACKETS -> Expr.of(Field.PACKETS);
            case BYTES -> Expr.of(Field.BYTES);
            case PPS -> Rates.PACKETS_PER_SECOND;
            case BPS -> Rates.BITS_PER_SECOND;
            case BPP -> Rates.BYTES_PER_PACKET;
            case TSTART -> Flows.START_MS;
            case TEND -> Flows.END_MS;
            case DURATION -> Flows.DURATION_MS;
            // A flow has one direction.
            case OPACKETS, OBYTES -> new Expr.Constant(0);
        };
    }

    /// What comes first has the lowest rank as an unsigned number.
    long rank(Shown l) {
        long value =
                switch (this) {
                    case FLOWS -> l.flows;
                    case PACKETS -> l.packets;
                    case BYTES -> l.bytes;
                    case PPS -> Rates.packetsPerSecond(l.packets, l.durationMs());
                    case BPS -> Rates.bitsPerSecond(l.bytes, l.durationMs());
                    case BPP -> Rates.bytesPerPacket(l.bytes, l.packets);
                    case TSTART -> l.firstMs;
                    case TEND -> l.lastMs;
                    case DURATION -> l.durationMs();
                    case OPACKETS -> l.outPackets;
                    case OBYTES -> l.outBytes;
                };
        return ascends() ? value ^ Long.MIN_VALUE : ~value;
    }
}
