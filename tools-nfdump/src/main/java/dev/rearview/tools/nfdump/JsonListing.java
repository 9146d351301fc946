package dev.rearview.tools.nfdump;

import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import java.util.Set;

/// An array of objects, or objects alone where little is to be said.
final class JsonListing implements Listing {
    private final Style style;
    private final boolean quiet;
    private final Set<Field> keys;
    private boolean any;

    /// @param keys fields that lines have
    JsonListing(Style style, boolean quiet, Set<Field> keys) {
        this.style = style;
        this.quiet = quiet;
        this.keys = keys;
    }

    @Override
    public Set<Field> fields() {
        return keys;
    }

    @Override
    public void begin(StringBuilder out) {
        if (!quiet) {
            out.append("[\n");
        }
    }

    @Override
    public void line(Shown l, StringBuilder out) {
        out.append(any ? ",\n{\n" : "{\n");
        any = true;
        FlowRecord f = l.flow;
        text("type", "FLOW", out);
        time("first", l.firstMs, out);
        time("last", l.lastMs, out);
        number("in_packets", l.packets, out);
        number("in_bytes", l.bytes, out);
        if (keys.contains(Field.PROTOCOL)) {
            number("proto", f.protocol, out);
        }
        boolean icmp = keys.contains(Field.PROTOCOL) && Tag.isIcmp(f);
        if (icmp && keys.contains(Field.DPORT)) {
            number("icmp_type", f.dport >> 8, out);
            number("icmp_code", f.dport & 0xFF, out);
        } else if (!icmp) {
            ports(f, out);
        }
        if (keys.contains(Field.MEMO)) {
            number("src_tos", f.typeOfService(), out);
        }
        address("src", Field.SIP, f.sipHi, f.sipLo, "_addr", out);
        address("dst", Field.DIP, f.dipHi, f.dipLo, "_addr", out);
        if (keys.contains(Field.INPUT)) {
            number("input_snmp", f.input, out);
        }
        if (keys.contains(Field.OUTPUT)) {
            number("output_snmp", f.output, out);
        }
        if ((l.outPackets | l.outBytes) != 0) {
            number("out_packets", l.outPackets, out);
            number("out_bytes", l.outBytes, out);
        }
        if (l.flows > 1) {
            number("aggr_flows", l.flows, out);
        }
        address("ip", Field.NHIP, f.nhipHi, f.nhipLo, "_next_hop", out);
        // Behind the last value stands no comma.
        out.setLength(out.length() - 2);
        out.append("\n}");
    }

    private void ports(FlowRecord f, StringBuilder out) {
        if (keys.contains(Field.FLAGS)) {
            StringBuilder letters = new StringBuilder();
            Tag.letters(f.flags, letters);
            text("tcp_flags", letters.toString(), out);
        }
        if (keys.contains(Field.SPORT)) {
            number("src_port", f.sport, out);
        }
        if (keys.contains(Field.DPORT)) {
            number("dst_port", f.dport, out);
        }
    }

    private void address(
            String before, Field field, long hi, long lo, String behind, StringBuilder out) {
        if (keys.contains(field)) {
            String family = Ip.isMapped(hi, lo) ? "4" : "6";
            text(before + family + behind, Style.wholeAddress(hi, lo), out);
        }
    }

    private void time(String name, long ms, StringBuilder out) {
        StringBuilder text = new StringBuilder();
        style.time(ms, true, 'T', text);
        text(name, text.toString(), out);
    }

    /// Values need no escapes: they are times, addresses and letters.
    private static void text(String name, String value, StringBuilder out) {
        out.append("\t\"").append(name).append("\" : \"").append(value).append("\",\n");
    }

    private static void number(String name, long value, StringBuilder out) {
        out.append("\t\"").append(name).append("\" : ");
        out.append(Long.toUnsignedString(value)).append(",\n");
    }

    @Override
    public void end(boolean isAny, StringBuilder out) {
        if (!quiet) {
            out.append("]\n");
        } else if (isAny) {
            out.append('\n');
        }
    }

    @Override
    public Summary.Kind summary() {
        return Summary.Kind.NONE;
    }
}
