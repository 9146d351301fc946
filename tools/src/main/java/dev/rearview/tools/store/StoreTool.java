package dev.rearview.tools.store;

import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.store.Inventory;
import dev.rearview.store.RepositoryState;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.text.Nearest;
import dev.rearview.text.NumberRange;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.Runner;
import dev.rearview.tools.kit.SelectionOptions;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.TableOptions;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// `rearview store`: what a repository holds, its files for other engines, sealing, checking and
/// letting go of old hours.
public final class StoreTool implements Tool {
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    /// Times that a seal is tried: to merge, to delete what was merged, to catalog what has
    /// settled.
    private static final int ROUNDS = 3;

    private static final long SETTLE_MS = 1_100;

    private static final List<String> FORMATS = List.of("list", "duckdb");

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private long olderMs = -1;
    private long larger = -1;
    private Set<String> types = Set.of();
    private Optional<String> sensors = Optional.empty();
    private boolean dryRun;
    private Optional<LiveFiles.Format> filesFormat = Optional.empty();

    /// Whether a message has told of something that is damaged or could not be done.
    private boolean failed;

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
        return "Look after a repository: status, files, seal, verify, expire";
    }

    @Override
    public String usage() {
        return "{status | files | seal | verify | expire} [SWITCHES]";
    }

    @Override
    public List<String> operandWords() {
        return List.of("status", "files", "seal", "verify", "expire");
    }

    @Override
    public String description() {
        return """
        status prints hours, files, flows and octets of each type; where journals hold flows\
         that are in no hour yet, the line 'journal' has their files and octets. That is so for\
         seconds while a collector runs; where none does, a message says it, as no query sees\
         these flows until one is started.

        files prints the files that a query would read now, each flow in one of them, while\
         the collector runs too: a path a line, or with --format=duckdb the statements that make\
         a view 'flows' of them, with addresses as text and sensors and types by name. A file\
         that is merged later stays for five minutes. Flows of the last seconds are in journals\
         only (see --segment-timeout of rwflowpack) and so in no file; files of SiLK's own\
         format are listed, but not in the view.

        seal merges and compresses the hours that have ended, and makes the catalogs by which\
         searches leave files out. The collector does so by itself; a repository that it has\
         open is refused.

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
                        "What a limit of a year and of 2 TB would delete",
                        "rearview store expire --older=365d --larger=2t --dry-run"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "older",
                "TIME",
                "expire: hours that ended longer ago than this, such as 90d or 36h",
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
                                                LiveFiles.Format.valueOf(
                                                        Names.unique(v, FORMATS, "format")
                                                                .toUpperCase(Locale.ROOT))))
                .words(() -> FORMATS);
        options.flag("dry-run", "expire: print what would be deleted", () -> dryRun = true);
        table.declareFormat(options);
        site.declareRoot(options);
        site.declare(options);
    }

    private static long span(String text) {
        String s = text.strip();
        String number = s.isEmpty() ? s : s.substring(0, s.length() - 1);
        long unit =
                switch (s.isEmpty() ? ' ' : s.charAt(s.length() - 1)) {
                    case 'h' -> HOUR_MS;
                    case 'd' -> DAY_MS;
                    case 'w' -> 7 * DAY_MS;
                    default ->
                            throw new IllegalArgumentException("expected a number and h, d or w");
                };
        return IpText.parseUnsigned(number, 1_000_000, "time") * unit;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.size() != 1) {
            throw new ToolException("say what to do: status, files, seal, verify or expire");
        }
        Path root = env.path(site.root());
        if (!Files.isDirectory(root)) {
            throw ToolException.failure("repository " + site.root() + " is not a directory");
        }
        Site s = site.requireSite();
        if (filesFormat.isPresent() && !operands.getFirst().equals("files")) {
            throw new ToolException("--format belongs to files; see --output-format");
        }
        switch (operands.getFirst()) {
            case "status" -> status(root, s);
            case "files" -> files(root, s);
            case "seal" -> seal(root, s);
            case "verify" -> verify(root, s);
            case "expire" -> expire(root, s);
            default ->
                    throw new ToolException(
                            Nearest.unknown("action", operands.getFirst(), operandWords()));
        }
        return failed ? 1 : 0;
    }

    private void report(String message) {
        failed = true;
        env.err().println("store: " + message);
    }

    private void report(IOException e) {
        report(Runner.describe(e));
    }

    /// What is there; what cannot be read is told.
    private Inventory inventory(Path root, Site s) throws IOException {
        Inventory inventory = Inventory.of(root, s);
        inventory.problems().forEach(this::report);
        return inventory;
    }

    /// The hours that the switches choose.
    private List<Inventory.Hour> chosen(Inventory inventory, Site s) {
        Set<String> names = new HashSet<>();
        for (String item : sensors.map(v -> v.split(",", -1)).orElse(new String[0])) {
            SelectionOptions.sensor(item, s).forEach(sensor -> names.add(sensor.name()));
        }
        return inventory.hours().stream()
                .filter(h ->
                        (types.isEmpty() || types.contains(h.key().flowtype().type()))
                                && (sensors.isEmpty() || names.contains(h.key().sensor())))
                .toList();
    }

    private static final class Sum {
        long hours;
        long sealed;
        long files;
        long flows;
        long bytes;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
    }

    private void status(Path root, Site s) throws IOException {
        RepositoryState state = RepositoryState.of(root);
        Inventory inventory = inventory(root, s);
        Map<String, Sum> sums = new TreeMap<>();
        for (Inventory.Hour h : chosen(inventory, s)) {
            Sum sum = sums.computeIfAbsent(h.key().flowtype().type(), k -> new Sum());
            sum.hours++;
            sum.sealed += h.sealed() ? 1 : 0;
            sum.files += h.files().size();
            sum.bytes += h.bytes();
            sum.first = Math.min(sum.first, h.key().hourMs());
            sum.last = Math.max(sum.last, h.key().hourMs());
            for (Path file : h.files()) {
                sum.flows += flows(file);
            }
        }
        List<Table.Heading> headings =
                List.of(
                        new Table.Heading("type", 10, false),
                        new Table.Heading("hours", 8, true),
                        new Table.Heading("sealed", 8, true),
                        new Table.Heading("files", 8, true),
                        new Table.Heading("flows", 14, true),
                        new Table.Heading("bytes", 16, true),
                        new Table.Heading("first", 19, false),
                        new Table.Heading("last", 19, false));
        TimeFormat time = TimeFormat.parse("default").withMilliseconds(false);
        try (OutputStream out = table.open()) {
            Table text = new Table(out, table.layout(), headings);
            text.titles();
            sums.forEach((type, sum) -> {
                text.cell(type);
                text.cell(sum.hours);
                text.cell(sum.sealed);
                text.cell(sum.files);
                text.cell(sum.flows);
                text.cell(sum.bytes);
                text.cell(time.format(sum.first));
                text.cell(time.format(sum.last));
                text.endRow();
            });
            journals(state.journals(), text);
            text.finish();
        }
        if (state.journals().octets() > 0 && state.owner().isEmpty()) {
            env.err()
                    .println(
                            "store: "
                                    + state.journals().octets()
                                    + " octets wait in journals and no collector runs: no query"
                                    + " sees their flows until rwflowpack is started, or rearview"
                                    + " store seal");
        }
    }

    /// Adds a line for what is in no hour yet, if there is something.
    private static void journals(RepositoryState.Amount journals, Table text) {
        if (journals.octets() > 0) {
            text.cell("journal");
            text.cell("");
            text.cell("");
            text.cell(journals.count());
            text.cell("");
            text.cell(journals.octets());
            text.cell("");
            text.cell("");
            text.endRow();
        }
    }

    /// Flows of a Parquet file, 0 of a classic one. One that is gone was merged since it was
    /// listed.
    private long flows(Path file) {
        try {
            return file.toString().endsWith(".parquet") ? Inventory.flows(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            report(e);
            return 0;
        }
    }

    private void files(Path root, Site s) throws IOException {
        Inventory inventory = inventory(root, s);
        for (Path lost : inventory.withoutManifest()) {
            report(lost + ": no manifest names it; its flows are not in what is printed");
        }
        LiveFiles files = new LiveFiles(inventory, chosen(inventory, s));
        if (filesFormat.orElse(LiveFiles.Format.LIST) == LiveFiles.Format.LIST) {
            files.list(table);
            return;
        }
        if (table.isStructured()) {
            throw new ToolException("--format=duckdb and --output-format exclude each other");
        }
        int classic = files.duckdb(s, table);
        if (classic > 0) {
            report(
                    classic
                            + " files of SiLK's own format are not in the view; see rearview store"
                            + " files");
        }
    }

    private void seal(Path root, Site s) throws IOException {
        long before = sealedHours(root, s);
        try (FlowStore store =
                FlowStore.open(root, s, notice -> env.err().println("store: " + notice))) {
            attempt(store.writer()::recover);
            for (int i = 0; i <= ROUNDS; i++) {
                if (i > 0) {
                    pause();
                }
                attempt(() -> store.writer().seal(System.currentTimeMillis(), () -> true));
            }
        }
        long sealed = Math.max(0, sealedHours(root, s) - before);
        if (table.isStructured()) {
            row(List.of("sealed-hours#"), List.of(sealed));
        } else {
            print("sealed " + sealed + (sealed == 1 ? " hour" : " hours"));
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /// Does what can be done, and tells of the rest.
    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            report(e);
        }
    }

    private static long sealedHours(Path root, Site s) throws IOException {
        return Inventory.of(root, s).hours().stream().filter(Inventory.Hour::sealed).count();
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(SETTLE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void verify(Path root, Site s) throws IOException {
        long[] damaged = {0};
        Verify verify =
                new Verify(
                        s,
                        e -> {
                            damaged[0]++;
                            report(e);
                        });
        Inventory inventory = inventory(root, s);
        chosen(inventory, s).forEach(verify::hour);
        List<String> others = inventory.verifyState();
        others.forEach(this::report);
        long bad = damaged[0] + others.size() + inventory.problems().size();
        if (table.isStructured()) {
            row(
                    List.of("files#", "flows#", "damaged-files#"),
                    List.of(verify.files(), verify.flows(), bad));
            return;
        }
        print(
                String.format(
                        Locale.ROOT,
                        "%d files, %d flows, %d damaged files",
                        verify.files(),
                        verify.flows(),
                        bad));
    }

    private void expire(Path root, Site s) throws IOException {
        if (olderMs < 0 && larger < 0) {
            throw new ToolException("expire needs --older or --larger");
        }
        Inventory inventory = inventory(root, s);
        List<Inventory.Hour> hours = chosen(inventory, s);
        long total = hours.stream().mapToLong(Inventory.Hour::bytes).sum();
        long now = System.currentTimeMillis();
        List<Inventory.Hour> gone = new ArrayList<>();
        long freed = 0;
        for (Inventory.Hour h : hours) {
            boolean old = olderMs >= 0 && h.key().hourMs() + HOUR_MS < now - olderMs;
            boolean much = larger >= 0 && total - freed > larger;
            if (old || much) {
                gone.add(h);
                freed += h.bytes();
            }
        }
        if (table.isStructured()) {
            expireRows(root, inventory, gone);
        } else if (dryRun) {
            for (Inventory.Hour h : gone) {
                print("would delete " + root.relativize(h.path()));
            }
            print("would free " + freed + " octets of " + hours(gone.size()));
        } else {
            delete(root, inventory, gone);
        }
    }

    /// One row for each hour: what it has, or had, and whether it is deleted.
    private void expireRows(Path root, Inventory inventory, List<Inventory.Hour> hours) {
        Table rows = table.structured(env.out(), List.of("hour", "octets#", "deleted"));
        for (Inventory.Hour h : hours) {
            Path hour = root.relativize(h.path());
            long octets = h.bytes();
            if (!dryRun) {
                try {
                    octets = inventory.delete(h).octets();
                } catch (IOException e) {
                    report(hour + ": not wholly deleted: " + Runner.describe(e));
                    continue;
                }
            }
            rows.cell(hour.toString());
            rows.cell(octets);
            rows.cell(dryRun ? "no" : "yes");
            rows.endRow();
        }
        rows.finish();
    }

    private void row(List<String> titles, List<Long> values) {
        Table rows = table.structured(env.out(), titles);
        values.forEach(rows::cell);
        rows.endRow();
        rows.finish();
    }

    /// Deletes hours, and prints what is gone: one that cannot be deleted does not keep the others.
    private void delete(Path root, Inventory inventory, List<Inventory.Hour> hours)
            throws IOException {
        Inventory.Deleted sum = new Inventory.Deleted(0, 0, 0);
        int done = 0;
        for (Inventory.Hour h : hours) {
            try {
                Inventory.Deleted deleted = inventory.delete(h);
                if (deleted.files() > 0) {
                    sum = sum.plus(deleted);
                    done++;
                    print("deleted " + root.relativize(h.path()));
                }
            } catch (IOException e) {
                report(root.relativize(h.path()) + ": not wholly deleted: " + Runner.describe(e));
            }
        }
        print("freed " + sum.octets() + " octets of " + hours(done));
    }

    private static String hours(int n) {
        return n + (n == 1 ? " hour" : " hours");
    }

    private void print(String line) throws IOException {
        env.out().write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
