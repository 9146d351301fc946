package dev.rearview.engine.changes;

import dev.rearview.engine.changes.Windows.Window;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.model.Field;
import java.util.ArrayList;
import java.util.List;

/// A query as it is asked of a window, with the part of the window as a key more.
public final class ChangeQuery {
    private static final long DAY_MS = 86_400_000;

    private final Windows windows;

    public ChangeQuery(Windows windows) {
        this.windows = windows;
    }

    /// The query of the flows that start in a window.
    public static Query within(Query query, Window window) {
        Predicate starts =
                Predicate.range(Field.STIME, window.startMs() * 1000, window.endMs() * 1000 - 1);
        Product first = query.products().getFirst();
        if (first instanceof Product.Split split
                && !split.writes(Product.Part.FAILING)
                && !split.writes(Product.Part.ALL)) {
            // Tested with the rest, so that statistics are asked for both.
            List<Product> products = new ArrayList<>(query.products());
            products.set(
                    0,
                    new Product.Split(
                            Predicate.all(List.of(starts, split.test())),
                            split.outputs(),
                            split.mostPassing(),
                            split.mostFailing(),
                            split.counting()));
            return new Query(query.flows(), products);
        }
        return new Query(new FlowPlan.Filter(query.flows(), starts), query.products());
    }

    /// What a query makes first, in parts of a window.
    ///
    /// @throws IllegalArgumentException if that cannot be compared
    public Query byPart(Query query, boolean isAfter) {
        Expr part =
                isAfter
                        ? new Expr.Constant(windows.parts())
                        : Flows.START_MS
                                .minus(new Expr.Constant(windows.before().startMs()))
                                .dividedBy(windows.partMs());
        Product first = query.products().getFirst();
        List<Product> products =
                switch (first) {
                    case Product.Groups g -> {
                        check(g);
                        yield List.of(groups(g.keys(), g.values().getFirst(), part));
                    }
                    case Product.Addresses a ->
                            a.of().stream()
                                    .<Product>map(f ->
                                            groups(List.of(Expr.of(f)), count(Expr.of(f)), part))
                                    .toList();
                    case Product.Bins b -> {
                        check(b);
                        yield List.of(b);
                    }
                    default ->
                            throw new IllegalArgumentException(
                                    "the last command makes neither groups nor sets nor bins");
                };
        return new Query(query.flows(), products);
    }

    private static Product.Groups groups(List<Expr> by, Aggregate value, Expr part) {
        List<Expr> keys = new ArrayList<>(by);
        keys.add(part);
        return new Product.Groups(keys, List.of(value, count(part)), false);
    }

    private static Aggregate count(Expr any) {
        return new Aggregate(Aggregate.Kind.COUNT, any);
    }

    private void check(Product.Groups g) {
        if (g.keys().isEmpty() || g.values().isEmpty()) {
            throw new IllegalArgumentException("there is no key to compare by");
        }
        switch (g.values().getFirst().kind()) {
            case MIN, MAX, PEAK ->
                    throw new IllegalArgumentException("the first value is no amount");
            case DISTINCT -> {
                if (!windows.isWhole()) {
                    throw new IllegalArgumentException(
                            "what is distinct does not grow with time: --before has to be as long as"
                                    + " --after, or a whole number of times as long");
                }
            }
            case COUNT, SUM -> {}
        }
    }

    private void check(Product.Bins b) {
        if (b.firstMs() != Long.MIN_VALUE || b.endMs() != Long.MAX_VALUE) {
            throw new IllegalArgumentException("bins are those of the windows: give no times");
        }
        boolean fit =
                b.originMs() == TimeBins.FROM_FIRST_FLOW
                        && DAY_MS % b.sizeMs() == 0
                        && windows.isWhole()
                        && windows.after().lengthMs() % b.sizeMs() == 0
                        && windows.after().startMs() % b.sizeMs() == 0
                        && windows.before().startMs() % b.sizeMs() == 0;
        if (!fit) {
            throw new IllegalArgumentException(
                    "bins of time have to divide the day and both windows, and --before has to be as"
                            + " long as --after, or a whole number of times as long");
        }
    }

    /// Words of a key that the product of a query has.
    public static int keyWords(Product product) {
        return switch (product) {
            case Product.Groups g -> g.keys().stream().mapToInt(Expr::words).sum();
            case Product.Addresses a -> 2;
            default -> 1;
        };
    }
}
