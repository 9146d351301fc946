package dev.rearview.tools.rwpmapcat;

import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Ip;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Table;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Prints the ranges of a prefix map with their labels.
final class RangeTable {
    /// Protocol 255, port 65535.
    private static final long LAST_PAIR = 0xFF_FFFF;

    private record Range(long loHi, long loLo, long hiHi, long hiLo, int value) {}

    private final PrefixMap map;
    private final boolean asCountry;
    private final TableOptions table;
    private final IpFormat ip;
    private final boolean ports;
    private final boolean six;

    /// @param asCountry whether values are printed as codes of countries
    RangeTable(PrefixMap map, boolean asCountry, TableOptions table, IpFormat ip) {
        this.map = map;
        this.asCountry = asCountry;
        this.table = table;
        this.ip = ip;
        this.ports = map.kind() == PrefixMap.Kind.PROTO_PORT;
        this.six = map.kind().isV6();
    }

    private String label(int value) {
        if (asCountry && !map.kind().isCountry()) {
            return CountryCode.text(value);
        }
        if (!asCountry && map.kind().isCountry()) {
            return value == PrefixMap.NO_VALUE ? "UNKNOWN" : Integer.toString(value);
        }
        return map.label(value);
    }

    /// The ranges of addresses, or of pairs, that have one value each.
    private List<Range> joined() {
        List<Range> out = new ArrayList<>();
        map.forEachLeaf((hi, lo, length, value) -> {
            int bits = map.kind().bits();
            long loHi = six ? hi : 0;
            long loLo = six ? lo : hi >>> 32;
            int free = bits - length;
            if (map.kind() == PrefixMap.Kind.PROTO_PORT && loLo > LAST_PAIR) {
                return;
            }
            long hiHi = loHi | ~Ip.maskHi(128 - free);
            long hiLo = loLo | ~Ip.maskLo(128 - free);
            if (map.kind() == PrefixMap.Kind.PROTO_PORT) {
                hiLo = Math.min(hiLo, LAST_PAIR);
            }
            Range last = out.isEmpty() ? null : out.getLast();
            if (last != null && last.value == value) {
                out.set(out.size() - 1, new Range(last.loHi, last.loLo, hiHi, hiLo, value));
            } else {
                out.add(new Range(loHi, loLo, hiHi, hiLo, value));
            }
        });
        return out;
    }

    /// Prints all ranges but those of some values.
    ///
    /// @param leftJustify whether labels stand at the left of their column
    /// @param asBlocks whether addresses are printed as CIDR blocks
    /// @param skip values that are left out
    void print(boolean leftJustify, boolean asBlocks, Set<Integer> skip, OutputStream out) {
        boolean blocks = !ports && asBlocks;
        int labelWidth =
                asCountry ? 5 : map.kind().isCountry() ? 10 : Math.max(5, map.widestLabel());
        UnaryOperator<String> padded =
                label ->
                        leftJustify && table.isPadded()
                                ? label + " ".repeat(Math.max(0, labelWidth - label.length()))
                                : label;
        List<Table.Heading> headings = new ArrayList<>(keys(blocks));
        boolean hasWords =
                !map.kind().isCountry() && !map.labels().stream().allMatch(String::isEmpty);
        String title = padded.apply(hasWords ? "label" : "value");
        headings.add(new Table.Heading(title, labelWidth, false));
        Table text = new Table(out, table.layout(), headings);
        text.titles();
        for (Range r : joined()) {
            if (skip.contains(r.value)) {
                continue;
            }
            String label = padded.apply(label(r.value));
            if (blocks) {
                block(r, label, text);
            } else {
                row(r, label, text);
            }
        }
        text.finish();
    }

    private List<Table.Heading> keys(boolean blocks) {
        if (ports) {
            return List.of(
                    new Table.Heading("startPair", 9, false),
                    new Table.Heading("endPair", 9, false));
        }
        int address = ip.width(six);
        if (blocks) {
            boolean isLong = ip.isShownAsIpv6(0, Ip.MAPPED, six) || six;
            return List.of(new Table.Heading("ipBlock", address + (isLong ? 4 : 3), false));
        }
        return List.of(
                new Table.Heading("startIP", address, false),
                new Table.Heading("endIP", address, false));
    }

    private void row(Range r, String label, Table text) {
        if (ports) {
            text.cell(pair(r.loLo));
            text.cell(pair(r.hiLo));
        } else {
            text.cell(ip.format(r.loHi, base(r.loLo), six));
            text.cell(ip.format(r.hiHi, base(r.hiLo), six));
        }
        text.cell(label);
        text.endRow();
    }

    private static String pair(long key) {
        return (key >>> 16) + "/" + (key & 0xFFFF);
    }

    private long base(long lo) {
        return six ? lo : lo | Ip.MAPPED;
    }

    private void block(Range r, String label, Table text) {
        StringBuilder cell = new StringBuilder();
        IpSet.forEachBlock(
                r.loHi,
                base(r.loLo),
                r.hiHi,
                base(r.hiLo),
                (hi, lo, length) -> {
                    cell.setLength(0);
                    ip.formatPrefix(hi, lo, six, six ? length : length - 96, cell);
                    text.cell(cell);
                    text.cell(label);
                    text.endRow();
                });
    }
}
