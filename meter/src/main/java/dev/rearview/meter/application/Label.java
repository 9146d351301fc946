package dev.rearview.meter.application;

/// The applications that are told apart, by the numbers that flows have for them: the ports at
/// which they are at home.
final class Label {
    static final int FTP = 21;
    static final int SSH = 22;
    static final int TELNET = 23;
    static final int SMTP = 25;
    static final int DNS = 53;
    static final int DHCP = 67;
    static final int TFTP = 69;
    static final int HTTP = 80;
    static final int KERBEROS = 88;
    static final int POP3 = 110;
    static final int NNTP = 119;
    static final int NTP = 123;
    static final int NETBIOS_NAMES = 137;
    static final int SMB = 139;
    static final int IMAP = 143;
    static final int SNMP = 161;
    static final int BGP = 179;
    static final int IRC = 194;
    static final int LDAP = 389;
    static final int TLS = 443;
    static final int IKE = 500;
    static final int MODBUS = 502;
    static final int SYSLOG = 514;
    static final int DHCPV6 = 547;
    static final int RTSP = 554;
    static final int RSYNC = 873;
    static final int RADIUS = 1812;
    static final int MQTT = 1883;
    static final int SSDP = 1900;
    static final int GTP = 2152;
    static final int MYSQL = 3306;
    static final int RDP = 3389;
    static final int STUN = 3478;
    static final int VXLAN = 4789;
    static final int RTP = 5004;
    static final int SIP = 5060;
    static final int XMPP = 5222;
    static final int POSTGRESQL = 5432;
    static final int AMQP = 5672;
    static final int VNC = 5900;
    static final int GNUTELLA = 6346;
    static final int REDIS = 6379;
    static final int BITTORRENT = 6881;
    static final int WIREGUARD = 51_820;

    /// Nothing that is known.
    static final int UNKNOWN = 0;

    private Label() {}
}
