package dev.rearview.tools.nfdump.filter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.Flows;
import dev.rearview.model.Field;

/// Rates as nfdump computes them: rounded down, and 0 where a flow has no duration.
public final class Rates {
    /// Bits for each second.
    public static final Expr BITS_PER_SECOND = perSecond(Expr.of(Field.BYTES), 8000);

    /// Packets for each second.
    public static final Expr PACKETS_PER_SECOND = perSecond(Expr.of(Field.PACKETS), 1000);

    /// Octets for each packet.
    public static final Expr BYTES_PER_PACKET =
            new Expr.Binary(Operator.DIVIDED_BY, Expr.of(Field.BYTES), Expr.of(Field.PACKETS));

    private Rates() {}

    private static Expr perSecond(Expr count, long factor) {
        return new Expr.Binary(
                Operator.DIVIDED_BY, count.times(new Expr.Constant(factor)), Flows.DURATION_MS);
    }

    /// Bits for each second of some octets.
    public static long bitsPerSecond(long bytes, long durationMs) {
        return durationMs == 0 ? 0 : (long) (8000.0 * bytes / durationMs);
    }

    /// Packets for each second of some packets.
    public static long packetsPerSecond(long packets, long durationMs) {
        return durationMs == 0 ? 0 : (long) (1000.0 * packets / durationMs);
    }

    /// Octets for each packet of some packets.
    public static long bytesPerPacket(long bytes, long packets) {
        return packets == 0 ? 0 : bytes / packets;
    }
}
