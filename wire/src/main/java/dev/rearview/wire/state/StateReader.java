package dev.rearview.wire.state;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// Reads what [StateWriter] wrote. Whoever reads it has checked that nobody else did: nothing is
/// made larger here than what was there to be read, or than the budget admits.
public final class StateReader {
    private final ByteBuffer in;
    private final long nowMs;

    /// @param in what [StateWriter] wrote, from here on
    /// @param nowMs now, by a clock that nobody sets
    public StateReader(ByteBuffer in, long nowMs) {
        this.in = in;
        this.nowMs = nowMs;
    }

    /// Thrown where what is read is no state.
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        public Malformed(String what) {
            super(what);
        }
    }

    public boolean hasMore() {
        return in.hasRemaining();
    }

    public int number() throws Malformed {
        try {
            return in.getInt();
        } catch (BufferUnderflowException e) {
            throw new Malformed("ends too early");
        }
    }

    public long large() throws Malformed {
        try {
            return in.getLong();
        } catch (BufferUnderflowException e) {
            throw new Malformed("ends too early");
        }
    }

    public boolean flag() throws Malformed {
        return number() != 0;
    }

    /// How many things follow.
    ///
    /// @param octets that each takes at least
    public int count(int octets) throws Malformed {
        int n = number();
        if (n < 0 || (long) n * octets > in.remaining()) {
            throw new Malformed(n + " entries in " + in.remaining() + " octets");
        }
        return n;
    }

    public byte[] octets() throws Malformed {
        byte[] out = new byte[count(1)];
        in.get(out);
        return out;
    }

    /// A moment of that clock: as long ago as it was when it was written.
    public long moment() throws Malformed {
        return nowMs - Math.max(0, large());
    }
}
