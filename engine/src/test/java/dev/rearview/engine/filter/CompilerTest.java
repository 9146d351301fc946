package dev.rearview.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FunctionRef;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.RandomData;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.engine.plugin.RowFunction;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.store.parquet.RowGroupReader;
import dev.rearview.store.parquet.RowGroupStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kernels against an interpreter that looks at one flow at a time: on plain columns, on coded
/// ones, and in what they say of statistics.
class CompilerTest {
    private static final int FLOWS = 3_000;
    private static final int ROUNDS = 60;
    private static final int TRIALS = 25;

    @TempDir Path directory;

    private final List<Tuple> tuples = new ArrayList<>();
    private final PrefixMap addresses = map(PrefixMap.Kind.IPV4);
    private final PrefixMap ports = map(PrefixMap.Kind.PROTO_PORT);
    private final Compiler compiler = new Compiler(new Named());

    /// A tree of three levels at the bits in which the flows differ.
    private static PrefixMap map(PrefixMap.Kind kind) {
        int path = kind == PrefixMap.Kind.IPV4 ? 12 : 13;
        int[] children = new int[2 * (path + 3)];
        int none = 0x8000_0000 | PrefixMap.NO_VALUE;
        // The way down to the first bit that differs: 10.0.0.0/12, or protocols 0 to 31.
        for (int i = 0; i < path; i++) {
            boolean one = kind == PrefixMap.Kind.IPV4 && (0x0A00_0000 >>> 31 - i & 1) != 0;
            children[2 * i] = one ? none : i + 1;
            children[2 * i + 1] = one ? i + 1 : none;
        }
        children[2 * path] = path + 1;
        children[2 * path + 1] = 0x8000_0002;
        children[2 * path + 2] = path + 2;
        children[2 * path + 3] = 0x8000_0001;
        children[2 * path + 4] = 0x8000_0000;
        children[2 * path + 5] = none;
        return new PrefixMap(kind, "m", children, List.of("zero", "one", "two"));
    }

    private final class Named implements References {
        @Override
        public IpSet set(String path) {
            throw new AssertionError(path);
        }

        @Override
        public PrefixMap map(MapRef ref) {
            return ref.equals(new MapRef.File("ports")) ? ports : addresses;
        }

        @Override
        public RowFunction function(FunctionRef ref) {
            return Interpreter::mixed;
        }

        @Override
        public List<Tuple> tuples(Tuples file) {
            return tuples;
        }
    }

    private Predicate predicate(RandomData data, int trial) {
        List<String> labels = List.of("one", "TWO");
        String map = trial % 2 == 0 ? "addresses" : "ports";
        Expr.Label label = new Expr.Label(new MapRef.File(map), trial % 4 < 2);
        return switch (trial % 5) {
            case 0 -> new Predicate.LabelIn(label, labels);
            case 1 -> {
                tuples.clear();
                tuples.add(data.tuple());
                tuples.add(data.tuple());
                Tuples.Direction direction = Tuples.Direction.values()[trial % 3];
                yield new Predicate.TupleIn(new Tuples("t", List.of(), "|", direction));
            }
            case 2 -> {
                List<Expr> arguments = List.of(data.number(2), data.address(2), data.number(1));
                Expr custom = new Expr.Custom(new FunctionRef("m.jar", "mix"), arguments);
                yield Predicate.range(custom, Long.MIN_VALUE, trial);
            }
            default -> data.predicate(3);
        };
    }

    @Test
    void kernelsAgreeWithOneFlowAtATime() throws IOException {
        int[] outcomes = new int[Outcome.values().length];
        for (int round = 0; round < ROUNDS; round++) {
            RandomData data = new RandomData(round);
            List<FlowRecord> flows = new ArrayList<>();
            for (int i = 0; i < FLOWS; i++) {
                flows.add(data.flow(2 + round % 18));
            }
            check(data, flows, outcomes);
        }
        // Statistics that never tell anything would pass, too.
        assertThat(outcomes[Outcome.NONE.ordinal()]).isGreaterThan(100);
        assertThat(outcomes[Outcome.ALL.ordinal()]).isGreaterThan(20);
    }

    private void check(RandomData data, List<FlowRecord> flows, int[] outcomes) throws IOException {
        Path file = Files.createTempFile(directory, "flows", ".parquet");
        FlowBatch plain = FlowBatch.allocate(FLOWS);
        flows.forEach(plain::add);
        try (ParquetSink sink =
                new ParquetSink(Files.newOutputStream(file), ParquetWriter.Codec.UNCOMPRESSED)) {
            for (FlowRecord r : flows) {
                sink.write(r);
            }
        }
        try (ParquetReader reader = ParquetReader.open(file, "flows")) {
            FlowBatch coded = new RowGroupReader().read(reader, 0);
            for (int trial = 0; trial < TRIALS; trial++) {
                Predicate predicate = predicate(data, trial);
                Filter filter = compiler.filter(predicate);
                boolean[] wanted = passing(predicate, flows);
                compare(predicate, filter, plain, wanted);
                compare(predicate, filter, coded, wanted);
                outcomes[checkOutcome(predicate, filter, reader.stats(0), wanted).ordinal()]++;
                compare(trial % 2 == 0 ? data.number(3) : data.address(2), plain, coded, flows);
            }
        }
        Files.delete(file);
    }

    private boolean[] passing(Predicate predicate, List<FlowRecord> flows) {
        Interpreter interpreter = new Interpreter(addresses, ports, tuples);
        boolean[] out = new boolean[flows.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = interpreter.passes(predicate, flows.get(i));
        }
        return out;
    }

    private static void compare(
            Predicate predicate, Filter filter, FlowBatch batch, boolean[] wanted) {
        Selection rows = Selection.all(batch.size());
        filter.retain(batch, rows);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(rows.contains(i)).as("row %d of %s", i, predicate).isEqualTo(wanted[i]);
        }
        // Of rows that were left out none comes back.
        Selection odd = Selection.none(batch.size());
        for (int i = 1; i < batch.size(); i += 2) {
            odd.add(i);
        }
        filter.retain(batch, odd);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(odd.contains(i)).isEqualTo(wanted[i] && i % 2 == 1);
        }
    }

    private static Outcome checkOutcome(
            Predicate predicate, Filter filter, RowGroupStats stats, boolean[] wanted) {
        int passing = 0;
        for (boolean w : wanted) {
            passing += w ? 1 : 0;
        }
        Outcome outcome = filter.ask(stats);
        switch (outcome) {
            case NONE -> assertThat(passing).as(predicate.toString()).isZero();
            case ALL -> assertThat(passing).as(predicate.toString()).isEqualTo(wanted.length);
            case SOME -> {}
        }
        assertThat(filter.mayPass(stats)).isEqualTo(outcome != Outcome.NONE);
        return outcome;
    }

    private void compare(Expr expr, FlowBatch plain, FlowBatch coded, List<FlowRecord> flows)
            throws IOException {
        Interpreter interpreter = new Interpreter(addresses, ports, tuples);
        Evaluator evaluator = compiler.evaluator(expr);
        assertThat(evaluator.words()).isEqualTo(expr.words());
        for (FlowBatch batch : List.of(plain, coded)) {
            long[][] out = new long[3][batch.size()];
            evaluator.evaluate(batch, out, 1);
            for (int i = 0; i < flows.size(); i++) {
                long[] wanted = interpreter.value(expr, flows.get(i));
                assertThat(out[1][i]).as("row %d of %s", i, expr).isEqualTo(wanted[0]);
                if (wanted.length == 2) {
                    assertThat(out[2][i]).as("row %d of %s", i, expr).isEqualTo(wanted[1]);
                }
            }
        }
    }

    /// Tests that say nothing of statistics as long as they are functions of rows.
    @Test
    void timesTuplesLabelsAndLargeSetsPrune() throws IOException {
        Path file = directory.resolve("flows.parquet");
        try (ParquetSink sink =
                new ParquetSink(Files.newOutputStream(file), ParquetWriter.Codec.UNCOMPRESSED)) {
            for (int i = 0; i < 100; i++) {
                FlowRecord r = new FlowRecord();
                r.setSipV4(0x0A00_0000 + i);
                r.setDipV4(0xC000_0201);
                r.stime = 1_000_000_000L + i;
                r.duration = 5_000_000;
                r.protocol = 6;
                r.dport = 443;
                sink.write(r);
            }
        }
        try (ParquetReader reader = ParquetReader.open(file, "flows")) {
            RowGroupStats stats = reader.stats(0);
            assertThat(ask(Predicate.range(end(), 0, 999_000), stats)).isEqualTo(Outcome.NONE);
            assertThat(ask(Predicate.range(end(), 1_005_000, 1_005_000), stats))
                    .isEqualTo(Outcome.ALL);
            assertThat(ask(Predicate.range(end(), 1_005_000, 2_000_000), stats))
                    .isEqualTo(Outcome.ALL);
            assertThat(ask(Predicate.range(end(), 1_005_001, 2_000_000), stats))
                    .isEqualTo(Outcome.NONE);
            assertThat(ask(label("one"), stats)).isEqualTo(Outcome.NONE);
            assertThat(ask(label("zero"), stats)).isEqualTo(Outcome.ALL);
            assertThat(ask(Predicate.not(label("zero")), stats)).isEqualTo(Outcome.NONE);
            tuples.add(tuple(22));
            assertThat(ask(anyTuple(), stats)).isEqualTo(Outcome.NONE);
            tuples.add(tuple(443));
            assertThat(ask(anyTuple(), stats)).isEqualTo(Outcome.SOME);
            assertThat(AddressStatistics.ask(stats, Field.SIP, many(0x0B00_0000)))
                    .isEqualTo(Outcome.NONE);
            assertThat(AddressStatistics.ask(stats, Field.SIP, many(0x0A00_0000)))
                    .isEqualTo(Outcome.SOME);
        }
    }

    private static Expr end() {
        return dev.rearview.engine.expr.Flows.END_MS;
    }

    private static Predicate label(String label) {
        return new Predicate.LabelIn(
                new Expr.Label(new MapRef.File("addresses"), true), List.of(label));
    }

    private static Predicate anyTuple() {
        return new Predicate.TupleIn(new Tuples("t", List.of(), "|", Tuples.Direction.FORWARD));
    }

    private static Tuple tuple(int port) {
        java.util.BitSet dport = new java.util.BitSet();
        dport.set(port);
        return new Tuple(
                Tuple.ANYWHERE,
                Tuple.ANYWHERE,
                new java.util.BitSet(),
                dport,
                new java.util.BitSet());
    }

    private static IpSet many(int first) {
        IpSet.Builder builder = new IpSet.Builder();
        for (int i = 0; i < 1_000; i++) {
            builder.add(0, dev.rearview.model.Ip.mapped(first + 2 * i));
        }
        return builder.build();
    }

    private Outcome ask(Predicate predicate, RowGroupStats stats) throws IOException {
        return compiler.filter(predicate).ask(stats);
    }
}
