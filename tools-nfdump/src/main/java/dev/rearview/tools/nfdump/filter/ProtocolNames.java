package dev.rearview.tools.nfdump.filter;

import java.util.Locale;

/// The names of protocols that nfdump prints and takes.
public final class ProtocolNames {
    /// By number; "-" where one has no name.
    private static final String[] NAMES =
            ("- ICMP IGMP GGP IPIP ST TCP CBT EGP IGP BBN NVPII PUP ARGUS ENCOM XNET CHAOS UDP MUX"
                            + " DCN HMP PRM XNS Trnk1 Trnk2 Leaf1 Leaf2 RDP IRTP ISO-4 NETBK MFESP"
                            + " MEINP DCCP 3PC IDPR XTP DDP IDPR TP++ IL IPv6 SDRP Rte6 Frag6 IDRP"
                            + " RSVP GRE MHRP BNA ESP AH INLSP SWIPE NARP MOBIL TLSP SKIP ICMP6"
                            + " NOHE6 OPTS6 HOST CFTP NET SATNT KLAN RVD IPPC FS SATM VISA IPCV"
                            + " CPNX CPHB WSN PVP BSATM SUNND WBMON WBEXP ISOIP VMTP SVMTP VINES"
                            + " TTP NSIGP DGP TCF EIGRP OSPF S-RPC LARP MTP AX.25 OS MICP SCCSP"
                            + " ETHIP ENCAP - GMTP IFMP PNNI PIM ARIS SCPS QNX A/N IPcmp SNP CpqPP"
                            + " IPXIP VRRP PGM 0hop L2TP DDX IATP STP SRP UTI SMP SM PTP ISIS4"
                            + " FIRE CRTP CRUDP - IPLT SPS PIPE SCTP FC - MHEAD UDP-L MPLS")
                    .split(" ", -1);

    private ProtocolNames() {}

    /// What is printed for a protocol.
    public static String name(int protocol) {
        return protocol < NAMES.length && !NAMES[protocol].equals("-")
                ? NAMES[protocol]
                : Integer.toString(protocol);
    }

    /// The number of a protocol's name in any case.
    ///
    /// @throws IllegalArgumentException if there is none
    static int number(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (!NAMES[i].equals("-")
                    && NAMES[i].toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                return i;
            }
        }
        throw new IllegalArgumentException("no protocol '" + name + "'");
    }
}
