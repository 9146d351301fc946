package dev.rearview.tools.rwtotal;

import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.Volumes;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.kit.tables.VolumeLimits;
import dev.rearview.text.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// Counts flows by a part of an address, a port, or another small number.
public final class RwTotal implements FlowTool {
    private static final int RECORDS = 1;
    private static final int BYTES = 2;
    private static final int PACKETS = 3;

    private final FlowInputs inputs;
    private final SiteOption site;
    private final TableOptions table;
    private final VolumeLimits limits = new VolumeLimits();
    private Optional<TotalKey> key = Optional.empty();
    private boolean summation;
    private boolean skipZeroes;

    public RwTotal(Env env) {
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwtotal";
    }

    @Override
    public String summary() {
        return "Count records, bytes and packets by part of an address, port, protocol or size";
    }

    @Override
    public String usage() {
        return "KEY [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Traffic of each protocol", "rwtotal --proto --skip-zeroes flows.rw"));
    }

    @Override
    public void declare(Options options) {
        for (TotalKey k : TotalKey.values()) {
            options.flag(
                    k.option(),
                    "Count by " + k.help(),
                    () -> {
                        if (key.isPresent()) {
                            throw new ToolException("only one key may be given");
                        }
                        key = Optional.of(k);
                    });
        }
        options.flag("summation", "Print the sums of all bins at the end", () -> summation = true);
        limits.declare(options);
        options.flag("skip-zeroes", "Leave out bins without flows", () -> skipZeroes = true);
        table.declareAll(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        site.declare(options);
    }

    private TotalKey by() {
        return key.orElseThrow(() -> new ToolException("a key is required, such as --proto"));
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        TotalKey by = by();
        limits.check(skipZeroes ? 1 : 0);
        List<String> names = inputs.names(operands);
        return Optional.of(
                new Query(
                        inputs.plan(names, by.isAddress() ? Ipv6Policy.ASV4 : Ipv6Policy.MIX),
                        Volumes.by(by.value(), false)));
    }

    @Override
    public int run(Query query) throws IOException {
        inputs.copy().start(table);
        try (QueryRun run = inputs.open(query);
                OutputStream out = table.open()) {
            if (!run.read()) {
                return 1;
            }
            print(by(), run.groups(0), out);
            return 0;
        }
    }

    private void print(TotalKey by, GroupBy groups, OutputStream out) throws IOException {
        Table rows =
                new Table(
                        out,
                        table.layout(),
                        List.of(
                                new Table.Heading(by.title(), 11, by.isNumber()),
                                new Table.Heading("Records", 15, true),
                                new Table.Heading("Bytes", 20, true),
                                new Table.Heading("Packets", 17, true)));
        rows.titles();
        Bins bins = new Bins(by, rows);
        long[] next = {0};
        groups.drain(
                true,
                words -> {
                    bins.zeroes(next[0], Math.min(words[0], by.rows()));
                    next[0] = words[0] + 1;
                    bins.row(words[0], words[RECORDS], words[BYTES], words[PACKETS]);
                });
        bins.zeroes(next[0], by.rows());
        if (summation) {
            bins.sums();
        }
        rows.finish();
    }

    /// Prints bins, and sums up what it prints.
    private final class Bins {
        private final TotalKey by;
        private final Table rows;
        private long records;
        private long bytes;
        private long packets;

        Bins(TotalKey by, Table rows) {
            this.by = by;
            this.rows = rows;
        }

        /// Bins without flows, unless they are left out.
        void zeroes(long from, long to) {
            for (long bin = from; bin < to && !skipZeroes; bin++) {
                row(bin, 0, 0, 0);
            }
        }

        void row(long bin, long ofRecords, long ofBytes, long ofPackets) {
            if (!limits.accepts(ofRecords, ofBytes, ofPackets)) {
                return;
            }
            records += ofRecords;
            bytes += ofBytes;
            packets += ofPackets;
            print(by.text(bin), ofRecords, ofBytes, ofPackets);
        }

        void sums() {
            print("TOTALS", records, bytes, packets);
        }

        private void print(String title, long ofRecords, long ofBytes, long ofPackets) {
            rows.cell(title);
            rows.cell(ofRecords);
            rows.cell(ofBytes);
            rows.cell(ofPackets);
            rows.endRow();
        }
    }
}
