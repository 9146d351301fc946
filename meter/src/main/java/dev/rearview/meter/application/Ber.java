package dev.rearview.meter.application;

/// Applications whose messages are BER.
final class Ber {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 2;
    private static final int OCTETS = 4;

    private Ber() {}

    /// Where the contents of a value begin, -1 if no value of a kind stands there.
    private static int into(Payload p, int at, int kind) {
        int length = p.u8(at + 1);
        if (p.u8(at) != kind || length < 0) {
            return -1;
        }
        int more = length > 0x80 ? length - 0x80 : 0;
        return length == 0x80 || more > 4 ? -1 : at + 2 + more;
    }

    static boolean isSnmp(Payload p) {
        int version = into(p, 0, SEQUENCE);
        if (version < 0 || p.u8(version) != INTEGER || p.u8(version + 1) != 1) {
            return false;
        }
        int number = p.u8(version + 2);
        int next = p.u8(version + 3);
        return number == 3 ? next == SEQUENCE : (number == 0 || number == 1) && next == OCTETS;
    }

    static int ldap(Payload p) {
        int id = into(p, 0, SEQUENCE);
        if (id < 0 || p.u8(id) != INTEGER || p.u8(id + 1) < 1 || p.u8(id + 1) > 4) {
            return Label.UNKNOWN;
        }
        int operation = p.u8(id + 2 + p.u8(id + 1));
        // Bind, search, modify, add, delete, extended, and what answers them.
        boolean isKnown =
                operation >= 0x60 && operation <= 0x79 || operation == 0x4A || operation == 0x42;
        return isKnown ? Label.LDAP : Label.UNKNOWN;
    }

    /// A request or an answer of Kerberos, version 5.
    static boolean isKerberos(Payload p, int at) {
        int tag = p.u8(at);
        boolean isMessage = tag >= 0x6A && tag <= 0x6F || tag == 0x7E;
        int sequence = isMessage ? into(p, at, tag) : -1;
        int first = sequence < 0 ? -1 : into(p, sequence, SEQUENCE);
        return first > 0 && (p.hex(first, "a003020105") || p.hex(first, "a103020105"));
    }
}
