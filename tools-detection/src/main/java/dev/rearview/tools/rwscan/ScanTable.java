package dev.rearview.tools.rwscan;

import dev.rearview.engine.detect.ScanDetector;
import dev.rearview.engine.detect.Verdict;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Numbers;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// The rows of scans, as they are found.
final class ScanTable {
    private static final int PROBABILITY_DIGITS = 6;

    private final Table table;
    private final boolean withModel;
    private final boolean integers;

    /// @param withModel whether the columns on the model are printed
    /// @param integers whether addresses are numbers
    ScanTable(OutputStream out, Table.Layout layout, boolean withModel, boolean integers) {
        this.withModel = withModel;
        this.integers = integers;
        List<Table.Heading> headings = new ArrayList<>();
        headings.add(new Table.Heading("sip", 16, integers));
        headings.add(new Table.Heading("proto", 6, true));
        headings.add(new Table.Heading("stime", 24, false));
        headings.add(new Table.Heading("etime", 24, false));
        headings.add(new Table.Heading("flows", 10, true));
        headings.add(new Table.Heading("packets", 10, true));
        headings.add(new Table.Heading("bytes", 10, true));
        if (withModel) {
            headings.add(new Table.Heading("scan_model", 12, true));
            headings.add(new Table.Heading("scan_prob", 10, true));
        }
        this.table = new Table(out, layout, headings);
        table.titles();
    }

    void add(Verdict verdict) {
        Verdict.Source source = verdict.source();
        table.cell(
                integers
                        ? Integer.toUnsignedString(source.address())
                        : IpFormat.ofIpv4(source.address()));
        table.cell(source.protocol());
        table.cell(TimeFormat.ISO.format(source.startMs()));
        table.cell(TimeFormat.ISO.format(source.endMs()));
        table.cell(source.volume().flows());
        table.cell(source.volume().packets());
        table.cell(source.volume().bytes());
        if (withModel) {
            table.cell(number(verdict.model()));
            table.cell(Numbers.fixed(verdict.probability(), PROBABILITY_DIGITS));
        }
        table.endRow();
    }

    /// The number that `--scan-model` gives a model.
    private static int number(ScanDetector.Model model) {
        return model == ScanDetector.Model.WALK ? 1 : 2;
    }

    void finish() {
        table.finish();
    }
}
