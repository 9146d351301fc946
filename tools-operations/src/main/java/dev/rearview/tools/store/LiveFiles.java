package dev.rearview.tools.store;

import dev.rearview.kit.tables.TableOptions;
import dev.rearview.site.Site;
import dev.rearview.store.Inventory;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// Prints the files that a query would read now, for other engines. Together they have each flow
/// once, whatever is merged or sealed later: a file that is replaced stays for five minutes.
final class LiveFiles {
    /// How they are printed.
    enum Format {
        /// A path a line.
        LIST,
        /// Statements that make a view.
        DUCKDB
    }

    private static final String SUFFIX = ".parquet";

    private final Inventory inventory;
    private final List<Inventory.Hour> hours;

    /// @param hours those of the inventory that are wanted
    LiveFiles(Inventory inventory, List<Inventory.Hour> hours) {
        this.inventory = inventory;
        this.hours = hours;
    }

    /// Prints paths, or a table of them where the output is for programs.
    void list(TableOptions table) throws IOException {
        try (OutputStream out = table.open()) {
            if (!table.isStructured()) {
                for (Inventory.Hour h : hours) {
                    for (Path file : h.files()) {
                        out.write((absolute(file) + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                }
                return;
            }
            Table rows =
                    table.structured(
                            out, List.of("path", "sensor", "class", "type", "hour", "format"));
            TimeFormat time = TimeFormat.DEFAULT.withMilliseconds(false);
            for (Inventory.Hour h : hours) {
                for (Path file : h.files()) {
                    rows.cell(absolute(file).toString());
                    rows.cell(h.key().sensor());
                    rows.cell(h.key().flowtype().className());
                    rows.cell(h.key().flowtype().type());
                    rows.cell(time.format(h.key().hourMs()));
                    rows.cell(isParquet(file) ? "parquet" : "silk");
                    rows.endRow();
                }
            }
            rows.finish();
        }
    }

    /// Prints a view. What it does not hold is said in comments.
    ///
    /// @return how many classic files are not in it
    int duckdb(Site site, TableOptions table) throws IOException {
        List<Path> all = hours.stream().flatMap(h -> h.files().stream()).toList();
        List<Path> files =
                all.stream().filter(LiveFiles::isParquet).map(LiveFiles::absolute).toList();
        int classic = all.size() - files.size();
        try (OutputStream out = table.open()) {
            String text = comment(files.size(), classic) + DuckDbView.of(files, site);
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return classic;
    }

    private String comment(int files, int classic) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String text =
                """
                -- %d files at %s; a file that is merged later can still be read for five minutes,
                -- so make the view anew for each run. What came in the last seconds and is only in a
                -- journal (%d octets now) is not in it. Times are UTC, durations seconds.
                """;
        String left = "-- %d files of SiLK's own format are not in it: DuckDB cannot read them.%n";
        return String.format(Locale.ROOT, text, files, now, inventory.journals())
                + (classic == 0 ? "" : String.format(Locale.ROOT, left, classic));
    }

    private static boolean isParquet(Path file) {
        return file.toString().endsWith(SUFFIX);
    }

    private static Path absolute(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
