package dev.rearview.kit.tables;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Progress;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The switches of columnar text: titles, columns, separators, output path, pager, output format.
public final class TableOptions {
    private final Env env;
    private boolean titles = true;
    private boolean padded = true;
    private boolean finalDelimiter = true;
    private String separator = "|";
    private Optional<String> path = Optional.empty();
    private Optional<String> pager = Optional.empty();
    private Table.Format format = Table.Format.COLUMNS;
    private final boolean isPlain;

    public TableOptions(Env env) {
        this(env, false);
    }

    private TableOptions(Env env, boolean isPlain) {
        this.env = env;
        this.isPlain = isPlain;
    }

    /// Of a tool whose text is never gzip-compressed, whatever the name of its output.
    public static TableOptions plain(Env env) {
        return new TableOptions(env, true);
    }

    public void declareAll(Options options) {
        declareTitles(options);
        declareUntitled(options);
    }

    private void declareTitles(Options options) {
        options.flag("no-titles", "Do not print column titles", () -> titles = false);
    }

    /// The switches of titles and columns alone.
    public void declareColumns(Options options) {
        declareTitles(options);
        declareSeparators(options);
    }

    /// The switches of tools that print no titles.
    public void declareUntitled(Options options) {
        declareSeparators(options);
        declareFormat(options);
        declareOutput(options);
    }

    private void declareSeparators(Options options) {
        options.flag("no-columns", "Do not pad columns to a fixed width", () -> padded = false);
        options.value(
                "column-separator",
                "CHAR",
                "Character between columns; default '|'",
                value -> separator = value.isEmpty() ? "" : value.substring(0, 1));
        options.flag(
                "no-final-delimiter",
                "Print no separator after the last column",
                () -> finalDelimiter = false);
        options.optional(
                "delimited",
                "CHAR",
                "Same as --no-columns --no-final-delimiter --column-separator=CHAR",
                value -> {
                    padded = false;
                    finalDelimiter = false;
                    if (!value.isEmpty()) {
                        separator = value.substring(0, 1);
                    }
                });
    }

    /// `--output-format` alone, for text that has no columns otherwise.
    public void declareFormat(Options options) {
        options.value(
                        "output-format",
                        "FORMAT",
                        "Layout of the output: columns, csv, json or ndjson",
                        value ->
                                format =
                                        Names.constant(
                                                value.toLowerCase(Locale.ROOT),
                                                Table.Format.values(),
                                                "format"))
                .words(() -> Names.words(Table.Format.values()));
    }

    /// Whether the output is for programs: CSV, JSON or NDJSON.
    public boolean isStructured() {
        return format != Table.Format.COLUMNS;
    }

    /// Starts structured output whose columns have these titles; numbers are those that a `#`
    /// follows.
    public Table structured(OutputStream out, List<String> titles) {
        Table table =
                new Table(
                        out,
                        layout(),
                        titles.stream()
                                .map(t ->
                                        t.endsWith("#")
                                                ? new Table.Heading(
                                                        t.substring(0, t.length() - 1), 0, true)
                                                : new Table.Heading(t, 0, false))
                                .toList());
        table.titles();
        return table;
    }

    public void declareOutput(Options options) {
        options.value(
                "output-path",
                "PATH",
                "Write the output to PATH instead of standard output",
                value -> path = Optional.of(SwitchValues.path(value)));
        options.value(
                "pager",
                "PROGRAM",
                "Page the output through PROGRAM on a terminal",
                value -> pager = Optional.of(value));
    }

    /// As `--no-titles --no-columns --no-final-delimiter`: for programs that read lines.
    public void bare() {
        titles = false;
        padded = false;
        finalDelimiter = false;
    }

    public boolean titles() {
        return titles;
    }

    public boolean isPadded() {
        return padded && format == Table.Format.COLUMNS;
    }

    public String separator() {
        return separator;
    }

    public boolean finalDelimiter() {
        return finalDelimiter;
    }

    public Table.Layout layout() {
        return new Table.Layout(format, titles, padded, separator, finalDelimiter);
    }

    /// Whether text goes to standard output.
    public boolean isStdout() {
        return path.map(OutputFiles::isStdout).orElse(true);
    }

    /// Fails where the output would overwrite a file that is to be kept.
    public void checkNew() {
        path.ifPresent(p -> OutputFiles.checkNew(env, p));
    }

    /// Opens the output: the path given, or standard output through a pager on a terminal.
    public OutputStream open() throws IOException {
        if (path.isPresent()) {
            return isPlain
                    ? OutputFiles.openPlain(env, path.get())
                    : OutputFiles.open(env, path.get());
        }
        String program =
                pager.or(() -> Optional.ofNullable(env.variables().get("SILK_PAGER")))
                        .or(() -> Optional.ofNullable(env.variables().get("PAGER")))
                        .orElse("");
        if (!env.outIsTerminal() || program.isEmpty()) {
            return OutputFiles.unclosed(env.out());
        }
        env.progress().ifPresent(Progress::end);
        // A shell runs it, as everywhere else: the words are those of the user who runs this, and
        // nothing of any input is put into them.
        Process process =
                new ProcessBuilder("sh", "-c", program)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        return new FilterOutputStream(process.getOutputStream()) {
            @Override
            public void write(byte[] b, int off, int len) throws IOException {
                out.write(b, off, len);
            }

            @Override
            public void close() throws IOException {
                super.close();
                try {
                    process.waitFor();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
