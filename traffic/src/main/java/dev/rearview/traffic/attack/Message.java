package dev.rearview.traffic.attack;

import java.nio.ByteBuffer;

/// Puts one export message together, octet for octet; lengths are right unless told otherwise.
final class Message {
    static final int MAX_DATAGRAM = 65_507;
    static final int VARIABLE = 65_535;
    private static final int IPFIX = 10;

    private final ByteBuffer octets = ByteBuffer.allocate(MAX_DATAGRAM);
    private final boolean ipfix;
    private int set = -1;
    private boolean lied;

    private Message(boolean ipfix) {
        this.ipfix = ipfix;
    }

    static Message raw() {
        return new Message(false);
    }

    static Message ipfix(long exportS, long sequence, long domain) {
        return new Message(true).u16(IPFIX).u16(0).u32(exportS).u32(sequence).u32(domain);
    }

    /// @param count what the header says of records
    static Message netflow9(int count, long exportS, long sequence, long domain) {
        return new Message(false)
                .u16(9)
                .u16(count)
                .u32(3_600_000)
                .u32(exportS)
                .u32(sequence)
                .u32(domain);
    }

    /// The header of NetFlow v5, for an exporter that started an hour ago.
    ///
    /// @param count what the header says of records
    static Message netflow5(int count, long exportS, long sequence) {
        return new Message(false)
                .u16(5)
                .u16(count)
                .u32(3_600_000)
                .u32(exportS)
                .u32(0)
                .u32(sequence)
                .u32(0);
    }

    /// One record of NetFlow v5, whose flow took the second before the export.
    Message record5(int from, int to) {
        u32(from).u32(to).u32(0).u16(1).u16(2).u32(1).u32(40).u32(3_599_000).u32(3_600_000);
        return u16(1024).u16(25).u8(0).u8(2).u8(6).u8(0).u32(0).u32(0);
    }

    Message u8(int v) {
        octets.put((byte) v);
        return this;
    }

    Message u16(int v) {
        octets.putShort((short) v);
        return this;
    }

    Message u32(long v) {
        octets.putInt((int) v);
        return this;
    }

    Message u64(long v) {
        octets.putLong(v);
        return this;
    }

    Message zeros(int count) {
        octets.put(new byte[count]);
        return this;
    }

    /// Begins a set and ends the one before.
    Message set(int id) {
        endSet();
        set = octets.position();
        return u16(id).u16(0);
    }

    /// A template in the current set.
    ///
    /// @param fields element and length by turns
    Message template(int id, int... fields) {
        u16(id).u16(fields.length / 2);
        for (int f : fields) {
            u16(f);
        }
        return this;
    }

    /// A template without fields: its withdrawal.
    Message withdraw(int id) {
        return u16(id).u16(0);
    }

    /// Sets 16 bits anew, whatever is right; to be told last.
    Message lie(int at, int value) {
        endSet();
        lied = true;
        octets.putShort(at, (short) value);
        return this;
    }

    int position() {
        return octets.position();
    }

    int room() {
        return octets.remaining();
    }

    private void endSet() {
        if (set >= 0) {
            octets.putShort(set + 2, (short) (octets.position() - set));
            set = -1;
        }
        if (ipfix) {
            octets.putShort(2, (short) octets.position());
        }
    }

    /// The current second of the wall clock.
    static long nowS() {
        return System.currentTimeMillis() / 1000;
    }

    /// The octets as they are to be sent; lies told before are kept.
    ByteBuffer done() {
        if (!lied) {
            endSet();
        }
        return octets.flip();
    }

    /// As [#done], for what is no datagram.
    byte[] bytes() {
        ByteBuffer done = done();
        byte[] out = new byte[done.remaining()];
        done.get(out);
        return out;
    }
}
