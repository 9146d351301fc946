package dev.rearview.wire;

import dev.rearview.wire.ipfix.Ipfix;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Makes IPFIX messages and NetFlow v9 datagrams of sets, whose contents are numbers or hexadecimal
/// text.
final class Messages {
    /// Fields of a template: addresses, packets and octets.
    static final int[] FLOW = {8, 4, 12, 4, 2, 4, 1, 4};

    /// A record of [#FLOW].
    static final String RECORD = "c0000201 c6336407 00000007 00000700";

    /// The same elements in another order: packets and octets first.
    static final int[] TURNED = {2, 4, 1, 4, 8, 4, 12, 4};

    /// The same record, of [#TURNED].
    static final String TURNED_RECORD = "00000007 00000700 c0000201 c6336407";

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(octets);

    /// The header of an IPFIX message; its length is filled in by [#ipfix].
    static Messages ipfix(int sequence, int domain) {
        return new Messages().u16(10).u16(0).u32(0x65920080).u32(sequence).u32(domain);
    }

    static Messages netflow9(int sequence, int domain) {
        return new Messages().u16(9).u16(1).u32(100_000).u32(0x65920080).u32(sequence).u32(domain);
    }

    Messages u16(int v) {
        try {
            out.writeShort(v);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Messages u32(int v) {
        return u16(v >>> 16).u16(v);
    }

    Messages hex(String hex) {
        octets.writeBytes(Bytes.array(hex));
        return this;
    }

    Messages append(byte[] more) {
        octets.writeBytes(more);
        return this;
    }

    /// What was put together.
    byte[] octets() {
        return octets.toByteArray();
    }

    Messages zeros(int n) {
        octets.writeBytes(new byte[n]);
        return this;
    }

    /// A template of IPFIX or, as set 0, of NetFlow v9: pairs of element and length.
    Messages template(int set, int id, int... fields) {
        u16(set).u16(8 + fields.length * 2).u16(id).u16(fields.length / 2);
        for (int f : fields) {
            u16(f);
        }
        return this;
    }

    int size() {
        return octets.size();
    }

    /// The datagram; the length of an IPFIX message is that of the datagram.
    ByteBuffer bytes() {
        return bytes(octets.size());
    }

    /// The datagram, of an IPFIX message that says another length.
    ByteBuffer bytes(int length) {
        byte[] all = octets.toByteArray();
        ByteBuffer b = ByteBuffer.wrap(all);
        if (b.getShort(0) == Ipfix.VERSION) {
            b.putShort(2, (short) length);
        }
        return b;
    }
}
