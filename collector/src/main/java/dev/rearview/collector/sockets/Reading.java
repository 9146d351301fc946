package dev.rearview.collector.sockets;

import dev.rearview.ingest.ListenAddress;
import java.io.Closeable;
import java.io.IOException;

/// How one thread reads UDP sockets, of which other threads open and close some meanwhile.
interface Reading extends Closeable {
    /// Octets of datagrams that may wait at a socket, if the kernel grants it.
    int WANTED_BUFFER = 64 << 20;

    /// Opens a socket that this reads from now on.
    UdpSocket open(ListenAddress address) throws IOException;

    /// Waits until a socket has something, or until [#wake].
    void await() throws IOException;

    /// Reads some of what waits at each socket, without waiting.
    ///
    /// @return whether more may wait
    boolean read(Loads.Filling into) throws IOException;

    /// Goes through all that datagrams go through, with some that came nowhere: empty ones, or what
    /// the last call left in memory.
    ///
    /// @param into of loads that nobody decodes
    /// @return false if there is nothing to be practised
    default boolean practise(Loads.Filling into) throws IOException {
        return false;
    }

    /// Ends [#await], now or the next time.
    void wake() throws IOException;

    /// Closes what this needs beside its sockets, after the thread has ended.
    @Override
    void close() throws IOException;
}
