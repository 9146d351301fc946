package dev.rearview.tools.rwtuc;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.text.IntegerList;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.FlowOutput;
import dev.rearview.tools.kit.History;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.OutputFiles;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import dev.rearview.tools.rwtuc.TextRecord.Column;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes flow records of text.
public final class RwTuc implements Tool {
    private static final int MAX_NUMBER = 100;

    private final Env env;
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final Map<Column, String> fixed = new EnumMap<>(Column.class);
    private Optional<String> fieldList = Optional.empty();
    private String separator = "|";
    private Optional<String> badPath = Optional.empty();
    private @Nullable OutputStream bad;
    private boolean anyBad;
    private boolean verbose;
    private boolean stopOnError;
    private boolean noTitles;
    private int lineNumber;

    public RwTuc(Env env) {
        this.env = env;
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
                v -> {
                    if (fieldList.isPresent()) {
                        throw new ToolException("--fields is given twice");
                    }
                    fieldList = Optional.of(v);
                });
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
        for (Object[] s : switches) {
            Column column = (Column) s[1];
            o.value(
                    (String) s[0],
                    "VALUE",
                    "Give every record this value",
                    v -> {
                        EnumMap<Column, String> one = new EnumMap<>(Column.class);
                        one.put(column, v.strip());
                        new TextRecord(dev.rearview.site.Site.NONE).fill(one, new FlowRecord());
                        fixed.put(column, v.strip());
                    });
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
        if (badPath.isPresent()) {
            bad = OutputFiles.openPlain(env, badPath.get());
        }
        boolean good = true;
        TextRecord parser = new TextRecord(site.site());
        try (FlowSink writer = output.open(List.of())) {
            for (String name : names) {
                if (!file(name, columns, parser, writer)) {
                    good = false;
                    break;
                }
            }
        } finally {
            closeBad();
        }
        return good ? 0 : 1;
    }

    private void closeBad() throws IOException {
        if (bad == null) {
            return;
        }
        bad.close();
        String path = badPath.orElse("");
        boolean special = OutputFiles.isStdout(path) || path.equals("stderr");
        if (!anyBad && !special && Files.isRegularFile(env.path(path))) {
            Files.delete(env.path(path));
        }
    }

    private List<Column> columns(String list) {
        List<Column> out = new ArrayList<>();
        try {
            for (String item : list.split(",", -1)) {
                String s = item.strip();
                if (s.isEmpty()) {
                    continue;
                }
                if (!Character.isDigit(s.charAt(0))) {
                    add(Column.named(s), out);
                    continue;
                }
                IntegerList.range(s, MAX_NUMBER, "field").forEach(id -> add(numbered(id), out));
            }
            if (out.isEmpty()) {
                throw new IllegalArgumentException("no fields");
            }
            checkPairs(out);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        return out;
    }

    private static Column numbered(int id) {
        return Column.of(id)
                .orElseThrow(() -> new IllegalArgumentException("there is no field " + id));
    }

    private static void add(Column c, List<Column> out) {
        if (c != Column.IGNORE && out.contains(c)) {
            throw new IllegalArgumentException("field '" + c + "' is named twice");
        }
        out.add(c);
    }

    /// Some fields go together with another one.
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

    private boolean file(
            String name, Optional<List<Column>> given, TextRecord parser, FlowSink writer)
            throws IOException {
        Optional<List<Column>> columns = given;
        boolean first = true;
        FlowRecord record = new FlowRecord();
        try (BufferedReader reader = FlowInputs.lines(env, name, StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lineNumber++;
                if (line.isBlank()) {
                    continue;
                }
                if (first && !noTitles) {
                    first = false;
                    if (columns.isEmpty()) {
                        columns = Optional.of(title(line, name));
                        continue;
                    }
                    if (isTitle(line)) {
                        continue;
                    }
                }
                first = false;
                try {
                    parser.fill(values(line, columns.orElseThrow()), record);
                    writer.write(record);
                } catch (IllegalArgumentException e) {
                    if (!bad(name, line, String.valueOf(e.getMessage()))) {
                        return false;
                    }
                }
            }
        } catch (java.nio.file.FileSystemException e) {
            env.err().println("rwtuc: " + dev.rearview.tools.kit.Runner.describe(e));
            return false;
        }
        return true;
    }

    private List<Column> title(String line, String name) {
        List<Column> out = new ArrayList<>();
        try {
            for (String cell : cells(line)) {
                add(Column.named(cell), out);
            }
            checkPairs(out);
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(name + ":" + lineNumber + ": title: " + e.getMessage());
        }
        return out;
    }

    /// Whether a line starts with the name of a field.
    private boolean isTitle(String line) {
        try {
            Column.named(cells(line)[0]);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
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
            if (c != Column.IGNORE && !fixed.containsKey(c)) {
                out.put(c, cells[i]);
            }
        }
        out.putAll(fixed);
        return out;
    }

    /// Deals with a bad line; false if the run is to stop.
    private boolean bad(String name, String line, String why) throws IOException {
        anyBad = true;
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
