package dev.rearview.tools.bags;

import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Table;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where what is printed of bags goes: as text a table for each bag, for programs one for all.
final class BagTable {
    private final TableOptions options;
    private final OutputStream out;
    private final boolean isNamed;
    private Optional<Table> open = Optional.empty();
    private String bag = "";

    /// @param isNamed whether rows for programs say which bag they are of
    BagTable(TableOptions options, OutputStream out, boolean isNamed) {
        this.options = options;
        this.out = out;
        this.isNamed = isNamed && options.isStructured();
    }

    boolean isStructured() {
        return options.isStructured();
    }

    OutputStream out() {
        return out;
    }

    /// Starts the rows of a bag.
    void start(String name, Table.Heading... headings) {
        bag = name;
        if (open.isPresent() && isStructured()) {
            return;
        }
        List<Table.Heading> all = new ArrayList<>(List.of(headings));
        if (isNamed) {
            all.addFirst(new Table.Heading("bag", 0, false));
        }
        Table.Layout layout = options.layout();
        Table table = new Table(out, layout.withTitles(layout.format() == Table.Format.CSV), all);
        table.titles();
        open = Optional.of(table);
    }

    /// The table, after the cell that every row begins with.
    Table row() {
        Table table = open.orElseThrow();
        if (isNamed) {
            table.text(bag);
        }
        return table;
    }

    void row(String key, boolean isNumber, long counter) {
        Table table = row();
        if (isNumber) {
            table.cell(key);
        } else {
            table.text(key);
        }
        table.cell(counter);
        table.endRow();
    }

    /// Ends the rows of a bag.
    void end() {
        if (!isStructured()) {
            open.orElseThrow().finish();
        }
    }

    /// Ends the rows of all bags.
    void finish() {
        if (isStructured()) {
            open.ifPresent(Table::finish);
        }
    }
}
