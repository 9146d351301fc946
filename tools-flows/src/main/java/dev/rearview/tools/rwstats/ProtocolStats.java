package dev.rearview.tools.rwstats;

import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.text.Numbers;
import dev.rearview.text.Table;
import java.io.OutputStream;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// `--overall-stats` and `--detail-proto-stats`: minimum, maximum, quartiles and intervals of
/// bytes, packets and bytes per packet.
final class ProtocolStats {
    private static final long MAX = 0xFFFF_FFFFL;
    private static final long[] BYTES_TCP = {
        40, 60, 100, 150, 256, 1000, 10000, 100000, 1000000, MAX
    };
    private static final long[] BYTES_OTHER = {
        20, 40, 80, 130, 256, 1000, 10000, 100000, 1000000, MAX
    };
    private static final long[] PACKETS = {3, 4, 10, 20, 50, 100, 500, 1000, 10000, MAX};
    private static final long[] BPP_TCP = {40, 44, 60, 100, 200, 400, 600, 800, 1500, MAX};
    private static final long[] BPP_OTHER = {20, 24, 40, 100, 200, 400, 600, 800, 1500, MAX};

    private static final class Measure {
        final String name;
        final long[] bounds;
        final long[] counts = new long[10];
        long min = Long.MAX_VALUE;
        long max;

        Measure(String name, long[] bounds) {
            this.name = name;
            this.bounds = bounds;
        }

        void add(long value) {
            min = Math.min(min, value);
            max = Math.max(max, value);
            int i = 0;
            while (i < 9 && value > bounds[i]) {
                i++;
            }
            counts[i]++;
        }

        double quartile(long target) {
            long below = 0;
            for (int i = 0; i < 10; i++) {
                long cumulative = below + counts[i];
                if (target <= cumulative) {
                    double low = i == 0 ? 0 : bounds[i - 1];
                    double part = (double) (target - below) / counts[i];
                    return low + part * (bounds[i] - low);
                }
                below = cumulative;
            }
            return bounds[9];
        }
    }

    private static final class Group {
        final Measure bytes;
        final Measure packets = new Measure("PACKETS", PACKETS);
        final Measure bpp;
        long records;

        Group(boolean tcp) {
            bytes = new Measure("BYTES", tcp ? BYTES_TCP : BYTES_OTHER);
            bpp = new Measure("BYTES/PACKET", tcp ? BPP_TCP : BPP_OTHER);
        }

        void add(long b, long p) {
            records++;
            bytes.add(b);
            packets.add(p);
            bpp.add(p == 0 ? 0 : b / p);
        }
    }

    private final Group all = new Group(true);
    private final TreeMap<Integer, Group> protocols = new TreeMap<>();

    ProtocolStats(BitSet wanted) {
        wanted.stream().forEach(p -> protocols.put(p, new Group(p == 6)));
    }

    void add(FlowBatch batch, Selection rows) {
        long[] bytes = batch.values(Field.BYTES);
        long[] packets = batch.values(Field.PACKETS);
        long[] protocol = batch.values(Field.PROTOCOL);
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            all.add(bytes[i], packets[i]);
            Group group = protocols.get((int) protocol[i]);
            if (group != null) {
                group.add(bytes[i], packets[i]);
            }
        }
    }

    void print(StringBuilder out, TableOptions table) {
        boolean oneHasAll = protocols.values().stream().anyMatch(g -> g.records == all.records);
        if (!oneHasAll || all.records == 0) {
            out.append("FLOW STATISTICS--ALL PROTOCOLS:  ")
                    .append(all.records)
                    .append(" records\n");
            group(all, "%_of_input", out, table);
        }
        boolean first = oneHasAll && all.records > 0;
        for (var e : protocols.entrySet()) {
            if (all.records == 0) {
                break;
            }
            Group g = e.getValue();
            out.append(first ? "" : "\n").append("FLOW STATISTICS--PROTOCOL ").append(e.getKey());
            out.append(":  ").append(g.records).append('/').append(all.records);
            out.append(" records\n");
            first = false;
            group(g, "%_of_proto", out, table);
        }
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
        group(all, "all", rows);
        protocols.forEach((protocol, g) -> group(g, Integer.toString(protocol), rows));
        rows.finish();
    }

    private static void group(Group g, String protocol, Table rows) {
        if (g.records == 0) {
            return;
        }
        for (Measure m : List.of(g.bytes, g.packets, g.bpp)) {
            double cumulative = 0;
            for (int i = 0; i < m.counts.length; i++) {
                double percent = 100.0 * m.counts[i] / g.records;
                cumulative += percent;
                rows.cell(protocol);
                rows.cell(g.records);
                rows.cell(m.name.toLowerCase(Locale.ROOT));
                rows.cell(m.min);
                rows.cell(m.max);
                rows.cell(Numbers.fixed(m.quartile(g.records / 4), 5));
                rows.cell(Numbers.fixed(m.quartile(g.records / 2), 5));
                rows.cell(Numbers.fixed(m.quartile(3 * (g.records / 4)), 5));
                rows.cell(m.bounds[i]);
                rows.cell(m.counts[i]);
                rows.cell(Numbers.fixed(percent, 6));
                rows.cell(Numbers.fixed(cumulative, 6));
                rows.endRow();
            }
        }
    }

    private static void group(Group g, String share, StringBuilder out, TableOptions table) {
        if (g.records == 0) {
            return;
        }
        for (Measure m : List.of(g.bytes, g.packets, g.bpp)) {
            measure(m, g.records, share, out, table);
        }
    }

    private static void measure(
            Measure m, long records, String share, StringBuilder out, TableOptions table) {
        out.append('*').append(m.name).append(" min ").append(m.min);
        out.append("; max ").append(m.max).append('\n');
        double lower = m.quartile(records / 4);
        double median = m.quartile(records / 2);
        double upper = m.quartile(3 * (records / 4));
        out.append(
                String.format(
                        Locale.ROOT,
                        "  quartiles LQ %.5f Med %.5f UQ %.5f UQ-LQ %.5f%n",
                        lower,
                        median,
                        upper,
                        upper - lower));
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
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
        for (int i = 0; i < 10; i++) {
            double percent = 100.0 * m.counts[i] / records;
            cumulative += percent;
            text.cell(Long.toString(m.bounds[i]));
            text.cell(Long.toString(m.counts[i]));
            text.cell(Numbers.fixed(percent, 6));
            text.cell(Numbers.fixed(cumulative, 6));
            text.endRow();
        }
        text.finish();
        out.append(bytes.toString(java.nio.charset.StandardCharsets.UTF_8));
    }
}
