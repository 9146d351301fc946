package dev.rearview.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.addresses.AddressMap;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.RandomData;
import dev.rearview.engine.expr.RecordText;
import dev.rearview.engine.match.FlowMatcher;
import dev.rearview.engine.match.FlowTagger;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.model.Field;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowPlanTest {
    private static final FlowPlan.Hours HOURS =
            new FlowPlan.Hours(
                    "/data", List.of("all/in", "all/out"), List.of("S0"), 0, 7_200_000, false);

    static FlowPlan source(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new FlowPlan.Files(List.of("a \"b\".rw", "-"));
            case 1 -> HOURS;
            default -> new FlowPlan.Upstream();
        };
    }

    static FlowPlan plan(long seed) {
        Random random = new Random(seed);
        RandomData data = new RandomData(seed);
        FlowPlan plan = source(random);
        for (int i = random.nextInt(5); i > 0; i--) {
            plan =
                    switch (random.nextInt(12)) {
                        case 0 -> {
                            Ipv6Policy[] all = Ipv6Policy.values();
                            yield new FlowPlan.Policy(plan, all[random.nextInt(all.length)]);
                        }
                        case 1 -> new FlowPlan.Filter(plan, data.predicate(2));
                        case 2 ->
                                new FlowPlan.Sort(
                                        plan,
                                        List.of(data.number(2), data.address(1)),
                                        random.nextBoolean(),
                                        random.nextBoolean());
                        case 3 -> new FlowPlan.Skip(plan, random.nextLong() >>> 1);
                        case 4 -> new FlowPlan.Copy(plan, "copy of \"a\".rw");
                        case 5 ->
                                new FlowPlan.Mask(
                                        plan, List.of(new FlowPlan.Prefixes(Field.DIP, 24, 64)));
                        case 6 -> match(plan, random, data);
                        case 7 ->
                                new FlowPlan.Distinct(
                                        plan,
                                        List.of(data.address(1)),
                                        List.of(
                                                new FlowPlan.Near(
                                                        data.number(1), random.nextInt(9))));
                        case 8 -> tag(plan, random, data);
                        case 9 ->
                                new FlowPlan.Randomize(
                                        plan,
                                        data.predicate(1),
                                        data.predicate(1),
                                        random.nextBoolean() ? List.of() : AddressMap.random(seed),
                                        random.nextLong());
                        case 10 ->
                                new FlowPlan.Combine(
                                        plan, List.of(Field.SIP, Field.SPORT), random.nextInt(9));
                        default -> new FlowPlan.First(plan, random.nextLong() >>> 1);
                    };
        }
        return plan;
    }

    private static FlowPlan match(FlowPlan plan, Random random, RandomData data) {
        return new FlowPlan.Match(
                plan,
                source(random),
                List.of(data.number(2)),
                List.of(data.address(1)),
                new FlowMatcher.Options(
                        random.nextInt(),
                        random.nextBoolean(),
                        FlowMatcher.Window.RELATIVE,
                        random.nextBoolean(),
                        random.nextBoolean()));
    }

    private static FlowPlan tag(FlowPlan plan, Random random, RandomData data) {
        return new FlowPlan.Tag(
                plan,
                List.of(data.number(2)),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(new FlowPlan.Near(data.address(1), 8)),
                new FlowTagger.Options(
                        random.nextBoolean(),
                        random.nextInt(9),
                        random.nextBoolean(),
                        0,
                        random.nextLong()));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        for (int seed = 0; seed < 1_000; seed++) {
            FlowPlan plan = plan(seed);
            String text = RecordText.write((Record) plan);
            assertThat(RecordText.read(text, FlowPlan.class)).as(text).isEqualTo(plan);
        }
    }

    @Test
    void eachStepIsALine() {
        FlowPlan plan =
                new FlowPlan.First(
                        new FlowPlan.Sort(
                                new FlowPlan.Policy(
                                        new FlowPlan.Filter(HOURS, Predicate.is(Field.DPORT, 53)),
                                        Ipv6Policy.ASV4),
                                List.of(Expr.of(Field.BYTES)),
                                true,
                                false),
                        10);
        assertThat(PlanDescription.of(plan))
                .containsExactly(
                        "input       hours of /data: 1970/01/01T00:00:00 to 1970/01/01T02:00:00,"
                                + " all/in,all/out, S0",
                        "filter      dPort in 53",
                        "policy      asv4",
                        "sort        by bytes, from high to low",
                        "first       10");
    }

    @Test
    void whatIsNearIsTold() {
        FlowPlan.Near bytes = new FlowPlan.Near(Expr.of(Field.BYTES), 40);
        FlowPlan.Near sip = new FlowPlan.Near(Expr.of(Field.SIP), 8);
        FlowPlan distinct =
                new FlowPlan.Distinct(HOURS, List.of(Expr.of(Field.DPORT)), List.of(bytes));
        FlowPlan tagged =
                new FlowPlan.Tag(
                        distinct,
                        List.of(),
                        Optional.of(sip),
                        new FlowTagger.Options(true, 5, true, 0, 0));
        assertThat(PlanDescription.of(tagged).subList(1, 3))
                .containsExactly(
                        "distinct    by dPort, bytes within 40",
                        "number      groups by sIP but for bits 8, compared with the first,"
                                + " of at least 5, summed up");
        assertThatThrownBy(() -> new FlowPlan.Distinct(HOURS, List.of(), List.of(sip)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherTextIsNoPlan() {
        assertThatThrownBy(() -> RecordText.read("First(Upstream(),x)", FlowPlan.class))
                .hasMessage("offset 18: expected a number before");
        assertThatThrownBy(() -> RecordText.read("Stored(SIP)", FlowPlan.class))
                .hasMessage("offset 0: expected a FlowPlan");
    }
}
