package dev.rearview.tools.rwtuc;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.site.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes flow records of text.
public final class RwTuc implements Tool {
    private final Env env;
    private final InstantSource clock;
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final Map<Column, String> fixed = new EnumMap<>(Column.class);
    private Optional<String> fieldList = Optional.empty();
    private String separator = "|";
    private Optional<String> badPath = Optional.empty();
    private @Nullable OutputStream bad;
    private @Nullable FlowSink writer;
    private long badLines;
    private boolean verbose;
    private boolean stopOnError;
    private boolean noTitles;
    private int lineNumber;

    public RwTuc(Env env) {
        this(env, InstantSource.system());
    }

    /// @param clock says when flows start whose time is not given
    RwTuc(Env env, InstantSource clock) {
        this.env = env;
        this.clock = clock;
        this.inputs = new FlowInputs(env);
        this.output = new FlowOutput(env, History.OWN);
        this.site = new SiteOption(env);
    }

    @Override
    public String name() {
        return "rwtuc";
    }

    @Override
    public String summary() {
        return "Make SiLK flow records of text such as rwcut's";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [TEXT_FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example("Make flows of text", "rwtuc --output-path=flows.rw flows.txt"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                        "fields",
                        "LIST",
                        "Columns of the input, in order; default is its first line",
                        v -> fieldList = Optional.of(v))
                .once();
        o.value(
                "column-separator",
                "CHAR",
                "Character between columns; default '|'",
                v -> {
                    if (v.isEmpty() || v.startsWith("\n")) {
                        throw new IllegalArgumentException("expected a character");
                    }
                    separator = v.substring(0, 1);
                });
        o.value(
                "bad-input-lines",
                "PATH",
                "Copy lines that cannot be read to PATH",
                v -> badPath = Optional.of(v));
        o.flag("verbose", "Report each line that cannot be read", () -> verbose = true);
        o.flag(
                "stop-on-error",
                "Stop at the first line that cannot be read",
                () -> stopOnError = true);
        o.flag("no-titles", "The first line is no title", () -> noTitles = true);
        inputs.declareXargs(o);
        output.declare(o);
        site.declare(o);
        Object[][] switches = {
            {"saddress", Column.SIP},
            {"daddress", Column.DIP},
            {"sport", Column.SPORT},
            {"dport", Column.DPORT},
            {"protocol", Column.PROTOCOL},
            {"packets", Column.PACKETS},
            {"bytes", Column.BYTES},
            {"flags-all", Column.FLAGS},
            {"stime", Column.STIME},
            {"duration", Column.DURATION},
            {"etime", Column.ETIME},
            {"sensor", Column.SENSOR},
            {"input-index", Column.INPUT},
            {"output-index", Column.OUTPUT},
            {"next-hop-ip", Column.NHIP},
            {"flags-initial", Column.INITIAL_FLAGS},
            {"flags-session", Column.SESSION_FLAGS},
            {"attributes", Column.ATTRIBUTES},
            {"application", Column.APPLICATION},
            {"class", Column.CLASS},
            {"type", Column.TYPE},
            {"stime+msec", Column.STIME},
            {"etime+msec", Column.ETIME},
            {"duration+msec", Column.DURATION},
            {"icmp-type", Column.ITYPE},
            {"icmp-code", Column.ICODE}
        };
        TextRecord values = new TextRecord(Site.NONE, clock);
        for (Object[] s : switches) {
            Column column = (Column) s[1];
            o.value(
                    (String) s[0],
                    "VALUE",
                    "Give every record this value",
                    v -> fixed.put(column, values.checked(column, v.strip())));
        }
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (noTitles && fieldList.isEmpty()) {
            throw new ToolException("--no-titles needs --fields");
        }
        Optional<List<Column>> columns = fieldList.map(this::columns);
        List<String> names = inputs.names(operands);
        if (badPath.filter(OutputFiles::isStdout).isPresent() && output.isStdout()) {
            throw new ToolException(
                    "--bad-input-lines and the flows cannot both go to standard output");
        }
        OutputFiles.checkNew(env, output.path());
        if (badPath.isPresent()) {
            bad = OutputFiles.openPlain(env, badPath.get());
        }
        try {
            return convert(names, columns) ? 0 : 1;
        } finally {
            tellLeftOut();
            try {
                closeWriter();
            } finally {
                closeBad();
            }
        }
    }

    private void closeWriter() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }

    private boolean convert(List<String> names, Optional<List<Column>> columns) throws IOException {
        TextRecord parser = new TextRecord(site.site(), clock);
        if (columns.isPresent()) {
            writer();
        }
        boolean good = true;
        for (int i = 0; good && i < names.size(); i++) {
            good = file(names.get(i), columns, parser);
        }
        if (writer == null && good) {
            noTitleLine();
        }
        return good;
    }

    /// Empty text is no flows; but no title line came that could have completed a pair of values.
    private void noTitleLine() throws IOException {
        try {
            checkPairs(List.of());
        } catch (IllegalArgumentException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        writer();
    }

    /// Where the flows go, opened when it is known what the columns of the input are: before that
    /// not even a header is written.
    private FlowSink writer() throws IOException {
        FlowSink open = writer;
        if (open == null) {
            open = output.open(List.of());
            writer = open;
        }
        return open;
    }

    private void tellLeftOut() {
        if (badLines > 0 && !stopOnError) {
            env.err()
                    .println(
                            "rwtuc: Could not parse "
                                    + badLines
                                    + " lines"
                                    + badPath.map(p -> "; invalid input written to '" + p + "'")
                                            .orElse(
                                                    verbose
                                                            ? ""
                                                            : "; try again with --stop-on-error or"
                                                                    + " --verbose for details"));
        }
    }

    private void closeBad() throws IOException {
        if (bad == null) {
            return;
        }
        bad.close();
        String path = badPath.orElse("");
        boolean special = OutputFiles.isStdout(path) || path.equals("stderr");
        if (badLines == 0 && !special && Files.isRegularFile(env.path(path))) {
            Files.delete(env.path(path));
        }
    }

    private List<Column> columns(String list) {
        try {
            List<Column> out = Column.list(List.of(list.split(",", -1)));
            checkPairs(out);
            return out;
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
    }

    /// Some fields go together with another one.
    ///
    /// @throws IllegalArgumentException naming a pair of which only one is there
    private void checkPairs(List<Column> columns) {
        both(columns, Column.INITIAL_FLAGS, Column.SESSION_FLAGS);
        both(columns, Column.ITYPE, Column.ICODE);
    }

    private void both(List<Column> columns, Column a, Column b) {
        boolean hasA = columns.contains(a) || fixed.containsKey(a);
        boolean hasB = columns.contains(b) || fixed.containsKey(b);
        if (hasA != hasB) {
            throw new IllegalArgumentException(a + " and " + b + " need each other");
        }
    }

    private boolean file(String name, Optional<List<Column>> given, TextRecord parser)
            throws IOException {
        Optional<List<Column>> columns = given;
        boolean first = true;
        FlowRecord record = new FlowRecord();
        try (BufferedReader reader = InputFiles.lines(env, name, StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lineNumber++;
                if (line.isBlank()) {
                    continue;
                }
                boolean mayBeTitle = first && !noTitles;
                first = false;
                if (mayBeTitle && columns.isEmpty()) {
                    columns = Optional.of(title(line, name));
                    writer();
                    continue;
                }
                List<Column> known = columns.orElseThrow();
                if (mayBeTitle && isTitle(line, known)) {
                    tellIfRecord(line, name, known, parser, record);
                    continue;
                }
                try {
                    parser.fill(values(line, known), record);
                } catch (IllegalArgumentException e) {
                    if (!bad(name, line, String.valueOf(e.getMessage()))) {
                        return false;
                    }
                    continue;
                }
                writer().write(record);
            }
        } catch (java.nio.file.FileSystemException e) {
            env.err().println("rwtuc: " + Runner.describe(e));
            return false;
        }
        return true;
    }

    private List<Column> title(String line, String name) {
        try {
            List<Column> out = Column.list(List.of(split(line)));
            checkPairs(out);
            return out;
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(name + ":" + lineNumber + ": title: " + e.getMessage());
        }
    }

    /// Whether a first line is taken for titles: if any cell of it is the name of a field, or the
    /// beginning of one name alone.
    private boolean isTitle(String line, List<Column> columns) {
        String[] cells = cells(line);
        for (int i = 0; i < cells.length; i++) {
            boolean ignored = i < columns.size() && isIgnored(columns.get(i));
            if (!ignored && Column.find(cells[i]).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// A line that is left out as titles may have been the first record; then it is not left out
    /// without a word.
    private void tellIfRecord(
            String line, String name, List<Column> columns, TextRecord parser, FlowRecord record) {
        String[] cells = cells(line);
        boolean whole = cells.length == columns.size();
        for (int i = 0; whole && i < cells.length; i++) {
            whole = isIgnored(columns.get(i)) || columns.get(i).isNamed(cells[i]);
        }
        if (whole) {
            return;
        }
        try {
            parser.fill(values(line, columns), record);
        } catch (IllegalArgumentException e) {
            // Titles, then: they make no record.
            return;
        }
        env.err()
                .println(
                        "rwtuc: "
                                + name
                                + ":"
                                + lineNumber
                                + ": left out as a line of titles; with --no-titles it is a"
                                + " record");
    }

    private boolean isIgnored(Column c) {
        return c == Column.IGNORE || fixed.containsKey(c.value());
    }

    /// The cells of a line; a separator at its end closes the last one.
    private String[] cells(String line) {
        String[] cells = split(line);
        boolean closed = cells.length > 1 && cells[cells.length - 1].isEmpty();
        return closed ? java.util.Arrays.copyOf(cells, cells.length - 1) : cells;
    }

    private String[] split(String line) {
        String s = separator.isBlank() ? line : line.strip();
        if (s.endsWith("\r")) {
            s = s.substring(0, s.length() - 1);
        }
        String[] cells = s.split(Pattern.quote(separator), -1);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].strip();
        }
        return cells;
    }

    private Map<Column, String> values(String line, List<Column> columns) {
        // Without a closing separator the last cell may be empty.
        String[] cells = split(line);
        if (cells.length != columns.size()) {
            cells = cells(line);
        }
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "expected " + columns.size() + " columns, found " + cells.length);
        }
        Map<Column, String> out = new EnumMap<>(Column.class);
        for (int i = 0; i < cells.length; i++) {
            Column c = columns.get(i);
            if (!isIgnored(c)) {
                out.put(c.value(), cells[i]);
            }
        }
        out.putAll(fixed);
        return out;
    }

    /// Deals with a bad line; false if the run is to stop.
    private boolean bad(String name, String line, String why) throws IOException {
        badLines++;
        if (verbose || stopOnError) {
            env.err().println("rwtuc: " + name + ":" + lineNumber + ": " + why);
        }
        if (bad != null) {
            String text = name + ":" + lineNumber + ":" + line + "\n";
            bad.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return !stopOnError;
    }
}
