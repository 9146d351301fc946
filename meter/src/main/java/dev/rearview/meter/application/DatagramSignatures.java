package dev.rearview.meter.application;

/// Applications over UDP.
final class DatagramSignatures {
    private static final long STUN_MAGIC = 0x2112A442L;
    private static final int DHCP_OPTIONS = 236;
    private static final int NTP_MESSAGE = 48;

    private DatagramSignatures() {}

    static int of(Payload p) {
        if (p.starts("M-SEARCH * HTTP/1.") || p.starts("NOTIFY * HTTP/1.")) {
            return Label.SSDP;
        }
        int request = TextSignatures.request(p);
        if (request == Label.SIP || request == Label.RTSP) {
            return request;
        }
        if (request == Label.HTTP && p.isAt(1900)) {
            return Label.SSDP;
        }
        if (p.hex(DHCP_OPTIONS, "63825363") && (p.u8(0) == 1 || p.u8(0) == 2)) {
            return Label.DHCP;
        }
        if (Ber.isSnmp(p)) {
            return Label.SNMP;
        }
        if (isBitTorrent(p)) {
            return Label.BITTORRENT;
        }
        if (Dns.isMessage(p, 0)) {
            return p.isAt(137) ? Label.NETBIOS_NAMES : Label.DNS;
        }
        int secured = secured(p);
        return secured != Label.UNKNOWN ? secured : atHome(p);
    }

    private static boolean isBitTorrent(Payload p) {
        return p.starts("d1:ad")
                || p.starts("d1:rd2:id20:")
                || p.starts("BT-SEARCH * HTTP/1.")
                || p.u8(0) == 19 && p.has(1, "BitTorrent protocol");
    }

    /// Calls and what is encrypted.
    private static int secured(Payload p) {
        boolean isStun =
                p.u32(4) == STUN_MAGIC && (p.u8(0) & 0xC0) == 0 && p.u16(2) == p.length() - 20;
        if (isStun) {
            return Label.STUN;
        }
        if ((p.u8(0) & 0xC0) == 0xC0 && isQuic(p.u32(1)) && p.u8(5) >= 0 && p.u8(5) <= 20) {
            return Label.TLS;
        }
        boolean isDtls =
                p.u8(0) >= 0x14
                        && p.u8(0) <= 0x17
                        && (p.u16(1) == 0xFEFF || p.u16(1) == 0xFEFD)
                        && p.u16(11) > 0;
        if (isDtls) {
            return Label.TLS;
        }
        boolean isWireGuard =
                p.hex(0, "01000000") && p.length() == 148
                        || p.hex(0, "02000000") && p.length() == 92;
        return isWireGuard ? Label.WIREGUARD : Label.UNKNOWN;
    }

    private static boolean isQuic(long version) {
        return version == 1
                || version == 0x6B3343CFL
                || version >>> 8 == 0xFF0000L
                || version >>> 24 == 'Q' && (version >>> 16 & 0xFF) == '0';
    }

    /// What has too little of a form to be known anywhere but at its ports.
    private static int atHome(Payload p) {
        int version = p.u8(0) >> 3 & 7;
        int mode = p.u8(0) & 7;
        if (p.isAt(123) && version >= 1 && version <= 4 && mode >= 1) {
            return mode >= 6 || p.length() >= NTP_MESSAGE ? Label.NTP : Label.UNKNOWN;
        }
        boolean isTftp = p.u16(0) >= 1 && p.u16(0) <= 2 && p.isAt(69);
        if (isTftp) {
            return Label.TFTP;
        }
        boolean isRadius =
                (p.isAt(1812) || p.isAt(1813) || p.isAt(1645) || p.isAt(1646))
                        && p.u16(2) == p.length();
        if (isRadius) {
            return Label.RADIUS;
        }
        if (p.isAt(546) && p.isAt(547) && p.u8(0) >= 1 && p.u8(0) <= 13) {
            return Label.DHCPV6;
        }
        if (p.isAt(88) && Ber.isKerberos(p, 0)) {
            return Label.KERBEROS;
        }
        return tunnel(p);
    }

    private static int tunnel(Payload p) {
        if (p.isAt(4789) && p.u8(0) == 0x08 && p.u8(7) == 0) {
            return Label.VXLAN;
        }
        if (p.isAt(2152) && (p.u8(0) & 0xF0) == 0x30) {
            return Label.GTP;
        }
        boolean isKeys =
                p.isAt(500) && (p.u8(17) == 0x10 || p.u8(17) == 0x20)
                        || p.isAt(4500) && p.u32(0) == 0 && p.u8(21) == 0x20;
        return isKeys ? Label.IKE : TextSignatures.syslog(p);
    }
}
