package dev.rearview.collector.sockets;

/// How long datagrams gather in the kernel before they are read: waking three threads for each
/// would cost more than decoding it. The longer, the more room there is; but the faster they come
/// the shorter, so that most of the room is left for what holds the reader up.
final class Gathering {
    private static final long LEAST_NS = 1_000_000;
    private static final long MOST_NS = 20_000_000;

    /// Octets of a buffer for each millisecond of the longest pause: no buffer fills in that time,
    /// however suddenly datagrams begin to come.
    private static final int EACH_MS = 800 << 10;

    /// The part of a buffer that may come in a pause: the kernel grants twice the room.
    private static final int PART = 8;

    private volatile long granted = Reading.WANTED_BUFFER;

    /// Takes account of a socket's buffer; the smallest one counts.
    synchronized void grant(int octets) {
        granted = Math.min(granted, octets);
    }

    /// How long to wait before the next look.
    ///
    /// @param came octets that came lately, with what the kernel needs beside them
    /// @param ns in how much time
    long pauseNs(long came, long ns) {
        long room = granted;
        long most = Math.clamp(room / EACH_MS * LEAST_NS, LEAST_NS, MOST_NS);
        double wanted = (double) ns * room / PART / Math.max(1, came);
        return Math.clamp((long) wanted, LEAST_NS, most);
    }
}
