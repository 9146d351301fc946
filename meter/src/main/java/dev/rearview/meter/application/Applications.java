package dev.rearview.meter.application;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import java.nio.ByteBuffer;

/// Tells applications. A payload is asked before a port: what runs at a port that is another's is
/// not taken for that. Only where no payload was seen the ports are all there is to go by.
public final class Applications {
    private Applications() {}

    /// The application that a payload looks like, 0 if none.
    ///
    /// @param payload its octets, as far as there are any
    /// @param r protocol and ports of the packet
    public static int ofPayload(ByteBuffer payload, FlowRecord r) {
        Payload p = new Payload(payload, r);
        return switch (r.protocol) {
            case Protocols.TCP -> {
                int text = TextSignatures.ofStream(p);
                yield text != Label.UNKNOWN ? text : StreamSignatures.of(p);
            }
            case Protocols.UDP -> DatagramSignatures.of(p);
            default -> Label.UNKNOWN;
        };
    }

    /// The application at home at the port that a flow goes to, else at the one that it comes from;
    /// 0 if none.
    public static int ofPorts(int protocol, int sport, int dport) {
        if (protocol != Protocols.TCP && protocol != Protocols.UDP) {
            return Label.UNKNOWN;
        }
        int to = atPort(protocol, dport);
        return to != Label.UNKNOWN ? to : atPort(protocol, sport);
    }

    private static int atPort(int protocol, int port) {
        return protocol == Protocols.TCP ? atPortOfTcp(port) : atPortOfUdp(port);
    }

    private static int atPortOfTcp(int port) {
        return switch (port) {
            case Label.FTP,
                    Label.SSH,
                    Label.TELNET,
                    Label.SMTP,
                    Label.DNS,
                    Label.HTTP,
                    Label.KERBEROS,
                    Label.POP3,
                    Label.NNTP,
                    Label.SMB,
                    Label.IMAP,
                    Label.BGP,
                    Label.IRC,
                    Label.LDAP,
                    Label.TLS,
                    Label.MODBUS,
                    Label.RTSP,
                    Label.RSYNC,
                    Label.MQTT,
                    Label.MYSQL,
                    Label.RDP,
                    Label.SIP,
                    Label.XMPP,
                    Label.POSTGRESQL,
                    Label.AMQP,
                    Label.VNC,
                    Label.GNUTELLA,
                    Label.REDIS,
                    Label.BITTORRENT ->
                    port;
            case 445 -> Label.SMB;
            case 465, 587 -> Label.SMTP;
            case 636, 853, 993, 995, 8443 -> Label.TLS;
            case 8000, 8080 -> Label.HTTP;
            case 6667 -> Label.IRC;
            case 5061 -> Label.SIP;
            default -> Label.UNKNOWN;
        };
    }

    private static int atPortOfUdp(int port) {
        return switch (port) {
            case Label.DNS,
                    Label.DHCP,
                    Label.TFTP,
                    Label.KERBEROS,
                    Label.NTP,
                    Label.NETBIOS_NAMES,
                    Label.SNMP,
                    Label.LDAP,
                    Label.TLS,
                    Label.IKE,
                    Label.SYSLOG,
                    Label.DHCPV6,
                    Label.RADIUS,
                    Label.SSDP,
                    Label.GTP,
                    Label.STUN,
                    Label.VXLAN,
                    Label.RTP,
                    Label.SIP,
                    Label.WIREGUARD,
                    Label.BITTORRENT ->
                    port;
            case 68 -> Label.DHCP;
            case 162 -> Label.SNMP;
            case 546 -> Label.DHCPV6;
            case 1813 -> Label.RADIUS;
            case 4500 -> Label.IKE;
            case 5353, 5355 -> Label.DNS;
            default -> Label.UNKNOWN;
        };
    }
}
