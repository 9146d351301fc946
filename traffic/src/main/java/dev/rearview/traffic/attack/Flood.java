package dev.rearview.traffic.attack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// An attack of datagrams from several addresses.
///
/// @param sources how many addresses send, by turns
/// @param each how many datagrams one sends before it is the next one's turn
/// @param maker makes the datagrams
record Flood(int sources, int each, Maker maker) implements Attack {
    /// Makes a datagram.
    @FunctionalInterface
    interface Maker {
        /// @param i how many were made before
        Message make(long i, SplittableRandom random);
    }

    @Override
    public long run(AttackOptions options) throws IOException {
        SplittableRandom random = new SplittableRandom(options.seed());
        Pace pace = new Pace(options);
        long i = 0;
        try (Sources from = new Sources(options.port())) {
            boolean more = true;
            while (more && i < options.count()) {
                ByteBuffer bytes = maker.make(i, random).done();
                int size = bytes.remaining();
                from.send(i / each % sources, bytes);
                i++;
                more = pace.sent(size);
            }
        }
        return i;
    }
}
