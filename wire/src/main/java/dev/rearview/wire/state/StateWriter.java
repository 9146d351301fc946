package dev.rearview.wire.state;

import java.io.DataOutput;
import java.io.IOException;

/// Writes what exporters have announced, so that another process can go on where this one is:
/// numbers of 4 and 8 octets, big-endian. Moments are written as their age.
public final class StateWriter {
    private final DataOutput out;
    private final long nowMs;

    /// @param nowMs now, by a clock that nobody sets
    public StateWriter(DataOutput out, long nowMs) {
        this.out = out;
        this.nowMs = nowMs;
    }

    public void number(int n) throws IOException {
        out.writeInt(n);
    }

    public void large(long n) throws IOException {
        out.writeLong(n);
    }

    public void flag(boolean is) throws IOException {
        out.writeInt(is ? 1 : 0);
    }

    public void octets(byte[] octets) throws IOException {
        out.writeInt(octets.length);
        out.write(octets);
    }

    public void moment(long ms) throws IOException {
        out.writeLong(Math.max(0, nowMs - ms));
    }
}
