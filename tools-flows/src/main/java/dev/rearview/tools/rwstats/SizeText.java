package dev.rearview.tools.rwstats;

import dev.rearview.engine.group.SizeStatistics;
import dev.rearview.engine.group.SizeStatistics.Measure;
import dev.rearview.engine.group.SizeStatistics.Sizes;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Numbers;
import dev.rearview.text.Table;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/// `--overall-stats` and `--detail-proto-stats`: minimum, maximum, quartiles and intervals of
/// bytes, packets and bytes per packet.
final class SizeText {
    private final SizeStatistics sizes;

    SizeText(SizeStatistics sizes) {
        this.sizes = sizes;
    }

    /// As people know it from SiLK.
    String text(TableOptions table) {
        StringBuilder out = new StringBuilder();
        Sizes all = sizes.all();
        SortedMap<Integer, Sizes> protocols = sizes.protocols();
        boolean oneHasAll = protocols.values().stream().anyMatch(g -> g.records() == all.records());
        if (!oneHasAll || all.records() == 0) {
            out.append("FLOW STATISTICS--ALL PROTOCOLS:  ")
                    .append(all.records())
                    .append(" records\n");
            group(all, "%_of_input", out, table);
        }
        boolean first = oneHasAll && all.records() > 0;
        for (var e : protocols.entrySet()) {
            if (all.records() == 0) {
                break;
            }
            Sizes g = e.getValue();
            out.append(first ? "" : "\n").append("FLOW STATISTICS--PROTOCOL ").append(e.getKey());
            out.append(":  ").append(g.records()).append('/').append(all.records());
            out.append(" records\n");
            first = false;
            group(g, "%_of_proto", out, table);
        }
        return out.toString();
    }

    /// The same as rows: one for each interval of each measure.
    void rows(OutputStream out, TableOptions table) {
        Table rows =
                table.structured(
                        out,
                        List.of(
                                "protocol",
                                "records#",
                                "measure",
                                "min#",
                                "max#",
                                "lower-quartile#",
                                "median#",
                                "upper-quartile#",
                                "interval-max#",
                                "count#",
                                "percent#",
                                "cumulative-percent#"));
        group(sizes.all(), "all", rows);
        sizes.protocols().forEach((protocol, g) -> group(g, Integer.toString(protocol), rows));
        rows.finish();
    }

    private static void group(Sizes g, String protocol, Table rows) {
        if (g.records() == 0) {
            return;
        }
        for (Measure m : g.measures()) {
            double cumulative = 0;
            for (int i = 0; i < m.intervals(); i++) {
                double percent = 100.0 * m.count(i) / g.records();
                cumulative += percent;
                rows.cell(protocol);
                rows.cell(g.records());
                rows.cell(m.name().toLowerCase(Locale.ROOT));
                rows.cell(m.min());
                rows.cell(m.max());
                rows.cell(Numbers.fixed(m.quantile(g.records() / 4), 5));
                rows.cell(Numbers.fixed(m.quantile(g.records() / 2), 5));
                rows.cell(Numbers.fixed(m.quantile(3 * (g.records() / 4)), 5));
                rows.cell(m.bound(i));
                rows.cell(m.count(i));
                rows.cell(Numbers.fixed(percent, 6));
                rows.cell(Numbers.fixed(cumulative, 6));
                rows.endRow();
            }
        }
    }

    private static void group(Sizes g, String share, StringBuilder out, TableOptions table) {
        if (g.records() == 0) {
            return;
        }
        for (Measure m : g.measures()) {
            measure(m, g.records(), share, out, table);
        }
    }

    private static void measure(
            Measure m, long records, String share, StringBuilder out, TableOptions table) {
        out.append('*').append(m.name()).append(" min ").append(m.min());
        out.append("; max ").append(m.max()).append('\n');
        double lower = m.quantile(records / 4);
        double median = m.quantile(records / 2);
        double upper = m.quantile(3 * (records / 4));
        out.append(
                String.format(
                        Locale.ROOT,
                        "  quartiles LQ %.5f Med %.5f UQ %.5f UQ-LQ %.5f%n",
                        lower,
                        median,
                        upper,
                        upper - lower));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Table text =
                new Table(
                        bytes,
                        table.layout(),
                        List.of(
                                new Table.Heading("interval_max", 15, true),
                                new Table.Heading("count<=max", 10, true),
                                new Table.Heading(share, 10, true),
                                new Table.Heading("cumul_%", 10, true)));
        text.titles();
        double cumulative = 0;
        for (int i = 0; i < m.intervals(); i++) {
            double percent = 100.0 * m.count(i) / records;
            cumulative += percent;
            text.cell(Long.toString(m.bound(i)));
            text.cell(Long.toString(m.count(i)));
            text.cell(Numbers.fixed(percent, 6));
            text.cell(Numbers.fixed(cumulative, 6));
            text.endRow();
        }
        text.finish();
        out.append(bytes.toString(StandardCharsets.UTF_8));
    }
}
