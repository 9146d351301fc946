package dev.rearview.bench;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.store.parquet.RowGroupReader;
import dev.rearview.text.IpRange;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What a scan does to one row group of 65,536 flows, per flow. It is run by JMH: `java -cp
/// 'bench/target/classes:bench/target/lib/*' org.openjdk.jmh.Main KernelBenchmark -prof gc`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow"})
public class KernelBenchmark {
    static final int ROWS = FlowBatch.MAX_ROWS;

    private static final int DNS = 53;
    private static final long BIN_MS = 300_000;

    private final RowGroupReader reader = new RowGroupReader();
    private final RowGroupReader again = new RowGroupReader();
    private final Compiler compiler = new Compiler(References.NONE);
    private Filter port;
    private Filter bytes;
    private Filter address;
    private Filter end;
    private Path file = Path.of("");
    private ParquetReader parquet;
    private FlowBatch batch = FlowBatch.allocate(1);
    private FlowBatch plain = batch;
    private final Selection all = Selection.all(ROWS);
    private Selection few = all;
    private TimeBins.Share bins;
    private GroupBy groups;
    private RowConsumer group;

    @SuppressWarnings("NullAway.Init") // JMH makes the object and then calls open().
    public KernelBenchmark() {}

    @Setup(Level.Trial)
    public void open() throws IOException {
        file = Files.createTempFile("kernels", ".parquet");
        try (Workload flows = new Workload(20_000_000, 1, 1);
                ParquetWriter writer =
                        new ParquetWriter(
                                Files.newOutputStream(file),
                                ParquetWriter.Codec.UNCOMPRESSED,
                                Map.of())) {
            plain = FlowBatch.allocate(ROWS);
            var r = new FlowRecord();
            while (!plain.isFull()) {
                FlowBatch b = Objects.requireNonNull(flows.next());
                for (int i = 0; i < b.size() && !plain.isFull(); i++) {
                    b.get(i, r);
                    plain.add(r);
                }
            }
            writer.write(plain);
            writer.finish();
        }
        parquet = ParquetReader.open(file, "kernels");
        batch = reader.read(parquet, 0);
        long hi = batch.addresses(Field.SIP).hi(ROWS / 2);
        long lo = batch.addresses(Field.SIP).lo(ROWS / 2);
        port = compiler.filter(Predicate.is(Field.DPORT, DNS));
        bytes = compiler.filter(Predicate.range(Field.BYTES, 1_000, Long.MAX_VALUE));
        address =
                compiler.filter(
                        Predicate.address(Field.DIP, List.of(new IpRange(hi, lo, hi, lo, false))));
        long middleMs = Math.floorDiv(batch.values(Field.STIME)[ROWS / 2], 1000L);
        end = compiler.filter(Predicate.range(Flows.END_MS, middleMs, middleMs + BIN_MS));
        few = Selection.all(ROWS);
        port.retain(batch, few);
        bins =
                new TimeBins(
                                TimeBins.LoadScheme.TIME_PROPORTIONAL,
                                BIN_MS,
                                0,
                                Long.MIN_VALUE,
                                Long.MAX_VALUE)
                        .share();
        groups =
                new GroupBy(
                        compiler,
                        List.of(Expr.of(Field.DPORT)),
                        List.of(new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.BYTES))),
                        context().room(1 << 28, temporary()));
        group = groups.consumer();
    }

    private static Context context() {
        return new Context(Machine.ofProcess(), temporary(), Map.of());
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        groups.close();
        parquet.close();
        Files.delete(file);
    }

    private static Selection retain(Filter test, FlowBatch of) {
        Selection rows = Selection.all(ROWS);
        test.retain(of, rows);
        return rows;
    }

    /// A range of 16-bit codes.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Selection portInCodes() {
        return retain(port, batch);
    }

    /// A range of what is derived from two columns.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Selection endInRows() {
        return retain(end, batch);
    }

    /// A range of plain values.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Selection bytesInValues() {
        return retain(bytes, plain);
    }

    /// One address, looked up in the dictionary.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Selection addressInCodes() {
        return retain(address, batch);
    }

    /// Octets of the few flows that a filter left.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long sumOfFew() {
        return batch.longs(Field.BYTES).sum(few);
    }

    /// Octets of all flows, by counting codes.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long sumOfAll() {
        return batch.longs(Field.BYTES).sum(all);
    }

    /// Start times out of their deltas.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long[] decodeStart() throws IOException {
        return again.read(parquet, 0).values(Field.STIME);
    }

    /// Source addresses out of codes and dictionary.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long[] decodeSource() throws IOException {
        return again.read(parquet, 0).addresses(Field.SIP).lo();
    }

    /// Octets by destination port.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public boolean groupByPort() throws IOException {
        return group.accept(batch, all);
    }

    /// Flows, packets and octets by five minutes.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public TimeBins.Share countByTime() {
        bins.add(batch, all);
        return bins;
    }
}
