package dev.rearview.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.RandomData;
import dev.rearview.engine.expr.RecordText;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.plan.Product.Part;
import dev.rearview.model.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueryTest {
    private static Product product(Random random, long seed) {
        RandomData data = new RandomData(seed);
        return switch (random.nextInt(9)) {
            case 0 -> new Product.Rows(List.of(data.number(2), data.address(1)), seed);
            case 1 -> new Product.Flows("out " + seed);
            case 2 ->
                    new Product.Split(
                            data.predicate(2),
                            List.of(
                                    new Product.Output(Part.PASSING, "-"),
                                    new Product.Output(Part.FAILING, "x" + seed)),
                            seed,
                            0,
                            Product.Counting.VOLUMES);
            case 3 ->
                    new Product.Groups(
                            List.of(data.address(2)),
                            List.of(new Aggregate(Aggregate.Kind.DISTINCT, data.number(1))),
                            random.nextBoolean());
            case 4 ->
                    new Product.Bins(
                            TimeBins.LoadScheme.MIDDLE_SPIKE,
                            1 + seed,
                            TimeBins.FROM_FIRST_FLOW,
                            Long.MIN_VALUE,
                            Long.MAX_VALUE);
            case 5 -> new Product.Addresses(List.of(Field.SIP, Field.NHIP));
            case 6 -> new Product.Sizes(List.of(6, (int) seed));
            case 7 ->
                    new Product.Contacts(
                            new SetRef.File("hosts " + seed),
                            seed,
                            seed + 7,
                            1 + random.nextInt(Product.Contacts.MAX_HOPS),
                            new ContactRules(
                                    data.predicate(1),
                                    ContactRules.Part.SERVER,
                                    random.nextBoolean(),
                                    seed,
                                    3),
                            new ContactBounds(1 + (int) seed, 2, 3));
            default -> new Product.Difference(FlowPlanTest.plan(seed));
        };
    }

    @Test
    void whatIsWrittenIsReadBack() {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            List<Product> products = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                products.add(product(random, seed * 3L + i));
            }
            Query query = new Query(FlowPlanTest.plan(seed), products);
            String text = RecordText.write(query);
            assertThat(RecordText.read(text, Query.class)).as(text).isEqualTo(query);
        }
    }

    @Test
    void eachProductIsToldInALine() {
        FlowPlan files = new FlowPlan.Files(List.of("a.rw"));
        Query query =
                new Query(
                        files,
                        List.of(
                                new Product.Groups(
                                        List.of(Expr.of(Field.DIP), Expr.of(Field.DPORT)),
                                        List.of(
                                                new Aggregate(
                                                        Aggregate.Kind.COUNT,
                                                        Expr.of(Field.PROTOCOL)),
                                                new Aggregate(
                                                        Aggregate.Kind.MAX,
                                                        Expr.of(Field.PACKETS))),
                                        false),
                                new Product.Bins(
                                        TimeBins.LoadScheme.TIME_PROPORTIONAL, 60_000, 0, 0, 1),
                                new Product.Addresses(List.of(Field.SIP, Field.DIP)),
                                new Product.Sizes(List.of(6, 17)),
                                new Product.Flows("-"),
                                new Product.Contacts(
                                        new SetRef.File("hosts.set"),
                                        0,
                                        1,
                                        4,
                                        anyContact(Predicate.is(Field.DPORT, 22)),
                                        new ContactBounds(1, 1, 1)),
                                new Product.Difference(new FlowPlan.Files(List.of("b.rw")))));
        assertThat(PlanDescription.of(query))
                .containsExactly(
                        "input       a.rw",
                        "group       by dIP, dPort: count, max of packets",
                        "bin         by time, 60,000 ms, time-proportional",
                        "set         of sIP, dIP",
                        "sizes       of all flows and of protocols [6, 17]",
                        "write       to standard output",
                        "filter      dPort in 22",
                        "contacts    of the set hosts.set, 4 hops, one pass for each",
                        "input       b.rw",
                        "compare     the flows of both");
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        FlowPlan files = new FlowPlan.Files(List.of("a.rw"));
        assertThatThrownBy(() -> new Query(files, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Product.Addresses(List.of(Field.BYTES)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ContactBounds(0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new ContactRules(Predicate.ALWAYS, ContactRules.Part.ANY, true, -1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new Product.Contacts(
                                new SetRef.File("a"),
                                1,
                                0,
                                1,
                                anyContact(Predicate.ALWAYS),
                                new ContactBounds(1, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FlowPlan.Prefixes(Field.SIP, 33, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        RecordText.read(
                                "Query(Upstream(),[Bins(BIN_UNIFORM,0,0,0,1)])", Query.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ContactRules anyContact(Predicate test) {
        return new ContactRules(test, ContactRules.Part.ANY, false, 0, 0);
    }
}
