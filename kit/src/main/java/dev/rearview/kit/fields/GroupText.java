package dev.rearview.kit.fields;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.tables.KeyText;
import dev.rearview.model.Ip;
import dev.rearview.text.Table;
import java.util.ArrayList;
import java.util.List;

/// How the groups of rwuniq and rwstats are printed.
public final class GroupText {
    private final Grouping grouping;
    private final FieldStyle style;
    private final List<FieldText> keys;
    private final IcmpKeys icmp;
    private final StringBuilder cell = new StringBuilder();

    GroupText(Grouping grouping, FieldStyle style) {
        this.grouping = grouping;
        this.style = style;
        this.keys =
                grouping.keys().stream()
                        .map(f -> FieldText.grouped(f, style, grouping.files()))
                        .toList();
        this.icmp = new IcmpKeys(grouping.keys());
    }

    /// The keys alone.
    public KeyText keys() {
        return new KeyText() {
            @Override
            public List<Table.Heading> headings() {
                return keyHeadings();
            }

            @Override
            public void print(long[] words, Table table) {
                printKey(words, 0, table);
            }

            @Override
            public List<String> valueNames() {
                return grouping.values().stream().map(ValueField::name).toList();
            }

            @Override
            public boolean isAmount() {
                return !grouping.values().getFirst().isPlugin();
            }
        };
    }

    private List<Table.Heading> keyHeadings() {
        List<Table.Heading> out = new ArrayList<>();
        for (FieldText k : keys) {
            out.add(new Table.Heading(k.field().name(), k.width(), k.isNumeric()));
        }
        return out;
    }

    /// Headings of the keys and values.
    public List<Table.Heading> headings() {
        List<Table.Heading> out = keyHeadings();
        for (ValueField v : grouping.values()) {
            int width = v.width(style, grouping.files());
            out.add(new Table.Heading(v.name(), width, v.isNumeric()));
        }
        return out;
    }

    /// Prints the keys and values of a group as cells.
    public void print(long[] words, Table table) {
        int at = printKey(words, grouping.keyAt(), table);
        for (ValueField v : grouping.values()) {
            cell.setLength(0);
            v.print(words, at, style, cell);
            table.cell(cell);
            at += v.aggregates().size();
        }
    }

    /// @param from where the key starts
    /// @return where it ends
    private int printKey(long[] words, int from, Table table) {
        int at = from;
        boolean v6 = isV6(words, from);
        for (FieldText k : keys) {
            cell.setLength(0);
            FlowField field = k.field();
            if (IcmpKeys.isIcmp(field)) {
                icmp.print(field, words, from, words[at], v6, cell);
            } else {
                k.print(words[at], k.words() > 1 ? words[at + 1] : 0, v6, cell);
            }
            table.cell(cell);
            at += k.words();
        }
        return at;
    }

    /// A group is shown as IPv4 if all its addresses are mapped and the policy allows both.
    private boolean isV6(long[] words, int from) {
        Ipv6Policy p = grouping.policy();
        if (p == Ipv6Policy.FORCE || p == Ipv6Policy.ONLY) {
            return true;
        }
        int at = from;
        for (FieldText k : keys) {
            if (k.words() == 2 && !Ip.isMapped(words[at], words[at + 1])) {
                return true;
            }
            at += k.words();
        }
        return false;
    }
}
