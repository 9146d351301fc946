package dev.rearview.tools.nfdump;

import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.Protocols;
import dev.rearview.tools.nfdump.filter.ProtocolNames;
import dev.rearview.tools.nfdump.filter.Rates;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What can stand in a format: how its column is titled, what it needs and how it prints.
///
/// @param fields of a flow beside times and counts
/// @param isMissing whether flow records do not have it, so that it prints what nfdump prints where
///   there is nothing
record Tag(String name, Title title, Set<Field> fields, Text text, boolean isMissing) {
    /// The title of a column.
    interface Title {
        String of(Style style);
    }

    /// Prints a value.
    interface Text {
        void print(Shown line, Style style, StringBuilder out);
    }

    /// Tags of what flow records do not have, which none of the formats with a name has either.
    private static final List<String> NAMED_ONLY =
            List.of(
                    "cnt", "nfv", "tr", "trr", "exp", "eng", "lbl", "gsap", "gdap", "sn", "dn",
                    "nhb", "ra", "sas", "das", "nas", "pas", "dir", "smk", "dmk", "fwd", "svln",
                    "dvln", "ismc", "odmc", "idmc", "osmc", "mpls", "mpls1", "mpls2", "mpls3",
                    "mpls4", "mpls5", "mpls6", "mpls7", "mpls8", "mpls9", "mpls10", "sc", "dc",
                    "sloc", "dloc", "ipl", "opl", "nbid", "nbnam", "ja3", "sni", "odid", "opid",
                    "nfc", "evt", "xevt", "sgt", "msec", "iacl", "eacl", "xsa", "xda", "xsp", "xdp",
                    "xsap", "xdap", "uname", "nevt", "ivrf", "evrf", "nsa", "nda", "nsp", "ndp",
                    "pbstart", "pbend", "pbstep", "pbsize", "cl", "sl", "al");

    private static final String FLAGS = "CEUAPRSF";
    private static final Set<Field> NOTHING = EnumSet.noneOf(Field.class);
    private static final Map<String, Tag> ALL = new HashMap<>();

    static {
        times();
        addresses();
        numbers();
        missing();
    }

    /// The tag of a name; null if there is none.
    static @Nullable Tag of(String name) {
        return ALL.get(name);
    }

    private static void add(String name, Title title, Set<Field> fields, Text text) {
        ALL.put(name, new Tag(name, title, fields, text, false));
    }

    private static void add(String name, String title, Set<Field> fields, Text text) {
        add(name, style -> title, fields, text);
    }

    private static void count(String name, String title, Counted counted) {
        add(
                name,
                title,
                EnumSet.of(Field.PACKETS, Field.BYTES),
                (l, s, o) -> Style.right(s.count(counted.of(l)), title.length(), o));
    }

    private interface Counted {
        long of(Shown line);
    }

    private static void times() {
        for (String name : List.of("ts", "tfs")) {
            add(
                    name,
                    "Date first seen        ",
                    NOTHING,
                    (l, s, o) -> s.time(l.firstMs, true, ' ', o));
        }
        add("te", "Date last seen         ", NOTHING, (l, s, o) -> s.time(l.lastMs, true, ' ', o));
        add(
                "tsr",
                "Date first seen (raw)    ",
                NOTHING,
                (l, s, o) -> o.append(Style.seconds(l.firstMs)));
        add(
                "ter",
                "Date last seen (raw)     ",
                NOTHING,
                (l, s, o) -> o.append(Style.seconds(l.lastMs)));
        add("td", "    Duration    ", NOTHING, (l, s, o) -> s.duration(l.durationMs(), o));
    }

    private static void addresses() {
        Set<Field> source = EnumSet.of(Field.SIP, Field.ATTRIBUTES);
        Set<Field> destination = EnumSet.of(Field.DIP, Field.ATTRIBUTES);
        add(
                "sa",
                s -> wide("Src IP Addr", s),
                source,
                (l, s, o) -> s.address(l.flow.sipHi, l.flow.sipLo, o));
        add(
                "da",
                s -> wide("Dst IP Addr", s),
                destination,
                (l, s, o) -> s.address(l.flow.dipHi, l.flow.dipLo, o));
        add(
                "nh",
                s -> wide("Next-hop IP", s),
                EnumSet.of(Field.NHIP),
                (l, s, o) -> s.address(l.flow.nhipHi, l.flow.nhipLo, o));
        add(
                "sap",
                s -> wide("Src IP Addr", s) + ":Port ",
                EnumSet.of(Field.SIP, Field.SPORT, Field.ATTRIBUTES),
                (l, s, o) -> {
                    FlowRecord f = l.flow;
                    s.address(f.sipHi, f.sipLo, o);
                    o.append(Ip.isMapped(f.sipHi, f.sipLo) ? ':' : '.');
                    Style.left(Integer.toString(f.sport), 5, o);
                });
        add(
                "dap",
                s -> wide("Dst IP Addr", s) + ":Port ",
                EnumSet.of(Field.DIP, Field.DPORT, Field.PROTOCOL, Field.ATTRIBUTES),
                (l, s, o) -> {
                    FlowRecord f = l.flow;
                    s.address(f.dipHi, f.dipLo, o);
                    o.append(Ip.isMapped(f.dipHi, f.dipLo) ? ':' : '.');
                    Style.left(port(f), 5, o);
                });
    }

    private static String wide(String title, Style style) {
        StringBuilder out = new StringBuilder();
        Style.right(title, style.addressWidth(), out);
        return out.toString();
    }

    /// Whether the destination port is a type and a code.
    static boolean isIcmp(FlowRecord f) {
        return f.protocol == Protocols.ICMP || f.protocol == Protocols.ICMPV6;
    }

    /// The destination port, or type and code.
    private static String port(FlowRecord f) {
        return isIcmp(f) ? (f.dport >> 8) + "." + (f.dport & 0xFF) : Integer.toString(f.dport);
    }

    private static void number(String name, String title, Set<Field> fields, Digits number) {
        add(name, title, fields, (l, s, o) -> Style.right(number.of(l), title.length(), o));
    }

    private interface Digits {
        String of(Shown line);
    }

    private static void numbers() {
        Set<Field> icmp = EnumSet.of(Field.DPORT, Field.PROTOCOL);
        add(
                "pr",
                "Proto",
                EnumSet.of(Field.PROTOCOL),
                (l, s, o) -> Style.left(protocol(l.flow.protocol, s), 5, o));
        number("sp", "Src Pt", EnumSet.of(Field.SPORT), l -> Integer.toString(l.flow.sport));
        number("dp", "Dst Pt", icmp, l -> port(l.flow));
        number("it", "ICMP-T", icmp, l -> isIcmp(l.flow) ? "" + (l.flow.dport >> 8) : "0");
        number("ic", "ICMP-C", icmp, l -> isIcmp(l.flow) ? "" + (l.flow.dport & 0xFF) : "0");
        number("in", " Input", EnumSet.of(Field.INPUT), l -> Long.toString(l.flow.input));
        number("out", "Output", EnumSet.of(Field.OUTPUT), l -> Long.toString(l.flow.output));
        add("fl", "Flows", NOTHING, (l, s, o) -> Style.right(Long.toString(l.flows), 5, o));
        add(
                "flg",
                "   Flags",
                EnumSet.of(Field.FLAGS, Field.PROTOCOL),
                (l, s, o) -> flags(l.flow, o));
        count("pkt", " Packets", l -> l.packets);
        count("ipkt", "  In Pkt", l -> l.packets);
        count("opkt", " Out Pkt", l -> l.outPackets);
        count("byt", "   Bytes", l -> l.bytes);
        count("ibyt", " In Byte", l -> l.bytes);
        count("obyt", "Out Byte", l -> l.outBytes);
        count("bps", "     bps", l -> Rates.bitsPerSecond(l.bytes, l.durationMs()));
        count("pps", "     pps", l -> Rates.packetsPerSecond(l.packets, l.durationMs()));
        number(
                "bpp",
                "   Bpp",
                EnumSet.of(Field.PACKETS, Field.BYTES),
                l -> Long.toString(Rates.bytesPerPacket(l.bytes, l.packets)));
        Set<Field> service = EnumSet.of(Field.MEMO);
        number("tos", "Tos", service, l -> Integer.toString(l.flow.typeOfService()));
        number("stos", "STos", service, l -> Integer.toString(l.flow.typeOfService()));
        number("dtos", "DTos", service, l -> Integer.toString(l.flow.otherTypeOfService()));
        add("n", "", NOTHING, (l, s, o) -> o.append('\n'));
    }

    /// What is printed for a protocol.
    static String protocol(int protocol, Style style) {
        return style.plain() ? Integer.toString(protocol) : ProtocolNames.name(protocol);
    }

    /// Letters of the flags; none is set of what is no TCP.
    private static void flags(FlowRecord flow, StringBuilder out) {
        letters(flow.protocol == Protocols.TCP ? flow.flags : 0, out);
    }

    /// Letters of flags, dots where they are not set.
    static void letters(int flags, StringBuilder out) {
        for (int i = 0; i < 8; i++) {
            out.append((flags & 0x80 >> i) != 0 ? FLAGS.charAt(i) : '.');
        }
    }

    private static void none(String name, String title, String value) {
        ALL.put(
                name,
                new Tag(
                        name,
                        style -> title,
                        NOTHING,
                        (l, s, o) -> Style.right(value, title.length(), o),
                        true));
    }

    private static void missing() {
        for (String name : NAMED_ONLY) {
            none(name, "", "");
        }
    }
}
