package dev.rearview.tools.rwaddrcount;

import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.BagKeys;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.fields.Volumes;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.kit.tables.VolumeLimits;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// Counts flows by address.
public final class RwAddrCount implements FlowTool {
    private static final int RECORDS = 2;
    private static final int BYTES = 3;
    private static final int PACKETS = 4;
    private static final int START = 5;
    private static final int END = 6;

    private enum Output {
        RECORDS,
        ADDRESSES,
        STATISTICS,
        SET
    }

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private final StyleOptions style;
    private final TableOptions table;
    private final VolumeLimits limits = new VolumeLimits();
    private Optional<Output> output = Optional.empty();
    private String setFile = "";
    private boolean useDestination;

    public RwAddrCount(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwaddrcount";
    }

    @Override
    public String summary() {
        return "Count bytes, packets and records by IPv4 address";
    }

    @Override
    public String usage() {
        return "{--print-recs | --print-ips | --print-stat | --set-file=PATH} [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Sources of more than a thousand flows",
                        "rwaddrcount --print-recs --min-records=1000 flows.rw"));
    }

    @Override
    public void declare(Options options) {
        print(options, "print-recs", Output.RECORDS, "Print a row for each address");
        print(options, "print-ips", Output.ADDRESSES, "Print the addresses");
        print(options, "print-stat", Output.STATISTICS, "Print the sums over all addresses");
        options.value(
                "set-file",
                "PATH",
                "Write the addresses to this IPset",
                v -> {
                    setFile = SwitchValues.path(v);
                    output = Optional.of(Output.SET);
                });
        options.flag(
                "use-dest",
                "Count by destination instead of source address",
                () -> useDestination = true);
        limits.declare(options);
        limits.declareOld(options);
        options.flag("sort-ips", "Print addresses ascending, as is always done", () -> {});
        style.declareTimeFormat(options);
        style.declareOldTime(options);
        style.declareIp(options);
        table.declareAll(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        site.declare(options);
    }

    private void print(Options options, String name, Output wanted, String help) {
        options.flag(name, help, () -> output = Optional.of(wanted));
    }

    private Output wanted() {
        return output.orElseThrow(() ->
                new ToolException(
                        "one of --print-recs, --print-ips, --print-stat and --set-file is"
                                + " required"));
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        wanted();
        limits.check();
        List<String> names = inputs.names(operands);
        BagType type = useDestination ? BagType.DIPV4 : BagType.SIPV4;
        // IPv6 addresses are none that this command knows.
        return Optional.of(
                new Query(
                        inputs.plan(names, Ipv6Policy.ASV4), Volumes.by(BagKeys.key(type), true)));
    }

    @Override
    public int run(Query query) throws IOException {
        Output wanted = wanted();
        inputs.copy().start(table.isStdout() && wanted != Output.SET);
        try (QueryRun run = inputs.open(query);
                OutputStream out =
                        wanted == Output.SET ? OutputStream.nullOutputStream() : table.open()) {
            if (!run.read()) {
                return 1;
            }
            GroupBy groups = run.groups(0);
            switch (wanted) {
                case RECORDS -> records(groups, out);
                case ADDRESSES -> addresses(groups, out);
                case STATISTICS -> statistics(groups, out);
                case SET -> set(groups);
            }
            return 0;
        }
    }

    private String title() {
        return useDestination ? "dIP" : "sIP";
    }

    private boolean accepts(long[] words) {
        return limits.accepts(words[RECORDS], words[BYTES], words[PACKETS]);
    }

    private void records(GroupBy groups, OutputStream out) throws IOException {
        IpFormat ip = style.ip();
        TimeFormat time = style.time().withMilliseconds(false);
        Table rows =
                new Table(
                        out,
                        table.layout(),
                        List.of(
                                new Table.Heading(title(), ip.width(false), false),
                                new Table.Heading("Bytes", 20, true),
                                new Table.Heading("Packets", 10, true),
                                new Table.Heading("Records", 10, true),
                                new Table.Heading("Start_Time", 20, false),
                                new Table.Heading("End_Time", 20, false)));
        rows.titles();
        groups.drain(
                true,
                words -> {
                    if (accepts(words)) {
                        rows.cell(ip.format(words[0], words[1], false));
                        rows.cell(words[BYTES]);
                        rows.cell(words[PACKETS]);
                        rows.cell(words[RECORDS]);
                        rows.cell(time.format(words[START] * 1000));
                        rows.cell(time.format(words[END] * 1000));
                        rows.endRow();
                    }
                });
        rows.finish();
    }

    private void addresses(GroupBy groups, OutputStream out) throws IOException {
        IpFormat ip = style.ip();
        Table rows =
                new Table(
                        out,
                        table.layout().withFinalDelimiter(false),
                        List.of(new Table.Heading(title(), ip.width(false), false)));
        rows.titles();
        groups.drain(
                true,
                words -> {
                    if (accepts(words)) {
                        rows.cell(ip.format(words[0], words[1], false));
                        rows.endRow();
                    }
                });
        rows.finish();
    }

    private void statistics(GroupBy groups, OutputStream out) throws IOException {
        long[] all = new long[4];
        long[] accepted = new long[4];
        groups.drain(
                false,
                words -> {
                    add(words, all);
                    if (accepts(words)) {
                        add(words, accepted);
                    }
                });
        Table rows =
                new Table(
                        out,
                        table.layout(),
                        List.of(
                                new Table.Heading(table.isStructured() ? "Scope" : "", 10, false),
                                new Table.Heading(title() + "_Uniq", 10, true),
                                new Table.Heading("Bytes", 20, true),
                                new Table.Heading("Packets", 15, true),
                                new Table.Heading("Records", 15, true)));
        rows.titles();
        row(rows, "Total", all);
        if (limits.isAny()) {
            row(rows, "Qualifying", accepted);
        }
        rows.finish();
    }

    private static void add(long[] words, long[] sums) {
        sums[0]++;
        sums[1] += words[BYTES];
        sums[2] += words[PACKETS];
        sums[3] += words[RECORDS];
    }

    private static void row(Table rows, String label, long[] sums) {
        rows.cell(label);
        for (long sum : sums) {
            rows.cell(sum);
        }
        rows.endRow();
    }

    private void set(GroupBy groups) throws IOException {
        IpSet.Builder set = new IpSet.Builder();
        groups.drain(
                false,
                words -> {
                    if (accepts(words)) {
                        set.add(words[0], words[1]);
                    }
                });
        new SetOutput(env, History.NONE).write(setFile, set.build(), List.of());
    }
}
