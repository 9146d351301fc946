package dev.rearview.tools.nfdump;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.model.Ip;
import dev.rearview.model.Protocols;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;

/// Puts the two directions of connections together (`-b`, `-B`). The direction that began first is
/// that of the connection.
final class Connections implements Closeable {
    private static final int KEY = 7;
    private static final int SPORT = 4;
    private static final int DPORT = 5;
    private static final int PROTOCOL = 6;

    // Behind the key: what both directions have, then packets, bytes and start of each.
    private static final int BOTH = KEY;
    private static final int ONE = BOTH + Grouped.VALUES;
    private static final int OTHER = ONE + 3;
    private static final int WORDS = OTHER + 3;

    private static final int WELL_KNOWN = 1024;

    private final RowCombiner rows;
    private final boolean guess;
    private final long[] row = new long[WORDS];

    /// @param guess whether well-known ports say which side is the server
    Connections(boolean guess, Room room) {
        this.guess = guess;
        this.rows = new RowCombiner(KEY, operators(), room);
    }

    private static List<LongBinaryOperator> operators() {
        List<LongBinaryOperator> out = new ArrayList<>(Grouped.operators());
        for (int side = 0; side < 2; side++) {
            out.add(Long::sum);
            out.add(Long::sum);
            out.add(Math::min);
        }
        return out;
    }

    /// Takes a row of connections in one direction.
    void add(long[] group) throws IOException {
        boolean turned = isAfter(group);
        copy(group, turned, row);
        System.arraycopy(group, KEY, row, BOTH, Grouped.VALUES);
        int own = turned ? OTHER : ONE;
        int other = turned ? ONE : OTHER;
        row[own] = group[KEY + Grouped.PACKETS];
        row[own + 1] = group[KEY + Grouped.BYTES];
        row[own + 2] = group[KEY + Grouped.FIRST];
        row[other] = 0;
        row[other + 1] = 0;
        row[other + 2] = Long.MAX_VALUE;
        rows.add(row);
    }

    /// Whether the source comes behind the destination.
    private static boolean isAfter(long[] group) {
        int c = Ip.compare(group[0], group[1], group[2], group[3]);
        return c != 0 ? c > 0 : group[SPORT] > group[DPORT];
    }

    private static void copy(long[] from, boolean turned, long[] to) {
        System.arraycopy(from, turned ? 2 : 0, to, 0, 2);
        System.arraycopy(from, turned ? 0 : 2, to, 2, 2);
        long port = from[SPORT];
        to[SPORT] = turned ? from[DPORT] : port;
        to[DPORT] = turned ? port : from[DPORT];
        to[PROTOCOL] = from[PROTOCOL];
    }

    /// Takes connections in order.
    interface Taker {
        /// @param group key and values of both directions
        /// @param volumes packets and bytes of the connection's direction, then of the other
        /// @param guessed whether it was turned for its ports
        void take(long[] group, long[] volumes, boolean guessed) throws IOException;
    }

    /// Hands out the connections; to be called once.
    void forEach(Taker out) throws IOException {
        RowSource sorted = rows.sorted();
        long[] whole = new long[WORDS];
        long[] group = new long[KEY + Grouped.VALUES];
        while (sorted.next(whole)) {
            boolean later = isTurned(whole);
            boolean guessed = guess && isBackwards(whole, later);
            boolean turned = guessed != later;
            copy(whole, turned, group);
            System.arraycopy(whole, BOTH, group, KEY, Grouped.VALUES);
            int own = turned ? OTHER : ONE;
            int other = turned ? ONE : OTHER;
            out.take(
                    group,
                    new long[] {whole[own], whole[own + 1], whole[other], whole[other + 1]},
                    guessed);
        }
    }

    /// Whether the other direction began first.
    private static boolean isTurned(long[] whole) {
        return whole[OTHER + 2] == whole[ONE + 2]
                ? whole[DPORT] > whole[SPORT]
                : whole[OTHER + 2] < whole[ONE + 2];
    }

    /// Whether the side that began has the port of a server.
    private static boolean isBackwards(long[] whole, boolean turned) {
        long source = whole[turned ? DPORT : SPORT];
        long destination = whole[turned ? SPORT : DPORT];
        boolean hasPorts = whole[PROTOCOL] == Protocols.TCP || whole[PROTOCOL] == Protocols.UDP;
        return hasPorts && source < WELL_KNOWN && destination > WELL_KNOWN;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
