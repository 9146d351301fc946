package dev.rearview.tools.rwscanquery;

import dev.rearview.catalogue.Database;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.Names;
import dev.rearview.tools.called.CalledCommands;
import dev.rearview.tools.called.TemporaryFiles;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/// Reports on the scans that a database holds.
public final class RwScanQuery implements Tool {
    private static final List<String> REPORTS =
            List.of("standard", "volume", "scanset", "scanflows", "respflows", "export");

    /// Those that are files of SiLK.
    private static final List<String> BINARY = List.of("scanset", "scanflows", "respflows");

    private final Env env;
    private final CalledCommands commands;
    private String report = "standard";
    private Optional<String> start = Optional.empty();
    private Optional<String> end = Optional.empty();
    private Optional<IpSet> addresses = Optional.empty();
    private Optional<String> sourceSet = Optional.empty();
    private Optional<String> target = Optional.empty();
    private Optional<String> targetSet = Optional.empty();
    private boolean hasHeader;
    private boolean isColumnar;
    private String output = "stdout";
    private Optional<String> instance = Optional.empty();
    private boolean wantsManual;

    /// @param tools a fresh command by its name
    public RwScanQuery(Env env, BiFunction<String, Env, Optional<Tool>> tools) {
        this.env = env;
        this.commands = new CalledCommands(env, tools);
    }

    @Override
    public String name() {
        return "rwscanquery";
    }

    @Override
    public String summary() {
        return "Report on the scans that rwscan found and a database holds";
    }

    @Override
    public String usage() {
        return "[SWITCHES]";
    }

    @Override
    public String description() {
        return "Reports on scans that were active in the hours asked about, today by default."
                + " Three reports are text: standard, a line for each scan; volume, sums for each"
                + " day on which scans began; export, lines as rwscan --scandb writes them, behind"
                + " the number of the row. Three are files: scanset, the scanning addresses;"
                + " scanflows, flows from them; respflows, flows to them. With --daddress or"
                + " --dipset these are only of scanners that turned to those targets. The flows"
                + " come from the repository, by rwfilter; RWFILTER and RWSET name other programs"
                + " to be run for it.\n\n"
                + ".rwscanrc has lines NAME=VALUE. It is the file that RWSCANRC names, or stands in"
                + " the home directory, or in share/silk below SILK_PATH. db_driver is sqlite, the"
                + " default, or postgresql; db_instance is the file of SQLite or the name of the"
                + " database, SCAN by default, at PGHOST and PGPORT or on this host; db_userid and"
                + " db_password are for PostgreSQL. db_instance may also be an address that says it"
                + " all: sqlite:PATH or postgresql://USER:PASSWORD@HOST/DATABASE. A path is relative"
                + " to the directory of .rwscanrc. rw_in_class and rw_in_type are those of scanflows"
                + " and scanset, rw_out_class and rw_out_type those of respflows.\n\n"
                + "The page on the table of scans has its columns, and how it is filled.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Scans of an hour", "rwscanquery --show-header --start-date=2026/11/24:12"),
                new Example(
                        "Flows of those who scanned a network",
                        "rwscanquery --report=scanflows --start-date=2026/11/24"
                                + " --daddress=192.168.186.0/24 --output-path=scans.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "report",
                        "REPORT",
                        "Which report: " + String.join(", ", REPORTS),
                        v -> report = Names.unique(v.toLowerCase(Locale.ROOT), REPORTS, "report"))
                .words(() -> REPORTS);
        options.value(
                "start-date",
                "DATE",
                "First day or hour, YYYY/MM/DD[:HH]; today by default",
                v -> start = Optional.of(v));
        options.value(
                "end-date",
                "DATE",
                "Last day or hour; that of --start-date by default",
                v -> end = Optional.of(v));
        options.value(
                "saddress",
                "LIST",
                "Only scans from these addresses, blocks and ranges, with commas between",
                v -> addresses = Optional.of(addresses(v)));
        options.value(
                "sipset", "SETFILE", "Only scans from this set", v -> sourceSet = Optional.of(v));
        options.value(
                "daddress",
                "WILDCARD",
                "Only scans of these targets: an address, a block or a wildcard",
                v -> {
                    IpWildcard.parse(v);
                    target = Optional.of(v);
                });
        options.value(
                "dipset",
                "SETFILE",
                "Only scans of targets in this set",
                v -> targetSet = Optional.of(v));
        options.flag("show-header", "Print the titles of the columns", () -> hasHeader = true);
        options.flag("columnar", "Pad the columns", () -> isColumnar = true);
        options.value(
                "output-path",
                "PATH",
                "Write the report to PATH instead of standard output",
                v -> output = v);
        options.value(
                "database",
                "NAME",
                "Instance, file or address of the database, instead of db_instance",
                v -> instance = Optional.of(v));
        options.flag("man", "Print the whole documentation and exit", () -> wantsManual = true);
    }

    private static IpSet addresses(String list) {
        IpSet.Builder out = new IpSet.Builder();
        for (String item : list.split(",", -1)) {
            int dash = item.indexOf('-');
            if (dash < 0) {
                out.add(IpRange.parse(item));
                continue;
            }
            Ip low = IpText.parse(item.substring(0, dash).strip());
            Ip high = IpText.parse(item.substring(dash + 1).strip());
            if (low.compareTo(high) > 0) {
                throw new IllegalArgumentException("'" + item + "' ends before it begins");
            }
            out.addRange(low.hi(), low.lo(), high.hi(), high.lo());
        }
        return out.build();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        if (wantsManual) {
            String text = Help.of(this) + "\nDESCRIPTION:\n" + description() + "\n";
            env.print(text);
            return 0;
        }
        ScanWindow window = ScanWindow.of(start, end, env.context().zone());
        ScanConfiguration configuration = ScanConfiguration.read(env);
        Optional<IpSet> sources = sources();
        OutputFiles.checkNew(env, output);
        try (Database database =
                Database.open(configuration.database(instance), Database.Use.READ)) {
            ScanText.Scans scans = taker -> ScanRow.select(database, window, sources, taker);
            if (!BINARY.contains(report)) {
                text(scans);
                return 0;
            }
            OutputFiles.checkNoTerminal(env, output);
            IpSet.Builder scanners = new IpSet.Builder();
            scans.forEach(s -> scanners.add(Ip.v4(s.source())));
            return binary(configuration, window, scanners.build());
        }
    }

    private Optional<IpSet> sources() throws IOException {
        if (sourceSet.isEmpty()) {
            return addresses;
        }
        IpSet set = InputFiles.set(env, sourceSet.get());
        return Optional.of(addresses.map(set::intersect).orElse(set));
    }

    private void text(ScanText.Scans scans) throws IOException {
        try (Writer out =
                new OutputStreamWriter(
                        OutputFiles.openPlain(env, output), StandardCharsets.UTF_8)) {
            ScanText text = new ScanText(out, hasHeader, isColumnar);
            switch (report) {
                case "volume" -> text.volume(scans);
                case "export" -> text.export(scans);
                default -> text.standard(scans);
            }
        }
    }

    private boolean hasTargets() {
        return target.isPresent() || targetSet.isPresent();
    }

    private int binary(ScanConfiguration configuration, ScanWindow window, IpSet scanners)
            throws IOException {
        if (report.equals("scanset") && !hasTargets()) {
            new SetOutput(env, History.OWN).write(output, scanners, List.of());
            return 0;
        }
        Path set = TemporaryFiles.set(env, scanners, false);
        boolean isReply = report.equals("respflows");
        List<String> words = new ArrayList<>();
        words.add("--start-date=" + window.firstHour());
        words.add("--end-date=" + window.lastHour());
        words.addAll(configuration.selection(isReply ? "out" : "in"));
        words.add((isReply ? "--dipset=" : "--sipset=") + set);
        target.ifPresent(t -> words.add((isReply ? "--saddress=" : "--daddress=") + t));
        targetSet.ifPresent(t -> words.add((isReply ? "--sipset=" : "--dipset=") + t));
        if (!report.equals("scanset")) {
            words.add("--pass=" + output);
            return commands.run("rwfilter", words);
        }
        return sources(words);
    }

    /// Makes a set of the sources of the flows that rwfilter finds.
    private int sources(List<String> words) throws IOException {
        Path directory = TemporaryFiles.directory(env);
        Path flows = directory.resolve("flows.rw");
        try {
            words.add("--pass=" + flows);
            int status = commands.run("rwfilter", words);
            return status == 0
                    ? commands.run("rwset", List.of("--sip-file=" + output, flows.toString()))
                    : status;
        } finally {
            Files.deleteIfExists(flows);
            Files.delete(directory);
        }
    }
}
