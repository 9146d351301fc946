package dev.rearview.tools.repack;

import dev.rearview.collector.Collector;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.store.Repacking;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.store.Repack;
import dev.rearview.text.NumberRange;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import dev.rearview.text.TimeText;
import dev.rearview.tools.configuration.ConfigurationReader;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `rearview repack`: makes hours once more of datagrams that the collector kept.
public final class RepackTool implements Tool {
    /// Reasons that are told of an hour.
    private static final int MOST_TOLD = 3;

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private final ConfigurationReader configurations;
    private Optional<TimeText.Moment> from = Optional.empty();
    private Optional<TimeText.Moment> to = Optional.empty();
    private long stateOctets =
            Math.min(StateBudget.DEFAULT_OCTETS, Runtime.getRuntime().maxMemory() / 4);
    private boolean dryRun;

    public RepackTool(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
        this.configurations = new ConfigurationReader(env, site);
    }

    @Override
    public String name() {
        return "repack";
    }

    @Override
    public String summary() {
        return "Decode kept datagrams once more and replace the hours that came of them";
    }

    @Override
    public String usage() {
        return "--from=DATE [--to=DATE] --sensor-configuration=PATH [SWITCHES]";
    }

    @Override
    public String description() {
        return """
        Where the collector keeps datagrams (--keep-raw of rwflowpack), what a wrong sensor.conf\
         made of them can be made right: they are decoded once more, with what exporters had\
         announced then, by the configuration given here, and the hours that come of them take\
         the place of those that are there. All hours of one start are replaced or none, since\
         a flow may go to another sensor or type, and all that are replaced are replaced\
         together. Queries see the old ones or the new ones; the old files stay for five minutes.

        An hour is replaced only if kept datagrams cover it: none of those that came from its\
         begin to an hour after its end is missing, and its files have no flows that came\
         otherwise, as from polled files, unless these are in files of their own, which stay.\
         Of others is told what is missing; they stay as they are, and the exit status is 1.

        Data that the collector gave up, as its template came more than five minutes after it, is\
         decoded by the first template that its exporter announced afterwards, up to a day later.

        The collector may run meanwhile; give it the new configuration first (SIGHUP), since what\
         comes from now on it decodes itself. Who was allowed to send was decided when\
         datagrams came. One that is killed has changed nothing, or whoever writes to the repository\
         next finishes it.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "What yesterday would become by a corrected configuration",
                        "rearview repack --from=yesterday --sensor-configuration=sensor.conf"
                                + " --dry-run"),
                new Example(
                        "Three hours",
                        "rearview repack --from=2026/11/29:08 --to=2026/11/29:10"
                                + " --sensor-configuration=sensor.conf"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "from",
                        "DATE",
                        "First hour, YYYY/MM/DD[:HH], YYYY-MM-DD[THH], today, yesterday, -3h; a day"
                                + " alone means the whole day",
                        v -> from = Optional.of(TimeText.parse(v)))
                .once();
        options.value(
                        "to",
                        "DATE",
                        "Last hour, or last day, as --from; default what --from says",
                        v -> to = Optional.of(TimeText.parse(v)))
                .once();
        options.flag("dry-run", "Change nothing, print what would be done", () -> dryRun = true);
        options.value(
                "state-memory",
                "SIZE",
                "Hold at most SIZE of what exporters announce, as rwflowpack does",
                v -> stateOctets = NumberRange.size(v));
        configurations.declare(options);
        table.declareFormat(options);
        site.declareRoot(options);
        site.declare(options);
    }

    private Repack.Hours hours() {
        if (from.isEmpty()) {
            throw new ToolException("--from is required");
        }
        long first = from.get().ms() - Math.floorMod(from.get().ms(), TimeText.HOUR_MS);
        long end = to.orElse(from.get()).endMs();
        long last = end - Math.floorMod(end, TimeText.HOUR_MS);
        if (last < first) {
            throw new ToolException("--to is before --from");
        }
        return new Repack.Hours(first, last + TimeText.HOUR_MS);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        Repack.Hours hours = hours();
        Path root = site.requireRoot();
        Configuration configuration = configurations.read();
        configuration.sensors().warnings().forEach(env::tell);
        Log log = Log.to("repack", Log.Level.WARNING, env.err());
        LossLedger ledger = new LossLedger();
        Accounts accounts = new Accounts(ledger, new LossCauses(ledger, log, Ticks::ms), log);
        List<Repack.Hour> done;
        long late;
        try (Repack repack = Repack.open(root, configuration.site(), hours, env::tell)) {
            Repacking repacking =
                    new Repacking(
                            repack,
                            new Routing(configuration, log),
                            Collector.budgets(new StateBudget(stateOctets)),
                            accounts);
            repacking.run();
            done = repack.finish(dryRun);
            late = repacking.lateFlows();
        }
        long nowhere =
                ledger.entries().values().stream()
                        .mapToLong(c -> c.dropped(Drop.UNCATEGORIZED))
                        .sum();
        if (nowhere > 0) {
            env.tell("warning: " + nowhere + " flows of the journals have no sensor or type");
        }
        if (late > 0 && !table.isStructured()) {
            env.print("decoded " + late + " flows whose template came late\n");
        }
        return tell(done);
    }

    /// Prints what became of the hours.
    ///
    /// @return the exit status
    private int tell(List<Repack.Hour> done) throws IOException {
        if (table.isStructured()) {
            rows(done);
        } else {
            for (Repack.Hour h : done) {
                if (h.missing().isEmpty()) {
                    String what = dryRun ? "would replace " : "replaced ";
                    env.print(what + h.path() + ": " + flows(h) + "\n");
                }
            }
        }
        Map<Long, List<String>> refused = new LinkedHashMap<>();
        long replaced = 0;
        for (Repack.Hour h : done) {
            replaced += h.missing().isEmpty() ? 1 : 0;
            if (!h.missing().isEmpty()) {
                refused.put(h.startMs(), h.missing());
            }
        }
        TimeFormat time = TimeFormat.DEFAULT.withMilliseconds(false);
        refused.forEach((ms, missing) ->
                env.tell("the hour " + time.format(ms) + " stays as it is: " + told(missing)));
        if (done.isEmpty()) {
            env.tell("no flows of these hours, nor datagrams that gave any");
            return 1;
        }
        if (!table.isStructured()) {
            String what = dryRun ? "would replace " : "replaced ";
            env.print(what + replaced + (replaced == 1 ? " hour\n" : " hours\n"));
        }
        return refused.isEmpty() ? 0 : 1;
    }

    /// Reasons in a line: the first ones, and how many there are.
    private static String told(List<String> missing) {
        int more = missing.size() - MOST_TOLD;
        String first = String.join("; ", missing.subList(0, Math.min(MOST_TOLD, missing.size())));
        return first + (more > 0 ? "; and " + more + " more" : "");
    }

    private static String flows(Repack.Hour h) {
        return h.before() + " flows by " + h.after();
    }

    private void rows(List<Repack.Hour> done) {
        Table rows =
                table.structured(
                        env.out(), List.of("hour", "before#", "after#", "replaced", "missing"));
        for (Repack.Hour h : done) {
            boolean isCovered = h.missing().isEmpty();
            rows.cell(h.path());
            rows.cell(h.before());
            rows.cell(h.after());
            rows.cell(isCovered && !dryRun ? "yes" : "no");
            rows.cell(String.join("; ", h.missing()));
            rows.endRow();
        }
        rows.finish();
    }
}
