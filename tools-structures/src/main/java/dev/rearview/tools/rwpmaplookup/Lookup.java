package dev.rearview.tools.rwpmaplookup;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpText;
import dev.rearview.text.Table;
import java.util.List;
import java.util.function.Consumer;

/// Finds keys and prints them.
final class Lookup {
    private final PrefixMap map;
    private final List<String> fields;
    private final boolean ports;
    private final boolean v6;
    private final IpFormat ip;
    private final Table text;
    private final Consumer<String> complaints;

    /// @param fields what is printed of each key
    /// @param ip how addresses look
    /// @param text where to, made with [#headings]
    /// @param complaints takes what is wrong with a key
    Lookup(
            PrefixMap map,
            List<String> fields,
            IpFormat ip,
            Table text,
            Consumer<String> complaints) {
        this.map = map;
        this.fields = fields;
        this.ports = map.kind() == PrefixMap.Kind.PROTO_PORT;
        this.v6 = map.kind().isV6();
        this.ip = ip;
        this.text = text;
        this.complaints = complaints;
    }

    static List<Table.Heading> headings(PrefixMap map, List<String> fields, IpFormat ip) {
        return fields.stream().map(f -> new Table.Heading(f, width(f, map, ip), false)).toList();
    }

    private static int width(String field, PrefixMap map, IpFormat ip) {
        boolean ports = map.kind() == PrefixMap.Kind.PROTO_PORT;
        boolean v6 = map.kind().isV6();
        int key = ports ? 9 : ip.width(v6);
        return switch (field) {
            case "value" ->
                    map.labels().isEmpty() && !map.kind().isCountry()
                            ? 22
                            : Math.max(5, map.widestLabel());
            case "block" ->
                    ports ? 2 * key + 1 : key + (ip.isShownAsIpv6(0, Ip.MAPPED, v6) || v6 ? 4 : 3);
            case "input" -> v6 ? 39 : 22;
            default -> key;
        };
    }

    /// Looks one key up that is written out.
    void key(String input) {
        try {
            if (ports) {
                port(input);
            } else {
                Ip key = IpText.parse(input.strip());
                address(key.hi(), key.lo(), input);
            }
        } catch (IllegalArgumentException e) {
            complaints.accept("'" + input + "': " + e.getMessage());
            unknown(input);
        }
    }

    void set(IpSet set) {
        set.forEachRange((loHi, loLo, hiHi, hiLo) ->
                Ip.forEach(
                        loHi,
                        loLo,
                        hiHi,
                        hiLo,
                        (hi, lo) ->
                                address(hi, lo, IpFormat.CANONICAL.format(hi, lo, set.isV6()))));
    }

    /// A key that the map cannot hold shows only where the input itself is asked for.
    private void unknown(String input) {
        if (fields.contains("input")) {
            fields.forEach(f -> text.cell(f.equals("input") ? input : ""));
            text.endRow();
        }
    }

    private void address(long hi, long lo, String input) {
        if (!v6 && !Ip.isMapped(hi, lo)) {
            unknown(input);
            return;
        }
        int own = map.blockLength(hi, lo);
        int length = v6 ? own : own + 96;
        long maskHi = Ip.maskHi(length);
        long maskLo = Ip.maskLo(length);
        for (String f : fields) {
            text.cell(
                    switch (f) {
                        case "key" -> ip.format(hi, lo, v6);
                        case "value" -> map.label(map.find(hi, lo));
                        case "block" -> block(hi & maskHi, lo & maskLo, own);
                        case "start-block" -> ip.format(hi & maskHi, lo & maskLo, v6);
                        case "end-block" -> ip.format(hi | ~maskHi, lo | ~maskLo, v6);
                        default -> input;
                    });
        }
        text.endRow();
    }

    private String block(long hi, long lo, int length) {
        StringBuilder out = new StringBuilder();
        ip.formatPrefix(hi, lo, v6, length, out);
        return out.toString();
    }

    private void port(String input) {
        String s = input.strip();
        int slash = s.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("expected PROTOCOL/PORT");
        }
        int protocol = (int) IpText.parseUnsigned(s.substring(0, slash), 255, "protocol");
        int port = (int) IpText.parseUnsigned(s.substring(slash + 1), 65_535, "port");
        int key = protocol << 16 | port;
        int size = 1 << 24 - map.portBlockLength(protocol, port);
        int start = key & -size;
        int end = start + size - 1;
        for (String f : fields) {
            text.cell(
                    switch (f) {
                        case "key" -> pair(key);
                        case "value" -> map.label(map.findPort(protocol, port));
                        case "block" -> pair(start) + " " + pair(end);
                        case "start-block" -> pair(start);
                        case "end-block" -> pair(end);
                        default -> input;
                    });
        }
        text.endRow();
    }

    private String pair(int key) {
        return (key >> 16) + "/" + (key & 0xFFFF);
    }
}
