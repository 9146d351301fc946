package dev.rearview.tools.changed;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.plan.Product;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.tables.KeyText;
import dev.rearview.model.Ip;
import dev.rearview.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Keys of commands that print none themselves: addresses, numbers and times.
final class PlainKeys implements KeyText {
    private static final int NUMBER_WIDTH = 10;

    private final StyleOptions style;
    private final List<Expr> keys;
    private final List<String> titles;
    private final String valueName;
    private final long startMs;

    /// @param startMs of the window that bins of time are told of
    PlainKeys(Product product, StyleOptions style, long startMs) {
        this.style = style;
        this.startMs = startMs;
        switch (product) {
            case Product.Groups g -> {
                keys = g.keys();
                titles = keys.stream().map(PlainKeys::title).toList();
                valueName = name(g.values().getFirst());
            }
            case Product.Addresses a -> {
                keys = a.of().stream().limit(1).map(Expr::of).toList();
                titles = List.of("IP");
                valueName = "records";
            }
            default -> {
                keys = List.of();
                titles = List.of("Date");
                valueName = "records";
            }
        }
    }

    private static String title(Expr key) {
        return FlowFields.textOf(key instanceof Expr.Ipv4 four ? four.address() : key);
    }

    private static boolean isAddress(Expr key) {
        return key.words() == 2 || key instanceof Expr.Ipv4;
    }

    private static String name(Aggregate value) {
        return switch (value.kind()) {
            case COUNT -> "records";
            case SUM -> FlowFields.textOf(value.of());
            default ->
                    value.kind().name().toLowerCase(Locale.ROOT)
                            + " "
                            + FlowFields.textOf(value.of());
        };
    }

    @Override
    public List<Table.Heading> headings() {
        if (keys.isEmpty()) {
            return List.of(new Table.Heading(titles.getFirst(), style.time().width(), false));
        }
        List<Table.Heading> out = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            boolean address = isAddress(keys.get(i));
            int width = address ? style.ip().width(false) : NUMBER_WIDTH;
            out.add(new Table.Heading(titles.get(i), width, !address));
        }
        return out;
    }

    @Override
    public void print(long[] words, Table table) {
        if (keys.isEmpty()) {
            table.cell(style.time().format(startMs + words[0]));
            return;
        }
        int at = 0;
        for (Expr key : keys) {
            if (key.words() == 2) {
                long hi = words[at];
                long lo = words[at + 1];
                table.cell(style.ip().format(hi, lo, !Ip.isMapped(hi, lo)));
            } else if (isAddress(key)) {
                table.cell(style.ip().format(0, Ip.mapped((int) words[at]), false));
            } else if (key.isSigned()) {
                table.cell(Long.toString(words[at]));
            } else {
                table.cell(words[at]);
            }
            at += key.words();
        }
    }

    @Override
    public List<String> valueNames() {
        return List.of(valueName);
    }

    @Override
    public boolean isAmount() {
        return true;
    }
}
