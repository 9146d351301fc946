package dev.rearview.tools.changed;

import dev.rearview.engine.changes.Change;
import dev.rearview.engine.changes.ChangeQuery;
import dev.rearview.engine.changes.ChangeTable;
import dev.rearview.engine.changes.Windows;
import dev.rearview.engine.changes.Windows.Window;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.EmptyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.KeyText;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Names;
import dev.rearview.text.NumberRange;
import dev.rearview.text.TimeFormat;
import dev.rearview.text.TimeText;
import dev.rearview.tools.run.Pipeline;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// `rearview changed`: asks the same of two windows of time, and tells what is new, gone, more and
/// less.
public final class Changed implements Tool {
    private static final TimeFormat HOUR = TimeFormat.DEFAULT.withMilliseconds(false);

    private final Env env;
    private final BiFunction<String, Env, Optional<Tool>> tools;
    private final List<String> names;
    private final StyleOptions style;
    private final TableOptions table;
    private final EmptyOption empty = new EmptyOption();
    private Optional<TimeText.Window> before = Optional.empty();
    private Optional<TimeText.Window> after = Optional.empty();
    private int count = 50;
    private double noise = 3;
    private ChangeTable.Rank rank = ChangeTable.Rank.DIFFERENCE;

    /// What is compared, once that is known.
    private @Nullable Shape shape;

    private @Nullable ChangeTable changes;

    /// Windows that were answered for.
    private int asked;

    /// @param keyWords words of a key
    /// @param distinct whether values count distinct things
    private record Shape(int keyWords, boolean distinct, KeyText keys) {}

    /// @param tools makes commands by name
    /// @param names of the commands
    public Changed(Env env, BiFunction<String, Env, Optional<Tool>> tools, List<String> names) {
        this.env = env;
        this.tools = tools;
        this.names = names;
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "changed";
    }

    @Override
    public String summary() {
        return "Ask the same of two windows of time, and tell what is new, gone, more and less";
    }

    @Override
    public String usage() {
        return "'COMMAND [SWITCHES] | COMMAND [SWITCHES] ...' --before=WINDOW --after=WINDOW";
    }

    @Override
    public String description() {
        return """
        The pipeline ends in rwuniq, rwstats, rwcount, rwset, rwbag, rwaggbag, rwtotal or\
         rwaddrcount, and is run over each window: an rwfilter that begins it selects the hours\
         of the window from the repository, so leave --start-date and --end-date out, or names\
         files; flows count by their start. All groups of the last command are compared,\
         whatever its own limits (--count, --threshold) say: rwuniq and rwstats by the one value\
         that they are asked for, rwset and rwcount by the number of flows, the others by their\
         first value.

        A window is a date as far as it is precise (yesterday, tuesday, 2026/11/24,\
         2026/11/24:10), or from one to another: monday..wednesday, -7d..-1d, 2026/11/24:2026/11/25.\
         What lies in the future does not count. If --before is two or more times as long as\
         --after, before is the mean of so many parts; if it is no whole number of times as long,\
         it is scaled by the lengths.

        noise is how far a value would be off by chance if nothing had changed (one standard\
         deviation): for a key of n flows in both windows, and the value v together, v/n times\
         the square root of s*n, where s is the length of --after by that of --before. For flows\
         that is the square root of s*n; the value of a key is taken to be spread over its flows\
         evenly; of a count of distinct things v stands for n. Where there are three or more\
         parts, and their standard deviation times the square root of 1+1/k, for k parts, is\
         larger, it is that. score is the difference by the noise; what is below --noise is left\
         out.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "What changed in my network since Tuesday",
                        "rearview changed 'rwfilter --type=all --proto=0- --pass=stdout |"
                                + " rwuniq --fields=sip,dport,proto --values=bytes'"
                                + " --before=tuesday --after=yesterday"),
                new Example(
                        "Servers that are new today, by the week before",
                        "rearview changed 'rwfilter --type=out,outweb --flags-initial=SA/SA"
                                + " --pass=stdout | rwuniq --fields=sip,sport --values=records'"
                                + " --before=-7d..-1d --after=today"),
                new Example(
                        "Hours of yesterday that were unlike those of the week before",
                        "rearview changed 'rwfilter --type=all --proto=0- --pass=stdout |"
                                + " rwcount --bin-size=3600' --before=-8d..-2d --after=yesterday"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "before",
                "WINDOW",
                "What is compared with, such as tuesday or -7d..-1d",
                v -> before = Optional.of(TimeText.span(v)));
        options.value(
                "after",
                "WINDOW",
                "What is compared, such as yesterday",
                v -> after = Optional.of(TimeText.span(v)));
        options.value(
                "count",
                "NUM",
                "Changes that are printed; default 50",
                v -> count = (int) SwitchValues.positive(v, ChangeTable.MAX_CHANGES));
        options.value(
                "noise",
                "NUM",
                "Leave out changes below so many times the noise; default 3, 0 for none",
                v -> noise = NumberRange.decimal(v.strip()));
        options.value(
                        "rank",
                        "WHAT",
                        "What the largest changes are by: difference, the default, or score",
                        v ->
                                rank =
                                        Names.constant(
                                                v.toLowerCase(Locale.ROOT),
                                                ChangeTable.Rank.values(),
                                                "rank"))
                .words(() -> Names.words(ChangeTable.Rank.values()));
        empty.declare(options, "change is found");
        style.declareTimeFormat(options);
        style.declareIp(options);
        table.declareAll(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.size() != 1) {
            throw new ToolException("give one pipeline, in quotes");
        }
        Windows windows = windows();
        List<List<String>> pipeline = Pipeline.words(operands.getFirst());
        try {
            int statusBefore = ask(pipeline, windows, false);
            if (asked < 1) {
                return statusBefore;
            }
            int statusAfter = ask(pipeline, windows, true);
            ChangeTable all = changes;
            if (all == null || asked < 2) {
                return statusAfter;
            }
            long found = print(windows, all);
            return statusBefore != 0 || statusAfter != 0 ? 1 : empty.status(found);
        } finally {
            if (changes != null) {
                changes.close();
            }
        }
    }

    private Windows windows() {
        long nowMs = System.currentTimeMillis();
        Window first =
                window(before.orElseThrow(() -> new ToolException("--before is required")), nowMs);
        Window second =
                window(after.orElseThrow(() -> new ToolException("--after is required")), nowMs);
        try {
            return new Windows(first, second);
        } catch (IllegalArgumentException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
    }

    /// What there is of a window so far.
    private static Window window(TimeText.Window w, long nowMs) {
        if (w.startMs() > nowMs) {
            throw new ToolException("a window has not begun");
        }
        return new Window(w.startMs(), Math.min(w.endMs(), nowMs) + 1);
    }

    // Asking ----------------------------------------------------------------------------------

    private int ask(List<List<String>> pipeline, Windows windows, boolean isAfter)
            throws IOException {
        Window window = isAfter ? windows.after() : windows.before();
        ChangeQuery query = new ChangeQuery(windows);
        return new Pipeline(env, within(pipeline, window), tools, names)
                .ask(
                        (tool, asked, isFirst, isLast) -> {
                            Query out = asked;
                            if (isFirst) {
                                out = first(tool, out, window);
                            }
                            if (isLast) {
                                prepare(tool, out, windows);
                                out = parted(query, out, isAfter);
                            }
                            return out;
                        },
                        (tool, asked, run) -> take(asked, run, windows, isAfter));
    }

    /// The pipeline with the hours of a window where it begins with a selection of the repository.
    private List<List<String>> within(List<List<String>> pipeline, Window window) {
        List<String> first = pipeline.getFirst();
        if (!first.getFirst().equals("rwfilter") || !selects(first.subList(1, first.size()))) {
            return pipeline;
        }
        List<String> words = new ArrayList<>(first);
        words.add(1, "--start-date=" + hour(window.startMs()));
        words.add(2, "--end-date=" + hour(window.endMs() - 1));
        List<List<String>> out = new ArrayList<>(pipeline);
        out.set(0, words);
        return out;
    }

    private static String hour(long ms) {
        return HOUR.format(ms).substring(0, "YYYY/MM/DDThh".length());
    }

    /// Whether these words select from the repository. What is wrong with them the command will
    /// say.
    private boolean selects(List<String> words) {
        for (String word : words) {
            String name = word.replaceFirst("^--?", "");
            if (!name.equals(word) && (name.startsWith("xarg") || name.startsWith("input-p"))) {
                return false;
            }
        }
        try {
            Options options = new Options();
            tools.apply("rwfilter", env).orElseThrow().declare(options);
            return options.parse(words).isEmpty();
        } catch (ToolException e) {
            return false;
        }
    }

    private static Query first(FlowTool tool, Query query, Window window) {
        if (tool.inputs().execution().comesOnce(query.flows())) {
            throw ToolException.failure(
                    "flows that can be read once only cannot be read for two windows: name files");
        }
        return ChangeQuery.within(query, window);
    }

    /// Notes what the last command makes.
    private void prepare(FlowTool tool, Query query, Windows windows) {
        Product product = query.products().getFirst();
        KeyText keys =
                tool.keyText()
                        .orElseGet(() -> new PlainKeys(product, style, windows.after().startMs()));
        if (keys.valueNames().size() > 1) {
            throw ToolException.failure(
                    "changes are of one value: ask for one of "
                            + String.join(", ", keys.valueNames())
                            + " at a time");
        }
        if (!keys.isAmount()) {
            throw ToolException.failure(keys.valueNames().getFirst() + " is no amount");
        }
        boolean distinct =
                product instanceof Product.Groups g
                        && !g.values().isEmpty()
                        && g.values().getFirst().kind() == Aggregate.Kind.DISTINCT;
        shape = new Shape(ChangeQuery.keyWords(product), distinct, keys);
    }

    private static Query parted(ChangeQuery by, Query query, boolean isAfter) {
        try {
            return by.byPart(query, isAfter);
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(String.valueOf(e.getMessage()));
        }
    }

    private Shape shape() {
        Shape s = shape;
        if (s == null) {
            throw new IllegalStateException("nothing has been asked");
        }
        return s;
    }

    private void take(Query query, QueryRun run, Windows windows, boolean isAfter)
            throws IOException {
        ChangeTable all = changes;
        if (all == null) {
            all = new ChangeTable(shape().keyWords, windows, shape().distinct, env.room(2));
            changes = all;
        }
        asked++;
        for (int i = 0; i < query.products().size(); i++) {
            if (query.products().get(i) instanceof Product.Bins) {
                all.add(run.bins(i), isAfter);
            } else {
                all.add(run.groups(i));
            }
        }
    }

    private long print(Windows windows, ChangeTable all) throws IOException {
        table.checkNew();
        List<Change> largest = all.changes(noise, count, rank);
        ChangeRows rows = new ChangeRows(shape().keys, table, style.time());
        try (OutputStream out = table.open()) {
            rows.write(largest, out, rows.above(windows, all, noise));
        }
        return largest.size();
    }
}
