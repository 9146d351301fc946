package dev.rearview.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.exec.Cancelled;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.match.FlowMatcher;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Product.Part;
import dev.rearview.engine.plan.Query;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryRunTest {
    private static final FlowPlan FILE = new FlowPlan.Files(List.of("a"));
    private static final Predicate EVEN = Predicate.is(Field.PROTOCOL, 6);

    private static final Product.Groups BY_PORT =
            new Product.Groups(
                    List.of(Expr.of(Field.DPORT)),
                    List.of(new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.BYTES))),
                    false);

    @TempDir Path directory;
    private MemoryInputs inputs;

    /// Flow `i` comes from port `i`; every other one is TCP.
    private static FlowRecord flow(int i) {
        FlowRecord r = new FlowRecord();
        r.setSipV4(0x0A00_0000 + i);
        r.setDipV4(0x0A00_0100 + i % 4);
        r.sport = i;
        r.dport = i % 3;
        r.protocol = i % 2 == 0 ? 6 : 17;
        r.bytes = 100L + i;
        r.packets = 1;
        r.stime = i * 1_000_000L;
        return r;
    }

    private static List<FlowRecord> flows(int from, int to) {
        return IntStream.range(from, to).mapToObj(QueryRunTest::flow).toList();
    }

    @BeforeEach
    void writeFlows() {
        inputs = new MemoryInputs(directory).file("a", flows(0, 95));
    }

    private QueryRun open(Query query, Outlets outlets) throws IOException {
        return new Execution(inputs).open(query, outlets);
    }

    /// Keeps the source ports of what is written, by path.
    private static final class Kept implements Outlets {
        private final Map<String, List<Integer>> ports = new HashMap<>();

        @Override
        public FlowSink flows(Product.Flows product) {
            return sink(product.path());
        }

        @Override
        public FlowSink part(Product.Output output) {
            return sink(output.path());
        }

        private FlowSink sink(String path) {
            List<Integer> own = ports.computeIfAbsent(path, p -> new ArrayList<>());
            return new FlowSink() {
                @Override
                public void write(FlowBatch batch, Selection rows) {
                    for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                        own.add((int) batch.values(Field.SPORT)[i]);
                    }
                }

                @Override
                public void write(FlowRecord record) {
                    own.add(record.sport);
                }

                @Override
                public long written() {
                    return own.size();
                }

                @Override
                public void flush() {
                    // Holds nothing back.
                }

                @Override
                public void close() {
                    // Holds nothing.
                }
            };
        }
    }

    private static List<long[]> drained(GroupBy groups) throws IOException {
        List<long[]> out = new ArrayList<>();
        groups.drain(true, words -> out.add(words.clone()));
        return out;
    }

    @Test
    void severalProductsOfOnePassAreWhatEachIsAlone() throws IOException {
        Product.Groups all =
                new Product.Groups(
                        List.of(),
                        List.of(new Aggregate(Aggregate.Kind.COUNT, Expr.of(Field.PROTOCOL))),
                        false);
        Product.Bins bins =
                new Product.Bins(
                        TimeBins.LoadScheme.START_SPIKE, 30_000, 0, Long.MIN_VALUE, Long.MAX_VALUE);
        Product.Addresses addresses = new Product.Addresses(List.of(Field.DIP));
        Product.Sizes sizes = new Product.Sizes(List.of(6));
        Query query = new Query(FILE, List.of(BY_PORT, all, bins, addresses, sizes));
        try (QueryRun run = open(query, Outlets.NONE)) {
            assertThat(run.read()).isTrue();
            assertThat(drained(run.groups(0))).containsExactly(sum(0), sum(1), sum(2)).hasSize(3);
            assertThat(drained(run.groups(1))).containsExactly(new long[] {95});
            List<Double> records = new ArrayList<>();
            run.bins(2).forEach(false, (start, bin) -> records.add(bin.records()));
            assertThat(records).containsExactly(30.0, 30.0, 30.0, 5.0);
            assertThat(run.addresses(3).size().intValue()).isEqualTo(4);
            assertThat(run.sizes(4).all().records()).isEqualTo(95);
            assertThat(run.sizes(4).protocols().values().iterator().next().records()).isEqualTo(48);
        }
        assertThat(inputs.batches).isEqualTo(10);
    }

    /// The row of a group by port.
    private static long[] sum(int port) {
        return new long[] {
            port, IntStream.range(0, 95).filter(i -> i % 3 == port).mapToLong(i -> 100 + i).sum()
        };
    }

    @Test
    void groupsComeOutAsOftenAsTheyAreAskedFor() throws IOException {
        try (QueryRun run = open(new Query(FILE, BY_PORT), Outlets.NONE)) {
            run.read();
            List<long[]> first = drained(run.groups(0));
            assertThat(drained(run.groups(0))).containsExactly(first.toArray(long[][]::new));
        }
    }

    private static Product.Split split(long mostPassing, long mostFailing, Part... parts) {
        return new Product.Split(
                EVEN,
                Arrays.stream(parts).map(p -> new Product.Output(p, p.name())).toList(),
                mostPassing,
                mostFailing,
                Product.Counting.VOLUMES);
    }

    @Test
    void eachPartOfASplitGoesToItsOutput() throws IOException {
        Product.Split split = split(0, 0, Part.PASSING, Part.FAILING, Part.ALL);
        Kept kept = new Kept();
        try (QueryRun run = open(new Query(FILE, split), kept)) {
            assertThat(run.read()).isTrue();
            SplitCounts counts = run.counts(0);
            assertThat(counts.files()).isEqualTo(1);
            assertThat(counts.read().records()).isEqualTo(95);
            assertThat(counts.passed().records()).isEqualTo(48);
            assertThat(counts.passed().bytes())
                    .isEqualTo(IntStream.range(0, 48).map(i -> 100 + 2 * i).sum());
            assertThat(counts.written()).isEqualTo(190);
        }
        assertThat(kept.ports.get("PASSING")).hasSize(48).allMatch(port -> port % 2 == 0);
        assertThat(kept.ports.get("FAILING")).hasSize(47).allMatch(port -> port % 2 == 1);
        assertThat(kept.ports.get("ALL")).hasSize(95).isSorted();
    }

    @Test
    void readingEndsWhereAllPartsHaveEnough() throws IOException {
        Product.Split split = split(3, 7, Part.PASSING, Part.FAILING);
        Kept kept = new Kept();
        try (QueryRun run = open(new Query(FILE, split), kept)) {
            run.read();
            // The seventh flow that fails is the fourteenth of all.
            assertThat(run.counts(0).read().records()).isEqualTo(14);
            assertThat(run.counts(0).written()).isEqualTo(10);
        }
        assertThat(kept.ports.get("PASSING")).containsExactly(0, 2, 4);
        assertThat(kept.ports.get("FAILING")).containsExactly(1, 3, 5, 7, 9, 11, 13);
        assertThat(inputs.batches).isEqualTo(2);
    }

    @Test
    void aSplitThatWritesNothingCounts() throws IOException {
        Product.Split split = split(0, 0);
        try (QueryRun run = open(new Query(FILE, split), Outlets.NONE)) {
            run.read();
            assertThat(run.counts(0).read().records()).isEqualTo(95);
            assertThat(run.counts(0).passed().packets()).isEqualTo(48);
        }
    }

    @Test
    void outputsAreOpenedWhereNoFlowsCome() throws IOException {
        inputs.file("a", List.of());
        Kept kept = new Kept();
        try (QueryRun run = open(new Query(FILE, split(0, 0, Part.PASSING)), kept)) {
            run.read();
        }
        try (QueryRun run = open(new Query(FILE, new Product.Flows("flows")), kept)) {
            run.read();
        }
        assertThat(kept.ports).containsOnlyKeys("PASSING", "flows");
    }

    private Comparison compared(String first, FlowPlan second) throws IOException {
        Product.Difference difference = new Product.Difference(second);
        FlowPlan flows = new FlowPlan.Files(List.of(first));
        try (QueryRun run = open(new Query(flows, difference), Outlets.NONE)) {
            run.read();
            return run.difference(0);
        }
    }

    private static FlowPlan file(String name) {
        return new FlowPlan.Files(List.of(name));
    }

    @Test
    void flowsAreComparedOneByOne() throws IOException {
        List<FlowRecord> other = new ArrayList<>(flows(0, 95));
        other.set(41, flow(7));
        inputs.file("same", flows(0, 95)).file("other", other).file("short", flows(0, 30));
        inputs.file("cut", flows(0, 30)).cutOff("cut");
        assertThat(compared("a", file("same")).kind()).isEqualTo(Comparison.Kind.SAME);
        Comparison differs = compared("a", file("other"));
        assertThat(differs.kind()).isEqualTo(Comparison.Kind.DIFFERENT);
        assertThat(differs.number()).isEqualTo(42);
        assertThat(compared("a", file("short")).kind()).isEqualTo(Comparison.Kind.SECOND_ENDS);
        assertThat(compared("short", file("a")).kind()).isEqualTo(Comparison.Kind.FIRST_ENDS);
        assertThat(compared("a", file("cut")).failure().orElseThrow()).hasMessage("cut: cut off");
        assertThatThrownBy(() -> compared("cut", file("a"))).hasMessage("cut: cut off");
        assertThatThrownBy(() -> compared("a", file("none"))).hasMessage("none");
    }

    @Test
    void aStreamIsPulledAsAFileIs() throws IOException {
        inputs.file("even", flows(0, 95).stream().filter(r -> r.sport % 2 == 0).toList());
        FlowPlan even = new FlowPlan.Filter(FILE, EVEN);
        assertThat(compared("even", even).kind()).isEqualTo(Comparison.Kind.SAME);
        assertThat(compared("a", even).number()).isEqualTo(2);
        inputs.cutOff("a");
        assertThat(compared("even", even).failure().orElseThrow()).hasMessage("a: cut off");
    }

    @Test
    void aPulledStreamEndsWithItsReader() throws Exception {
        try (FlowSource flows = new Execution(inputs).pull(new FlowPlan.Filter(FILE, EVEN))) {
            assertThat(flows.next()).isNotNull().extracting(FlowBatch::size).isEqualTo(5);
        }
        assertThat(inputs.batches).isEqualTo(1);
        FlowSource flows = new Execution(inputs).pull(new FlowPlan.Filter(FILE, EVEN));
        assertThat(flows.next()).isNotNull().extracting(FlowBatch::size).isEqualTo(5);
        inputs.context().cancel();
        assertThatThrownBy(flows::next).isInstanceOf(Cancelled.class);
    }

    @Test
    void bothSidesOfAMatchMayBeStreams() throws IOException {
        List<FlowRecord> answers = new ArrayList<>();
        for (FlowRecord r : flows(0, 95)) {
            FlowRecord answer = new FlowRecord();
            answer.copyFrom(r);
            answer.sport = r.sport + 1000;
            answer.setSipV4((int) r.dipLo);
            answer.setDipV4((int) r.sipLo);
            answers.add(answer);
        }
        inputs.file("b", answers);
        FlowPlan match =
                new FlowPlan.Match(
                        new FlowPlan.Filter(FILE, EVEN),
                        new FlowPlan.Filter(file("b"), EVEN),
                        List.of(Expr.of(Field.SIP)),
                        List.of(Expr.of(Field.DIP)),
                        new FlowMatcher.Options(
                                0, false, FlowMatcher.Window.ABSOLUTE, false, false));
        Kept kept = new Kept();
        try (QueryRun run = open(new Query(match, new Product.Flows("out")), kept)) {
            assertThat(run.read()).isTrue();
        }
        assertThat(kept.ports.get("out")).hasSize(96).startsWith(0, 1000, 2, 1002);
    }

    @Test
    void aCopyGetsWhatItsReaderLeaves() throws IOException {
        FlowPlan some =
                new FlowPlan.First(new FlowPlan.Skip(new FlowPlan.Copy(FILE, "copy"), 12), 3);
        Kept kept = new Kept();
        try (QueryRun run = open(new Query(some, new Product.Flows("out")), kept)) {
            run.read();
        }
        assertThat(kept.ports.get("out")).containsExactly(12, 13, 14);
        assertThat(inputs.copied).isEqualTo(95);
    }

    @Test
    void addressesAreCutByTheirFamily() throws IOException {
        FlowRecord six = flow(1);
        six.setIpv6(true);
        six.sipHi = 0x2001_0db8_1234_5678L;
        six.sipLo = 0x1122_3344_5566_7788L;
        inputs.file("a", List.of(flow(77), six));
        FlowPlan cut =
                new FlowPlan.Mask(
                        FILE,
                        List.of(
                                new FlowPlan.Prefixes(Field.SIP, 26, 72),
                                new FlowPlan.Prefixes(Field.DIP, 0, 0)));
        List<Long> low = new ArrayList<>();
        new Execution(inputs)
                .open(cut)
                .inOrder((batch, rows) -> {
                    for (int i = 0; i < batch.size(); i++) {
                        low.add(batch.addresses(Field.SIP).lo()[i]);
                        low.add(batch.addresses(Field.DIP).hi()[i]);
                        low.add(batch.addresses(Field.DIP).lo()[i]);
                    }
                    return true;
                });
        assertThat(low)
                .containsExactly(
                        0xFFFF_0A00_0040L, 0L, 0xFFFF_0000_0000L, 0x1100_0000_0000_0000L, 0L, 0L);
    }
}
