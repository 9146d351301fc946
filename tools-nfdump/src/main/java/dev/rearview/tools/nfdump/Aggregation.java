package dev.rearview.tools.nfdump;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.model.Field;
import dev.rearview.text.IpText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// By what flows are put together (`-A`).
///
/// @param keys fields
/// @param prefixes to which addresses are cut before
/// @param tags that print the keys
record Aggregation(List<Field> keys, List<FlowPlan.Prefixes> prefixes, List<String> tags) {
    static final Aggregation CONNECTIONS =
            new Aggregation(Grouped.CONNECTION, List.of(), List.of());

    private static final Map<String, Field> FIELDS =
            Map.of(
                    "proto", Field.PROTOCOL,
                    "tos", Field.MEMO,
                    "srctos", Field.MEMO,
                    "srcip", Field.SIP,
                    "dstip", Field.DIP,
                    "srcport", Field.SPORT,
                    "dstport", Field.DPORT,
                    "inif", Field.INPUT,
                    "outif", Field.OUTPUT,
                    "next", Field.NHIP);

    private static final Map<Field, String> TAGS =
            Map.of(
                    Field.PROTOCOL, "pr",
                    Field.SIP, "sa",
                    Field.DIP, "da",
                    Field.SPORT, "sp",
                    Field.DPORT, "dp",
                    Field.INPUT, "in",
                    Field.OUTPUT, "out",
                    Field.NHIP, "nh",
                    Field.MEMO, "stos");

    /// @throws IllegalArgumentException if the list names what is unknown
    static Aggregation parse(String list) {
        List<Field> keys = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        int[] source = {-1, -1};
        int[] destination = {-1, -1};
        for (String item : list.split(",", -1)) {
            Field field;
            int slash = item.indexOf('/');
            if (slash < 0) {
                field = field(item);
            } else {
                field = prefix(item, slash, source, destination);
            }
            tags.add(item.equals("tos") ? item : TAGS.get(field));
            if (!keys.contains(field)) {
                keys.add(field);
            }
        }
        List<FlowPlan.Prefixes> prefixes = new ArrayList<>();
        cut(Field.SIP, source, prefixes);
        cut(Field.DIP, destination, prefixes);
        return new Aggregation(keys, prefixes, tags);
    }

    private static Field field(String name) {
        Field field = FIELDS.get(name);
        if (field == null) {
            throw AbsentElements.unknown("element", name);
        }
        return field;
    }

    private static Field prefix(String item, int slash, int[] source, int[] destination) {
        String name = item.substring(0, slash);
        boolean v6 = name.endsWith("6");
        boolean v4 = name.endsWith("4");
        String side = name.substring(0, Math.max(0, name.length() - 1));
        if (!v4 && !v6 || !side.equals("srcip") && !side.equals("dstip")) {
            throw new IllegalArgumentException("no element '" + item + "'");
        }
        int bits = (int) IpText.parseDigits(item.substring(slash + 1), v6 ? 128 : 32, "bits");
        (side.equals("srcip") ? source : destination)[v6 ? 1 : 0] = bits;
        return side.equals("srcip") ? Field.SIP : Field.DIP;
    }

    /// Addresses of a family for which no bits are given become 0.
    private static void cut(Field field, int[] bits, List<FlowPlan.Prefixes> out) {
        if (bits[0] >= 0 || bits[1] >= 0) {
            out.add(new FlowPlan.Prefixes(field, Math.max(0, bits[0]), Math.max(0, bits[1])));
        }
    }

    /// The format that prints the keys.
    LineFormat format() {
        return tags.isEmpty()
                ? LineFormat.known("line")
                : LineFormat.of(
                        "%ts %td  %" + String.join(" %", tags) + "  %pkt %byt %bps %bpp %fl");
    }

    Grouped grouped() {
        return new Grouped(keys);
    }
}
