package dev.rearview.tools.status;

import dev.rearview.collector.ledger.LedgerEntry;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.site.Site;
import dev.rearview.store.Inventory;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.store.state.RepositoryState;
import dev.rearview.text.Names;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.registry.ElementNames;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// `rearview status`: tells a person or a monitor whether flows come in and are kept.
public final class StatusTool implements Tool {
    /// What the ledger calls elements of IANA's that no flow field needs, before their number.
    private static final String UNKNOWN_ELEMENT = "unknown:0/";

    private static final int COULD_NOT_TELL = 1;
    private static final int WARNING = 2;

    private static final List<Total> TOLD =
            List.of(
                    Total.DATAGRAMS,
                    Total.FLOWS,
                    Total.REVERSE_FLOWS,
                    Total.TIMES_REPLACED,
                    Total.VOLUMES_CLIPPED,
                    Total.UNKNOWN_ELEMENTS,
                    Total.AWAITED_SETS,
                    Total.RECOVERED,
                    Total.LET_GO);

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private final Report report = new Report();
    private long silenceMs = Long.MAX_VALUE;
    private long lossesMs = 3_600_000;
    private boolean hasStore = true;
    private boolean failed;

    public StatusTool(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public String summary() {
        return "Tell how the collector, its exporters and its repository are";
    }

    @Override
    public String usage() {
        return "[SWITCHES]";
    }

    @Override
    public String description() {
        return """
        Prints what the ledger, the repository and the daemon's files know: whether a collector\
         runs; for each exporter of each probe when it was last heard, what it sent and what was\
         lost, by reason; hours, files, octets, journals and quarantine. Nothing is asked of the\
         collector itself, which may be running or not.

        Exit status, for monitors: 0 all is well; 2 somebody should look: no collector runs, an\
         exporter is silent (--silence), something was lost lately (--losses), or something lies\
         in quarantine; such lines have the state 'warning'; 1 it could not be told, and a\
         message says why.

        Counts are those since the ledger began; it is written every few seconds\
         (--segment-timeout of rwflowpack).\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("All that is known", "rearview status"),
                new Example(
                        "For a monitor, once a minute",
                        "rearview status --no-store --silence=10m --losses=5m"),
                new Example(
                        "Who lost what",
                        "rearview status --output-format=ndjson | grep '\"item\":\"lost:'"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "silence",
                "TIME",
                "Warn of exporters that were silent longer than TIME, such as 10m or 2h",
                v -> silenceMs = TimeWindow.durationUs(v) / 1000);
        options.value(
                "losses",
                "TIME",
                "Warn of exporters that lost something within TIME; 0s for never; default 1h",
                v -> lossesMs = TimeWindow.durationUs(v) / 1000);
        options.flag(
                "no-store",
                "Leave out the hours, which takes long in a large repository",
                () -> hasStore = false);
        table.declareAll(options);
        site.declareRoot(options);
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        Path root = site.requireRoot();
        RepositoryState state = RepositoryState.of(root);
        collector(state);
        exporters(state.ledger());
        store(root, state);
        report.print(table);
        return failed ? COULD_NOT_TELL : report.hasWarning() ? WARNING : 0;
    }

    private void fail(String message) {
        failed = true;
        env.tell(message);
    }

    private void collector(RepositoryState state) {
        String name = site.root();
        boolean runs = state.owner().isPresent();
        long pid = state.owner().orElse(0);
        String process = !runs ? "none" : pid == 0 ? "unknown" : Long.toString(pid);
        report.add("collector", name, "process", process, !runs);
    }

    private void exporters(Path ledger) {
        List<LedgerEntry> entries;
        try {
            entries = LedgerEntry.read(ledger);
        } catch (NoSuchFileException e) {
            // No collector has counted anything yet.
            return;
        } catch (IOException e) {
            fail("the ledger cannot be read: " + Runner.describe(e));
            return;
        }
        long now = System.currentTimeMillis();
        entries.forEach(e -> exporter(e, now));
    }

    private void exporter(LedgerEntry e, long now) {
        String part = e.isExporter() ? "exporter" : "other";
        String name = e.probe() + (e.exporter().equals("-") ? "" : " " + e.exporter());
        long silentMs = Math.max(0, now - e.activeMs());
        boolean silent = e.isExporter() && silentMs > silenceMs;
        report.addTime(part, name, "last-heard", e.activeMs(), silent);
        report.add(part, name, "silent-seconds", silentMs / 1000, silent);
        for (Total t : TOLD) {
            if (e.counters().total(t) != 0) {
                String item = Names.word(t);
                report.add(part, name, item, e.counters().total(t), false);
            }
        }
        losses(part, name, e, now);
        e.details().forEach((what, n) -> report.add(part, name, named(what), n, false));
    }

    /// What the ledger says of an element of IANA's, by its name where that is known.
    private static String named(String what) {
        String number = what.substring(Math.min(UNKNOWN_ELEMENT.length(), what.length()));
        if (!what.startsWith(UNKNOWN_ELEMENT) || !number.matches("[0-9]{1,5}")) {
            return what;
        }
        String name = ElementNames.name(0, Integer.parseInt(number));
        return name.equals(ElementNames.UNKNOWN) ? what : "unknown:" + name;
    }

    private void losses(String part, String name, LedgerEntry e, long now) {
        boolean lately = e.lostMs() > 0 && now - e.lostMs() < lossesMs;
        for (Drop d : Drop.values()) {
            long n = e.counters().dropped(d);
            if (n != 0) {
                report.add(part, name, "lost:" + d.label(), n, lately && d.isLoss());
            }
        }
        if (e.lost() > 0) {
            report.addTime(part, name, "last-loss", e.lostMs(), lately);
        }
    }

    private void store(Path root, RepositoryState state) throws IOException {
        String name = site.root();
        if (hasStore) {
            hours(root, name);
        }
        report.add("store", name, "journals", state.journals().count(), false);
        report.add("store", name, "journal-octets", state.journals().octets(), false);
        KeptJournals.Status kept = KeptJournals.status(root);
        if (kept.journals() > 0) {
            report.add("store", name, "kept-journals", kept.journals(), false);
            report.add("store", name, "kept-octets", kept.octets(), false);
            report.addTime("store", name, "kept-from", kept.fromMs(), false);
            report.addTime("store", name, "kept-to", kept.toMs(), false);
        }
        boolean damaged = state.quarantine().count() > 0;
        report.add("store", name, "quarantine", state.quarantine().count(), damaged);
        report.add("store", name, "quarantine-octets", state.quarantine().octets(), damaged);
    }

    private void hours(Path root, String name) throws IOException {
        Site s = site.requireSite();
        Inventory inventory = Inventory.of(root, s);
        inventory.problems().forEach(this::fail);
        List<Inventory.Hour> hours = inventory.hours();
        long sealed = hours.stream().filter(Inventory.Hour::sealed).count();
        long unsealed =
                hours.stream().filter(h -> !h.sealed()).mapToLong(h -> h.files().size()).sum();
        report.add("store", name, "hours", hours.size(), false);
        report.add("store", name, "sealed-hours", sealed, false);
        report.add("store", name, "unsealed-files", unsealed, false);
        report.add(
                "store",
                name,
                "octets",
                hours.stream().mapToLong(Inventory.Hour::bytes).sum(),
                false);
        if (!hours.isEmpty()) {
            report.addTime("store", name, "first-hour", hours.getFirst().key().hourMs(), false);
            report.addTime("store", name, "last-hour", hours.getLast().key().hourMs(), false);
        }
    }
}
