package dev.rearview.meter.application;

/// Applications over TCP that do not speak in lines.
final class StreamSignatures {
    /// What a record of TLS may have at most.
    private static final int MAX_RECORD = (1 << 14) + 2048;

    private StreamSignatures() {}

    static int of(Payload p) {
        if (isTls(p)) {
            return Label.TLS;
        }
        if (p.u8(0) == 19 && p.has(1, "BitTorrent protocol")) {
            return Label.BITTORRENT;
        }
        boolean isSmb = p.has(5, "SMB") && p.u8(4) >= 0xFC;
        if (p.u8(0) == 0 && isSmb) {
            return Label.SMB;
        }
        if (p.hex(0, "ff".repeat(16)) && p.u8(18) >= 1 && p.u8(18) <= 5) {
            return Label.BGP;
        }
        if (p.u8(0) == 0x10 && (p.has(2, "\0\4MQTT") || p.has(2, "\0\6MQIsdp"))) {
            return Label.MQTT;
        }
        if (p.u16(0) == 0x0300 && p.u16(2) <= p.length() && (p.u8(5) & 0xEF) == 0xE0) {
            return Label.RDP;
        }
        return database(p);
    }

    private static boolean isTls(Payload p) {
        int type = p.u8(0);
        boolean isRecord =
                type >= 0x14
                        && type <= 0x17
                        && p.u8(1) == 3
                        && p.u8(2) >= 0
                        && p.u8(2) <= 4
                        && p.u16(3) > 0
                        && p.u16(3) <= MAX_RECORD;
        // Of handshakes only hellos come first.
        return isRecord && (type != 0x16 || p.u8(5) == 1 || p.u8(5) == 2);
    }

    private static int database(Payload p) {
        boolean isMysql = p.u8(3) == 0 && p.u8(4) == 10 && p.u8(5) >= '3' && p.u8(6) == '.';
        if (isMysql) {
            return Label.MYSQL;
        }
        boolean asksForTls = p.u32(0) == 8 && p.u32(4) == 80_877_103L;
        boolean isPostgres = p.u32(4) == 0x30000 && p.u32(0) == p.length() && p.has(8, "user");
        if (asksForTls || isPostgres) {
            return Label.POSTGRESQL;
        }
        int ber = Ber.ldap(p);
        if (ber != Label.UNKNOWN) {
            return ber;
        }
        if (Ber.isKerberos(p, 4) && p.u32(0) == p.length() - 4L) {
            return Label.KERBEROS;
        }
        if (p.u16(0) > 12 && Dns.isMessage(p, 2)) {
            return Label.DNS;
        }
        boolean isModbus = p.u16(2) == 0 && p.u16(4) == p.length() - 6 && p.isAt(502);
        if (isModbus) {
            return Label.MODBUS;
        }
        return p.u8(0) == 0xFF && p.u8(1) >= 0xFB && p.u8(1) <= 0xFE ? Label.TELNET : 0;
    }
}
