package dev.rearview.tools.store;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteNames;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.site.Site;
import dev.rearview.store.Inventory;
import dev.rearview.store.ledger.LedgerSeries;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.text.Nearest;
import dev.rearview.text.NumberRange;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// `rearview store`: what a repository holds, its files for other engines, sealing, checking and
/// letting go of old hours.
public final class StoreTool implements Tool {

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private long olderMs = -1;
    private long larger = -1;
    private Set<String> types = Set.of();
    private Optional<String> sensors = Optional.empty();
    private boolean dryRun;
    private Optional<LiveFiles.Format> filesFormat = Optional.empty();

    public StoreTool(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "store";
    }

    @Override
    public String summary() {
        return "Look after a repository: status, files, seal, convert, age, verify, expire";
    }

    @Override
    public String usage() {
        return "{status | files | seal | convert | age | verify | expire} [SWITCHES]";
    }

    @Override
    public List<String> operandWords() {
        return List.of("status", "files", "seal", "convert", "age", "verify", "expire");
    }

    @Override
    public String description() {
        return """
        status prints hours, files, flows and octets of each type; where journals hold flows\
         that are in no hour yet, the line 'journal' has their files and octets. That is so for\
         seconds while a collector runs; where none does, a message says it, as no query sees\
         these flows until one is started. Where the collector keeps datagrams (--keep-raw of\
         rwflowpack), the line 'kept' has their journals and octets, and when the first and the\
         last of them came.

        files prints the files that a query would read now, each flow in one of them, while\
         the collector runs too: a path a line, or with --format=duckdb the statements that make\
         a view 'flows' of them, with addresses as text and sensors and types by name. A file\
         that is merged later stays for five minutes. Flows of the last seconds are in journals\
         only (see --segment-timeout of rwflowpack) and so in no file; files of SiLK's own\
         format are listed, but not in the view.

        seal merges and compresses the hours that have ended, and makes the catalogs by which\
         searches leave files out. The collector does so by itself; a repository that it has\
         open is refused.

        convert writes sealed hours again whose files have the layout of an earlier build: they\
         are smaller then, and packets and octets have a type that other engines take. Queries\
         read both; the old files stay for five minutes, and go with the next sealing. It seals,\
         too, and is refused where seal is. One that is interrupted is begun again.

        age writes sealed hours again that ended longer ago than --older, for size: flows that are\
         alike stand side by side, no longer in the order of their starts, and take up to a fifth\
         less room: that much where an hour has hundreds of thousands of flows, a few percent\
         where it has some thousands. Queries give the same flows; without rwsort their order is\
         another one. The old files stay for five minutes; then they go where a collector runs,\
         or when one is started or this is run again. It may run while the collector does; one\
         that is interrupted is begun again. Flows that come late are merged, and their hour is\
         written by the next run.

        verify reads every file through, Parquet and classic, and checks pages, statistics,\
         Bloom filters, manifests and catalogs. Exit status 1 if anything is damaged. It may run\
         while the collector does.

        expire deletes the hours that --older or --larger tell, oldest first. It may run\
         while the collector does.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("What is there", "rearview store status"),
                new Example(
                        "Ask by SQL, exactly, while the collector writes",
                        "{ rearview store files --format=duckdb; echo 'SELECT type, sum(bytes) FROM"
                                + " flows GROUP BY 1;'; } | duckdb"),
                new Example(
                        "Every night: what is older than a month takes less room",
                        "rearview store age --older=30d"),
                new Example(
                        "What a limit of a year and of 2 TB would delete",
                        "rearview store expire --older=365d --larger=2t --dry-run"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "older",
                "TIME",
                "age, expire: hours that ended longer ago than this, such as 90d or 36h",
                v -> olderMs = span(v));
        options.value(
                "larger",
                "SIZE",
                "expire: the oldest hours of what is larger than this, with suffix k, m, g or t",
                v -> larger = NumberRange.size(v));
        options.value(
                "types",
                "LIST",
                "Only hours of these types, such as in,inweb",
                v -> types = Set.of(v.split(",", -1)));
        options.value(
                "sensors",
                "LIST",
                "Only hours of these sensors: names, numbers, ranges or groups",
                v -> sensors = Optional.of(v));
        options.value(
                        "format",
                        "FORMAT",
                        "files: list, or duckdb for a view; default list",
                        v ->
                                filesFormat =
                                        Optional.of(
                                                Names.constant(
                                                        v, LiveFiles.Format.values(), "format")))
                .words(() -> Names.words(LiveFiles.Format.values()));
        options.flag(
                "dry-run",
                "age, expire: print which hours would be written or deleted",
                () -> dryRun = true);
        table.declareFormat(options);
        site.declareRoot(options);
        site.declare(options);
    }

    private static long span(String text) {
        String s = text.strip();
        String number = s.isEmpty() ? s : s.substring(0, s.length() - 1);
        long unit =
                switch (s.isEmpty() ? ' ' : s.charAt(s.length() - 1)) {
                    case 'h' -> TimeText.HOUR_MS;
                    case 'd' -> TimeText.DAY_MS;
                    case 'w' -> 7 * TimeText.DAY_MS;
                    default ->
                            throw new IllegalArgumentException("expected a number and h, d or w");
                };
        return IpText.parseUnsigned(number, 1_000_000, "time") * unit;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        String action = action(operands);
        Path root = site.requireRoot();
        Site s = site.requireSite();
        if (filesFormat.isPresent() && !action.equals("files")) {
            throw new ToolException("--format belongs to files; see --output-format");
        }
        Work work = new Work(env, table, root, s);
        switch (action) {
            case "status" -> new Overview(work).print(chosen(work.inventory(), s));
            case "files" -> files(work);
            case "seal" -> new Sealing(work).run();
            case "convert" -> new Sealing(work).convert(chosen(work.inventory(), s));
            case "age" -> age(work);
            case "verify" -> verify(work);
            case "expire" -> expire(work);
            default -> throw new IllegalStateException("nobody does " + action);
        }
        return work.hasFailed() ? 1 : 0;
    }

    /// What is to be done.
    private String action(List<String> operands) {
        if (operands.isEmpty()) {
            throw new ToolException(
                    "say what to do: status, files, seal, convert, age, verify or expire");
        }
        List<String> known = operandWords();
        String action = operands.getFirst();
        if (!known.contains(action)) {
            String unknown = Nearest.unknown("action", action, known);
            throw new ToolException(unknown + (action.contains("/") ? "; " + asRoot(action) : ""));
        }
        if (operands.size() > 1) {
            String next = operands.get(1);
            String instead = known.contains(next) ? "one action at a time" : asRoot(next);
            throw new ToolException("unexpected argument '" + next + "'; " + instead);
        }
        return action;
    }

    private static String asRoot(String operand) {
        return "a repository is told as --data-rootdir=" + operand;
    }

    /// The hours that the switches choose.
    private List<Inventory.Hour> chosen(Inventory inventory, Site s) {
        Set<String> names = new HashSet<>();
        SiteNames.sensors(sensors.map(v -> List.of(v.split(",", -1))).orElse(List.of()), s)
                .forEach(sensor -> names.add(sensor.name()));
        return inventory.hours().stream()
                .filter(h ->
                        (types.isEmpty() || types.contains(h.key().flowtype().type()))
                                && (sensors.isEmpty() || names.contains(h.key().sensor())))
                .toList();
    }

    private void files(Work work) throws IOException {
        Inventory inventory = work.inventory();
        for (Path lost : inventory.withoutManifest()) {
            work.report(lost + ": no manifest names it; its flows are not in what is printed");
        }
        LiveFiles files = new LiveFiles(inventory, chosen(inventory, work.site()));
        if (filesFormat.orElse(LiveFiles.Format.LIST) == LiveFiles.Format.LIST) {
            files.list(table);
            return;
        }
        if (table.isStructured()) {
            throw new ToolException("--format=duckdb and --output-format exclude each other");
        }
        int classic = files.duckdb(work.site(), table);
        if (classic > 0) {
            work.report(
                    classic
                            + " files of SiLK's own format are not in the view; see rearview store"
                            + " files");
        }
    }

    private void verify(Work work) throws IOException {
        long[] damaged = {0};
        Verify verify =
                new Verify(
                        work.site(),
                        e -> {
                            damaged[0]++;
                            work.report(e);
                        });
        Inventory inventory = work.inventory();
        chosen(inventory, work.site()).forEach(verify::hour);
        List<String> others = inventory.verifyState();
        others.forEach(work::report);
        long bad = damaged[0] + others.size() + inventory.problems().size();
        if (table.isStructured()) {
            work.row(
                    List.of("files#", "flows#", "damaged-files#"),
                    List.of(verify.files(), verify.flows(), bad));
            return;
        }
        work.print(
                String.format(
                        Locale.ROOT,
                        "%d files, %d flows, %d damaged files",
                        verify.files(),
                        verify.flows(),
                        bad));
    }

    private void age(Work work) throws IOException {
        if (olderMs < 0) {
            throw new ToolException("age needs --older");
        }
        Inventory inventory = work.inventory();
        List<Inventory.Hour> due = Expiry.due(chosen(inventory, work.site()), olderMs, -1);
        new OldHours(work, inventory).run(due, dryRun);
    }

    private void expire(Work work) throws IOException {
        if (olderMs < 0 && larger < 0) {
            throw new ToolException("expire needs --older or --larger");
        }
        Inventory inventory = work.inventory();
        List<Inventory.Hour> hours = chosen(inventory, work.site());
        List<Inventory.Hour> due = Expiry.due(hours, olderMs, larger);
        new Expiry(work, inventory).run(due, dryRun);
        if (!dryRun && !due.isEmpty()) {
            expireLedger(work);
        }
    }

    /// The ledger's days go with the last hours of theirs.
    private void expireLedger(Work work) throws IOException {
        List<Inventory.Hour> left = work.inventory().hours();
        if (!left.isEmpty()) {
            Instant first = Instant.ofEpochMilli(left.getFirst().key().hourMs());
            LedgerSeries.of(work.root()).expire(LocalDate.ofInstant(first, ZoneOffset.UTC));
        }
    }
}
