package dev.rearview.tools.bags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.kit.fields.NetworkStructure;
import dev.rearview.kit.tables.TextLines;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Table;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One way to print the entries of a bag, which come ascending.
interface BagPrinting {
    int COUNTER_WIDTH = 20;

    void add(long hi, long lo, long counter) throws IOException;

    void finish() throws IOException;

    private static void startEntries(BagTable table, String bag, KeyText key) {
        table.start(
                bag,
                new Table.Heading("key", key.width(), true),
                new Table.Heading("counter", COUNTER_WIDTH, true));
    }

    /// As they come.
    static BagPrinting plain(BagTable table, String bag, KeyText key) {
        startEntries(table, bag, key);
        return new BagPrinting() {
            @Override
            public void add(long hi, long lo, long counter) {
                table.row(key.of(hi, lo), key.isNumeric(), counter);
            }

            @Override
            public void finish() {
                table.end();
            }
        };
    }

    /// By counter, those of one counter by key.
    ///
    /// @param sorter puts all three words in order
    static BagPrinting sorted(
            BagTable table, String bag, KeyText key, boolean increasing, RowCombiner sorter) {
        long flip = increasing ? 0 : -1L;
        long[] row = new long[BagRows.WORDS];
        return new BagPrinting() {
            @Override
            public void add(long hi, long lo, long counter) throws IOException {
                row[0] = counter ^ flip;
                row[1] = hi;
                row[2] = lo;
                sorter.add(row);
            }

            @Override
            public void finish() throws IOException {
                startEntries(table, bag, key);
                BagRows.forEach(
                        sorter.sorted(),
                        (counter, hi, lo) ->
                                table.row(key.of(hi, lo), key.isNumeric(), counter ^ flip));
                table.end();
            }
        };
    }

    /// How many keys have a counter of each bin.
    ///
    /// @param sorter adds up by the first two words
    static BagPrinting bins(BagTable table, String bag, String scale, RowCombiner sorter) {
        long[] row = {0, 0, 1};
        boolean isNumber = !scale.equals("binary");
        return new BagPrinting() {
            @Override
            public void add(long hi, long lo, long counter) throws IOException {
                if (counter != 0) {
                    row[1] = CounterBins.bin(counter, scale);
                    sorter.add(row);
                }
            }

            @Override
            public void finish() throws IOException {
                table.start(
                        bag,
                        new Table.Heading("counter", COUNTER_WIDTH, isNumber),
                        new Table.Heading("keys", COUNTER_WIDTH, true));
                BagRows.forEach(
                        sorter.sorted(),
                        (none, bin, n) -> table.row(CounterBins.text(bin, scale), isNumber, n));
                table.end();
            }
        };
    }

    /// Netblocks with the sums of their counters, as lines.
    static BagPrinting networkLines(
            BagTable table,
            NetworkStructure structure,
            NetworkStructure.Style style,
            boolean wide) {
        TextLines lines = new TextLines(table.out());
        return networks(structure.ofBag(style, lines, wide), lines::flush);
    }

    /// Netblocks with the sums of their counters, as rows.
    static BagPrinting networkRows(
            BagTable table, String bag, NetworkStructure structure, IpFormat ip, boolean wide) {
        List<Table.Heading> headings = new ArrayList<>();
        headings.add(new Table.Heading("block", 0, false));
        headings.add(new Table.Heading("counter", 0, true));
        headings.add(new Table.Heading("hosts", 0, true));
        for (int size : structure.countedSizes()) {
            headings.add(new Table.Heading("occupied-" + size, 0, true));
        }
        table.start(bag, headings.toArray(new Table.Heading[0]));
        return networks(
                structure.ofRows(
                        ip,
                        true,
                        wide,
                        (block, sum, hosts, smaller) -> {
                            Table row = table.row();
                            row.text(block);
                            row.cell(sum);
                            row.cell(hosts.toString());
                            for (Optional<BigInteger> n : smaller) {
                                row.cell(n.map(BigInteger::toString).orElse(""));
                            }
                            row.endRow();
                        }),
                table::end);
    }

    private static BagPrinting networks(NetworkStructure.Printer printer, Runnable end) {
        return new BagPrinting() {
            @Override
            public void add(long hi, long lo, long counter) {
                printer.add(hi, lo, counter);
            }

            @Override
            public void finish() {
                printer.finish();
                end.run();
            }
        };
    }
}
