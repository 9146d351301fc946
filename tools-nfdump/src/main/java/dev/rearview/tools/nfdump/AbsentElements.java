package dev.rearview.tools.nfdump;

import java.util.Set;

/// What nfdump puts flows together by, or counts, and flow records do not have.
final class AbsentElements {
    private static final Set<String> NAMES =
            Set.of(
                    ("srcnet dstnet srcmask dstmask srcvlan dstvlan srcas dstas nextas prevas "
                                    + "bgpnext insrcmac outdstmac indstmac outsrcmac mpls1 "
                                    + "mpls2 mpls3 mpls4 mpls5 mpls6 mpls7 mpls8 mpls9 mpls10 router odid opid "
                                    + "xsrcip xdstip xsrcport xdstport srcgeo dstgeo nhbip dir as inam onam mask "
                                    + "vlan srcmac dstmac inmac outmac sysid nbar ja3 vrf ivrf evrf ivrfnam "
                                    + "evrfnam event xevent iacl iace ixace eacl eace exace nevent nsrcip "
                                    + "nsrcport ndstip ndstport")
                            .split(" "));

    private AbsentElements() {}

    /// Why there is no element of a name, which flow records may lack or nobody knows.
    ///
    /// @param kind of element
    static IllegalArgumentException unknown(String kind, String name) {
        if (name.equals("dsttos")) {
            return new IllegalArgumentException("'srctos' is known, 'dsttos' is not");
        }
        return new IllegalArgumentException(
                NAMES.contains(name)
                        ? "flow records have nothing for '" + name + "'"
                        : "no " + kind + " '" + name + "'");
    }
}
