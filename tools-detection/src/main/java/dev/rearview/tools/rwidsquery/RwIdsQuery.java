package dev.rearview.tools.rwidsquery;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.tools.called.CalledCommands;
import dev.rearview.tools.called.TemporaryFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/// Finds the flows of an alert or a rule of Snort, by `rwfilter`.
public final class RwIdsQuery implements Tool {
    private static final List<String> TYPES = List.of("fast", "full", "rule");
    private static final int MAX_YEAR = 9999;
    private static final long MAX_TOLERANCE_S = 0xFFFF_FFFFL;
    private static final int MAX_ALERT_LINES = 1000;

    private final Env env;
    private final CalledCommands commands;
    private Optional<String> type = Optional.empty();
    private String output = "stdout";
    private Optional<String> start = Optional.empty();
    private Optional<String> end = Optional.empty();
    private Optional<Integer> year = Optional.empty();
    private Duration tolerance = Duration.ofHours(1);
    private Optional<String> configuration = Optional.empty();
    private final Set<String> masked = new HashSet<>();
    private boolean isVerbose;
    private boolean isDryRun;
    private List<String> arguments = List.of();

    /// @param tools a fresh command by its name
    public RwIdsQuery(Env env, BiFunction<String, Env, Optional<Tool>> tools) {
        this.env = env;
        this.commands = new CalledCommands(env, tools);
    }

    @Override
    public String name() {
        return "rwidsquery";
    }

    @Override
    public String summary() {
        return "Find the flows of an alert or a rule of Snort, by rwfilter";
    }

    @Override
    public String usage() {
        return "--intype=TYPE [SWITCHES] [FILE] [-- RWFILTER_SWITCHES]";
    }

    @Override
    public String description() {
        return "Reads the first alert or rule of FILE, or of standard input, and runs rwfilter with"
                + " the switches that it comes to; those behind -- are added. RWFILTER names"
                + " another rwfilter to be run.\n\n"
                + "An alert gives addresses, ports, protocol and a window of time. A rule gives"
                + " addresses and ports of its head, and of its options itype, icode, ip_proto and"
                + " flags; others are ignored. Lists and negated blocks of addresses become a"
                + " temporary IP set, which stays after --dry-run. A rule for both directions gives"
                + " both where one side may be anybody, else the direction as it is written.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "What an alert would ask for",
                        "rwidsquery --intype=fast --year=2026 --dry-run alert.log"),
                new Example(
                        "Flows of a rule, inbound only",
                        "rwidsquery --intype=rule --config-file=snort.conf"
                                + " --start-date=2026/11/24:00 --end-date=2026/11/24:05 rule.txt"
                                + " -- --type=in,inweb | rwcut"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "intype",
                        "TYPE",
                        "What the input is: an alert in Snort's fast or full format, or a rule",
                        v ->
                                type =
                                        Optional.of(
                                                Names.unique(
                                                        v.toLowerCase(Locale.ROOT), TYPES, "type")))
                .words(() -> TYPES);
        options.value(
                "output-file",
                "PATH",
                "Write the flows to PATH instead of standard output",
                v -> output = v);
        options.value(
                "start-date",
                "DATE",
                "First hour or day that is searched for a rule",
                v -> start = Optional.of(v));
        options.value(
                "end-date",
                "DATE",
                "Last hour or day that is searched for a rule",
                v -> end = Optional.of(v));
        options.value(
                "year",
                "YEAR",
                "Year of an alert; the current one by default",
                v -> year = Optional.of((int) IpText.parseUnsigned(v, MAX_YEAR, "year")));
        options.value(
                "tolerance",
                "SECONDS",
                "How much earlier or later than the alert flows may start; default 3600",
                v ->
                        tolerance =
                                Duration.ofSeconds(
                                        IpText.parseUnsigned(v, MAX_TOLERANCE_S, "number")));
        options.value(
                "config-file",
                "PATH",
                "Configuration of Snort that has the variables of a rule",
                v -> configuration = Optional.of(v));
        options.value(
                "mask",
                "LIST",
                "Leave out these switches of rwfilter, names with commas between",
                v -> masked.addAll(List.of(v.split(","))));
        options.flag("verbose", "Print the command before it runs", () -> isVerbose = true);
        options.flag("dry-run", "Print the command and do not run it", () -> isDryRun = true);
        options.afterwards(() -> arguments = options.arguments());
    }

    @Override
    public int run(List<String> operands) throws IOException {
        String kind = type.orElseThrow(() -> new ToolException("--intype is required"));
        int dashes = arguments.indexOf("--");
        List<String> extra =
                dashes < 0 ? List.of() : arguments.subList(dashes + 1, arguments.size());
        List<String> files = operands.subList(0, operands.size() - extra.size());
        ToolException.refuse(files, 1);
        String file = InputNames.orStdin(env, files).getFirst();
        if (end.isPresent() && start.isEmpty()) {
            throw new ToolException("--end-date needs a --start-date");
        }
        List<Criterion> criteria = criteria(kind, file);
        List<String> words = new ArrayList<>();
        for (Criterion c : criteria) {
            if (masked.stream().noneMatch(c::isNamed)) {
                words.add(word(c));
            }
        }
        words.addAll(extra);
        words.add("--pass=" + output);
        if (isVerbose || isDryRun) {
            env.err().println(CalledCommands.line("rwfilter", words));
        }
        return isDryRun ? 0 : commands.run("rwfilter", words);
    }

    private String word(Criterion c) throws IOException {
        return c.set().isPresent()
                ? "--" + c.setName() + "=" + TemporaryFiles.set(env, c.set().get(), isDryRun)
                : "--" + c.name() + "=" + c.value();
    }

    private List<Criterion> criteria(String kind, String file) throws IOException {
        Variables variables = new Variables();
        if (kind.equals("rule") && configuration.isPresent()) {
            try (BufferedReader in =
                    InputFiles.lines(env, configuration.get(), StandardCharsets.ISO_8859_1)) {
                variables = Variables.read(in, configuration.get());
            }
        }
        try (BufferedReader in = InputFiles.lines(env, file, StandardCharsets.ISO_8859_1)) {
            return switch (kind) {
                case "fast" -> ofAlert(fast(in));
                case "full" -> ofAlert(full(in));
                default -> ofRule(new Rule(variables), rule(in));
            };
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException(file, -1, "", String.valueOf(e.getMessage()));
        }
    }

    private List<Criterion> ofAlert(Optional<Alert> alert) {
        int of = year.orElseGet(() -> Year.now(ZoneOffset.UTC).getValue());
        return alert.orElseThrow(() -> new IllegalArgumentException("no alert"))
                .criteria(of, tolerance);
    }

    private static Optional<Alert> fast(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank()) {
                return Alert.fast(line);
            }
        }
        return Optional.empty();
    }

    private static Optional<Alert> full(BufferedReader in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank()) {
                lines.add(line);
            } else if (!lines.isEmpty()) {
                break;
            }
            if (lines.size() > MAX_ALERT_LINES) {
                throw new IllegalArgumentException(
                        "an alert of more than " + MAX_ALERT_LINES + " lines");
            }
        }
        return Alert.full(lines);
    }

    private static String rule(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                return Lines.joined(line, in);
            }
        }
        throw new IllegalArgumentException("no rule");
    }

    private List<Criterion> ofRule(Rule rule, String text) {
        List<Criterion> out = new ArrayList<>();
        if (start.isPresent()) {
            String from = start.get();
            out.add(new Criterion("start-date", from));
            end.ifPresent(e -> out.add(new Criterion("end-date", e)));
            out.add(new Criterion("stime", from + "-" + end.orElse(from)));
        }
        out.addAll(rule.criteria(text));
        return out;
    }
}
