package dev.rearview.tools.nfdump;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.Outlets;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.tables.TextLines;
import dev.rearview.model.Field;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Prints what came out.
final class Report implements Outlets {
    private static final long DEFAULT_TOP = 10;

    private final Env env;
    private final Settings settings;
    private final Totals totals;
    private final StringBuilder out;
    private final TextLines text;
    private final Shown line = new Shown();
    private long printed;
    private boolean begun;

    Report(Env env, Settings settings, Totals totals) {
        this.env = env;
        this.settings = settings;
        this.totals = totals;
        this.text = new TextLines(env.out());
        this.out = text.buffer();
    }

    /// Prints flows as they come.
    @Override
    public RowOutlet rows(Product.Rows product) {
        Listing listing = settings.listing();
        Set<Field> fields = Nfdump.shown(listing.fields());
        begin(listing);
        long most = settings.order.isPresent() ? settings.lines.orElse(0L) : 0;
        return (batch, columns, rows) -> list(columns, rows, fields, most);
    }

    private void list(long[][] columns, Selection rows, Set<Field> fields, long most) {
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (most > 0 && printed == most) {
                return;
            }
            line.clear();
            line.firstMs = columns[0][i];
            line.lastMs = columns[1][i];
            line.packets = columns[2][i];
            line.bytes = columns[3][i];
            int at = 4;
            for (Field f : fields) {
                if (f.isAddress()) {
                    line.set(f, columns[at][i], columns[at + 1][i]);
                    at += 2;
                } else {
                    line.set(f, 0, columns[at++][i]);
                }
            }
            print(settings.listing());
        }
    }

    private void begin(Listing listing) {
        if (!begun) {
            listing.begin(out);
            begun = true;
        }
    }

    private void print(Listing listing) {
        printed++;
        listing.line(line, out);
        text.flushIfFull();
    }

    /// Prints what has been put together or counted; the end of what was listed.
    void print(QueryRun run, Query query, List<Statistic> statistics) throws IOException {
        if (statistics.isEmpty()) {
            if (settings.connections) {
                connections(run);
            } else if (settings.aggregates) {
                groups(run);
            }
            begin(settings.listing());
            settings.listing().end(printed > 0, out);
            return;
        }
        int product = 0;
        for (Statistic s : statistics) {
            if (s.element().isRecord()) {
                records(run, product++, s);
            } else {
                product += statistic(run, product, s, query.products().size() - 1);
            }
        }
    }

    private Ranking ranking(int words, long limit) {
        return new Ranking(words, limit, () -> env.room(2));
    }

    /// Prints flows that were put together: in the order of their keys, or as is wanted.
    private void groups(QueryRun run) throws IOException {
        Listing listing = settings.listing();
        Grouped grouped = settings.grouped();
        long most = settings.lines.orElse(0L);
        begin(listing);
        if (settings.order.isEmpty()) {
            run.groups(0)
                    .drain(
                            true,
                            row -> {
                                if (most == 0 || printed < most) {
                                    grouped.show(row, line);
                                    print(listing);
                                }
                            });
            return;
        }
        try (Ranking ranking = ranking(grouped.words(), most)) {
            rank(run, 0, grouped, List.of(settings.order.get()), List.of(ranking));
            list(ranking, grouped, listing);
        }
    }

    private void rank(
            QueryRun run, int product, Grouped grouped, List<Order> orders, List<Ranking> into)
            throws IOException {
        run.groups(product)
                .drain(
                        false,
                        row -> {
                            grouped.show(row, line);
                            for (int i = 0; i < into.size(); i++) {
                                into.get(i).add(orders.get(i).rank(line), row);
                            }
                        });
    }

    private void list(Ranking ranking, Grouped grouped, Listing listing) throws IOException {
        ranking.forEach(row -> {
            grouped.show(row, line);
            print(listing);
            return true;
        });
    }

    private void connections(QueryRun run) throws IOException {
        Listing listing = settings.listing();
        Grouped grouped = settings.grouped();
        long most = settings.lines.orElse(0L);
        begin(listing);
        int words = grouped.words();
        try (Connections both = new Connections(settings.guess, env.room(2));
                Ranking ranking = ranking(words + 4, most)) {
            run.groups(0).drain(false, both::add);
            long[] whole = new long[words + 4];
            both.forEach((group, volumes, guessed) -> {
                System.arraycopy(group, 0, whole, 0, words);
                System.arraycopy(volumes, 0, whole, words, 4);
                show(whole, grouped);
                if (guessed) {
                    // The order is that of what began.
                    line.turn();
                }
                ranking.add(settings.order.map(o -> o.rank(line)).orElse(0L), whole);
            });
            ranking.forEach(row -> {
                show(row, grouped);
                print(listing);
                return true;
            });
        }
    }

    /// Reads a connection: a row of both directions, and the volumes of each.
    private void show(long[] whole, Grouped grouped) {
        grouped.show(whole, line);
        int at = grouped.words();
        line.packets = whole[at];
        line.bytes = whole[at + 1];
        line.outPackets = whole[at + 2];
        line.outBytes = whole[at + 3];
    }

    /// Prints the first connections, in each order that is wanted.
    private void records(QueryRun run, int product, Statistic s) throws IOException {
        Listing listing = settings.listing();
        Grouped grouped = settings.grouped();
        long most = settings.lines.orElse(DEFAULT_TOP);
        List<Ranking> rankings = new ArrayList<>();
        try {
            s.orders().forEach(o -> rankings.add(ranking(grouped.words(), most)));
            rank(run, product, grouped, s.orders(), rankings);
            for (int i = 0; i < rankings.size(); i++) {
                if (!settings.quiet && listing instanceof Listing.Lines) {
                    out.append("Top ").append(most > 0 ? most + " " : "");
                    out.append("flows ordered by ").append(s.orders().get(i).title());
                    out.append(":\n");
                }
                listing.begin(out);
                printed = 0;
                list(rankings.get(i), grouped, listing);
                listing.end(printed > 0, out);
            }
        } finally {
            for (Ranking r : rankings) {
                r.close();
            }
        }
    }

    /// Prints the tables of a statistic.
    ///
    /// @param total place of the product of all flows
    /// @return products that it took
    private int statistic(QueryRun run, int product, Statistic s, int total) throws IOException {
        List<Grouped> groups = s.groups();
        Grouped grouped = groups.getFirst();
        long most = settings.lines.orElse(DEFAULT_TOP);
        List<Ranking> rankings = new ArrayList<>();
        try {
            s.orders().forEach(o -> rankings.add(ranking(grouped.words(), most)));
            if (groups.size() == 1) {
                rank(run, product, grouped, s.orders(), rankings);
            } else {
                rankEither(run, product, s, rankings);
            }
            boolean csv = settings.listing() instanceof Listing.Csv;
            StatisticText table =
                    new StatisticText(s, settings.style(), csv, settings.quiet, total(run, total));
            for (int i = 0; i < rankings.size(); i++) {
                table.begin(s.orders().get(i), most, out);
                rankings.get(i)
                        .forEach(row -> {
                            grouped.show(row, line);
                            table.line(line, value(grouped.keys().getFirst()), out);
                            text.flushIfFull();
                            return true;
                        });
                table.end(out);
            }
            return groups.size();
        } finally {
            for (Ranking r : rankings) {
                r.close();
            }
        }
    }

    /// Adds what was counted by the source to what was counted by the destination.
    private void rankEither(QueryRun run, int product, Statistic s, List<Ranking> rankings)
            throws IOException {
        Grouped grouped = s.groups().getFirst();
        try (RowCombiner both =
                new RowCombiner(grouped.keyWords(), Grouped.operators(), env.room(2))) {
            run.groups(product).drain(false, both::add);
            run.groups(product + 1).drain(false, both::add);
            RowSource sorted = both.sorted();
            long[] row = new long[grouped.words()];
            while (sorted.next(row)) {
                grouped.show(row, line);
                for (int i = 0; i < rankings.size(); i++) {
                    rankings.get(i).add(s.orders().get(i).rank(line), row);
                }
            }
        }
    }

    /// What a line of a statistic is of.
    private String value(Field key) {
        StringBuilder cell = new StringBuilder();
        switch (key) {
            case SIP -> settings.style().address(line.flow.sipHi, line.flow.sipLo, cell);
            case DIP -> settings.style().address(line.flow.dipHi, line.flow.dipLo, cell);
            case NHIP -> settings.style().address(line.flow.nhipHi, line.flow.nhipLo, cell);
            case SPORT -> cell.append(line.flow.sport);
            case DPORT -> cell.append(line.flow.dport);
            case INPUT -> cell.append(line.flow.input);
            case OUTPUT -> cell.append(line.flow.output);
            case PROTOCOL -> cell.append(line.flow.protocol);
            case MEMO -> cell.append(line.flow.typeOfService());
            default -> throw new IllegalArgumentException("nothing is counted by " + key);
        }
        return cell.toString();
    }

    /// All flows together.
    ///
    /// @param product its place
    static Shown total(QueryRun run, int product) throws IOException {
        Shown all = new Shown();
        all.clear();
        all.flows = 0;
        run.groups(product)
                .drain(
                        false,
                        row -> {
                            all.flows = row[Grouped.FLOWS];
                            all.packets = row[Grouped.PACKETS];
                            all.bytes = row[Grouped.BYTES];
                            all.firstMs = row[Grouped.FIRST];
                            all.lastMs = row[Grouped.LAST];
                        });
        return all;
    }

    /// Prints the summary, unless it is not wanted.
    ///
    /// @param product place of that of all flows
    /// @param chosen the window that was asked for
    /// @param began when, in nanoseconds
    void summary(QueryRun run, int product, Optional<TimeWindow> chosen, long octets, long began)
            throws IOException {
        if (settings.quiet) {
            return;
        }
        Shown all = total(run, product);
        TimeWindow read =
                totals.flows() > 0 ? totals.window() : new TimeWindow(all.firstMs, all.lastMs);
        TimeWindow window =
                chosen.map(c ->
                                c.lastMs() == Long.MAX_VALUE
                                        ? new TimeWindow(c.firstMs(), read.lastMs())
                                        : c)
                        .orElse(read);
        long cpu =
                ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
        new Summary(all, all.flows, totals, octets, cpu, System.nanoTime() - began)
                .print(settings.listing().summary(), window, settings.style(), out);
    }

    void flush() {
        text.flush();
    }
}
