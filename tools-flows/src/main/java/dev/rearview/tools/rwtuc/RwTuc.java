package dev.rearview.tools.rwtuc;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.BadLines;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.site.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes flow records of text.
public final class RwTuc implements Tool {
    /// A switch that gives every record a value.
    private record Switch(String name, Column column) {}

    private static final List<Switch> SWITCHES =
            List.of(
                    new Switch("saddress", Column.SIP),
                    new Switch("daddress", Column.DIP),
                    new Switch("sport", Column.SPORT),
                    new Switch("dport", Column.DPORT),
                    new Switch("protocol", Column.PROTOCOL),
                    new Switch("packets", Column.PACKETS),
                    new Switch("bytes", Column.BYTES),
                    new Switch("flags-all", Column.FLAGS),
                    new Switch("stime", Column.STIME),
                    new Switch("duration", Column.DURATION),
                    new Switch("etime", Column.ETIME),
                    new Switch("sensor", Column.SENSOR),
                    new Switch("input-index", Column.INPUT),
                    new Switch("output-index", Column.OUTPUT),
                    new Switch("next-hop-ip", Column.NHIP),
                    new Switch("flags-initial", Column.INITIAL_FLAGS),
                    new Switch("flags-session", Column.SESSION_FLAGS),
                    new Switch("attributes", Column.ATTRIBUTES),
                    new Switch("application", Column.APPLICATION),
                    new Switch("class", Column.CLASS),
                    new Switch("type", Column.TYPE),
                    new Switch("stime+msec", Column.STIME),
                    new Switch("etime+msec", Column.ETIME),
                    new Switch("duration+msec", Column.DURATION),
                    new Switch("icmp-type", Column.ITYPE),
                    new Switch("icmp-code", Column.ICODE));

    /// Bad lines are copied as the octets that they are.
    private static final Charset CHARSET = StandardCharsets.ISO_8859_1;

    private final Env env;
    private final InstantSource clock;
    private final InputNames inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final TextCells text = new TextCells();
    private final BadLines bad;
    private Optional<String> fieldList = Optional.empty();
    private @Nullable FlowSink writer;
    private boolean noTitles;
    private int lineNumber;

    public RwTuc(Env env) {
        this(env, InstantSource.system());
    }

    /// @param clock says when flows start whose time is not given
    RwTuc(Env env, InstantSource clock) {
        this.env = env;
        this.clock = clock;
        this.site = new SiteOption(env);
        this.inputs = new InputNames(env);
        this.output = new FlowOutput(env, History.OWN);
        this.bad = new BadLines(env, CHARSET);
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
                    text.separateBy(v.substring(0, 1));
                });
        bad.declare(o);
        o.flag("no-titles", "The first line is no title", () -> noTitles = true);
        inputs.declare(o);
        output.declare(o);
        site.declare(o);
        TextRecord values = new TextRecord(Site.NONE, clock);
        for (Switch s : SWITCHES) {
            Column column = s.column;
            o.value(
                    s.name,
                    "VALUE",
                    "Give every record this value",
                    v -> text.fix(column, values.checked(column, v.strip())));
        }
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (noTitles && fieldList.isEmpty()) {
            throw new ToolException("--no-titles needs --fields");
        }
        Optional<List<Column>> columns = fieldList.map(this::columns);
        List<String> names = inputs.of(operands);
        if (bad.isStdout() && output.isStdout()) {
            throw new ToolException(
                    "--bad-input-lines and the flows cannot both go to standard output");
        }
        OutputFiles.checkNew(env, output.path());
        bad.open();
        try {
            return convert(names, columns) ? 0 : 1;
        } finally {
            bad.tell();
            try (bad) {
                closeWriter();
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
            text.checkPairs(List.of());
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

    private List<Column> columns(String list) {
        try {
            List<Column> out = Column.list(List.of(list.split(",", -1)));
            text.checkPairs(out);
            return out;
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
    }

    private boolean file(String name, Optional<List<Column>> given, TextRecord parser)
            throws IOException {
        Optional<List<Column>> columns = given;
        boolean first = true;
        FlowRecord record = new FlowRecord();
        try (BufferedReader reader = InputFiles.lines(env, name, CHARSET)) {
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
                if (mayBeTitle && text.isTitle(line, known)) {
                    tellIfRecord(line, name, known, parser, record);
                    continue;
                }
                try {
                    parser.fill(text.values(line, known), record);
                } catch (IllegalArgumentException e) {
                    bad.add(name + ":" + lineNumber, line, String.valueOf(e.getMessage()));
                    continue;
                }
                writer().write(record);
            }
        } catch (FileSystemException e) {
            env.tell(e);
            return false;
        }
        return true;
    }

    private List<Column> title(String line, String name) {
        try {
            List<Column> out = Column.list(List.of(text.split(line)));
            text.checkPairs(out);
            return out;
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(name + ":" + lineNumber + ": title: " + e.getMessage());
        }
    }

    /// A line that is left out as titles may have been the first record; then it is not left out
    /// without a word.
    private void tellIfRecord(
            String line, String name, List<Column> columns, TextRecord parser, FlowRecord record) {
        if (text.isWholeTitle(line, columns)) {
            return;
        }
        try {
            parser.fill(text.values(line, columns), record);
        } catch (IllegalArgumentException e) {
            // Titles, then: they make no record.
            return;
        }
        env.tell(
                name
                        + ":"
                        + lineNumber
                        + ": left out as a line of titles; with --no-titles it is a"
                        + " record");
    }
}
