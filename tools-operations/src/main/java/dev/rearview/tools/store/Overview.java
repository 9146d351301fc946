package dev.rearview.tools.store;

import dev.rearview.store.Inventory;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.store.state.RepositoryState;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a repository holds: `status`.
final class Overview {
    private static final List<Table.Heading> HEADINGS =
            List.of(
                    new Table.Heading("type", 10, false),
                    new Table.Heading("hours", 8, true),
                    new Table.Heading("sealed", 8, true),
                    new Table.Heading("files", 8, true),
                    new Table.Heading("flows", 14, true),
                    new Table.Heading("bytes", 16, true),
                    new Table.Heading("first", 19, false),
                    new Table.Heading("last", 19, false));

    private final Work work;
    private final RepositoryState before;
    private final KeptJournals.Status kept;

    /// Looks at journals and owner at once, so that flows which go from a journal into an hour in
    /// between are told twice rather than not at all.
    Overview(Work work) throws IOException {
        this.work = work;
        this.before = RepositoryState.of(work.root());
        this.kept = KeptJournals.status(work.root());
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

    /// Prints a line for each type, and one for the journals, and one for those that are kept.
    void print(List<Inventory.Hour> hours) throws IOException {
        Map<String, Sum> sums = sums(hours);
        TimeFormat time = TimeFormat.DEFAULT.withMilliseconds(false);
        try (OutputStream out = work.table().open()) {
            Table text = new Table(out, work.table().layout(), HEADINGS);
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
            journals(before.journals(), text);
            kept(kept, text);
            text.finish();
        }
        if (before.journals().octets() > 0 && before.owner().isEmpty()) {
            work.env()
                    .err()
                    .println(
                            "store: "
                                    + before.journals().octets()
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

    /// Adds a line for the journals that are kept, with when their datagrams came, if there are
    /// any.
    private static void kept(KeptJournals.Status kept, Table text) {
        if (kept.journals() > 0) {
            TimeFormat time = TimeFormat.DEFAULT.withMilliseconds(false);
            text.cell("kept");
            text.cell("");
            text.cell("");
            text.cell(kept.journals());
            text.cell("");
            text.cell(kept.octets());
            text.cell(time.format(kept.fromMs()));
            text.cell(time.format(kept.toMs()));
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
            work.report(e);
            return 0;
        }
    }

    private Map<String, Sum> sums(List<Inventory.Hour> hours) {
        Map<String, Sum> sums = new TreeMap<>();
        for (Inventory.Hour h : hours) {
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
        return sums;
    }
}
