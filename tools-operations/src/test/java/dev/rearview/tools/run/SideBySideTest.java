package dev.rearview.tools.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Budget;
import dev.rearview.engine.exec.Cancelled;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Kept;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Workers;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import dev.rearview.traffic.Workload;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs in one process know nothing of each other.
@Timeout(300)
class SideBySideTest {
    private static final int RUNS = 200;
    private static final int SEEDS = 3;
    private static final int FLOWS = 5_000;

    /// One in so many is cancelled when it has read half of its input.
    private static final int CANCELLED = 8;

    private static final List<String> ZONES =
            List.of(
                    "UTC",
                    "Europe/Paris",
                    "America/New_York",
                    "Asia/Kolkata",
                    "CET-1CEST,M3.5.0,M10.5.0/3",
                    "XYZ-12:45",
                    "EST5EDT");

    private static final List<String> PIPELINES =
            List.of(
                    "rwfilter --proto=6 --pass=stdout flows.rw"
                            + " | rwuniq --fields=sip,dport --values=bytes,distinct:dip --sort-output",
                    "rwfilter --dipset=some.set --pass=stdout flows.rw"
                            + " | rwcut --fields=sip,dip,stime,bytes --timestamp-format=local",
                    "rwsort --fields=bytes,sip,stime flows.rw"
                            + " | rwcut --fields=1-12 --timestamp-format=iso,local",
                    "rwsort --fields=stime,sip --output-path=sorted.rw flows.rw",
                    "rwfilter --proto=17 --pass=stdout --fail=others.rw flows.rw"
                            + " | rwstats --fields=dport --bytes --count=10",
                    "rwcount --bin-size=600 --timestamp-format=local flows.rw",
                    "rwset --sip-file=stdout flows.rw | rwsetcat --cidr-blocks",
                    "rwbag --bag-file=sipv4,bytes,stdout flows.rw | rwbagcat",
                    "rwcat flows.rw | rwuniq --fields=stime --bin-time=3600 --sort-output",
                    "rwcut --fields=sip,stime --timestamp-format=m/d/y,local flows.rw missing.rw");

    /// What reads from a stream that is cancelled in its middle.
    private static final List<String> BROKEN_OFF =
            List.of(
                    "rwsort --fields=bytes --output-path=half.rw -",
                    "rwfilter --proto=6 --pass=stdout --fail=others.rw -"
                            + " | rwuniq --fields=sip --output-path=half.txt",
                    "rwcat - | rwstats --fields=sip --count=5 --output-path=half.txt",
                    "rwcat - | rwsort --fields=sip | rwcut --output-path=half.txt");

    @TempDir Path directory;

    /// What came of a run.
    ///
    /// @param files octets of each file in its directory, as characters
    private record Outcome(Workbench.Result result, Map<String, String> files) {}

    @BeforeEach
    void writeInputs() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path flows = directory.resolve(seed + ".rw");
            try (Workload source = new Workload(FLOWS, 1, seed);
                    FlowSink sink =
                            new SilkWriter(
                                    Files.newOutputStream(flows),
                                    new SilkWriter.Options(true, false, Compression.NONE, 0),
                                    List.of())) {
                for (FlowBatch b = source.next(); b != null; b = source.next()) {
                    sink.write(b, Selection.all(b.size()));
                }
            }
            new Workbench(directory, Tools::create)
                    .good(
                            "run",
                            "rwfilter --proto=17 --pass=stdout %d.rw | rwset --dip-file=%d.set"
                                    .formatted(seed, seed));
            // Old enough to be kept in memory.
            Files.setLastModifiedTime(
                    directory.resolve(seed + ".set"), FileTime.fromMillis(1_700_000_000_000L));
        }
    }

    private static boolean isCancelled(int run) {
        return run % CANCELLED == CANCELLED - 1;
    }

    private static Machine machine() {
        // So little that runs wait for each other and write to disk.
        return new Machine(
                new Budget(4 << 20, 1 << 20, 1 << 17), new Workers(3), new Kept(1 << 20));
    }

    private Outcome outcome(String place, int run, Machine machine) throws IOException {
        Path own = Files.createDirectories(directory.resolve(place).resolve(String.valueOf(run)));
        int seed = run % SEEDS;
        Files.createLink(own.resolve("flows.rw"), directory.resolve(seed + ".rw"));
        Files.createLink(own.resolve("some.set"), directory.resolve(seed + ".set"));
        Workbench bench =
                new Workbench(own, Tools::create)
                        .on(machine)
                        .set("TZ", ZONES.get(run % ZONES.size()))
                        .set("SILK_IP_FORMAT", run % 2 == 0 ? "decimal" : "zero-padded");
        if (run % 5 == 0) {
            bench.set("SILK_TIMESTAMP_FORMAT", "local");
        }
        Workbench.Result result;
        if (isCancelled(run)) {
            CompletableFuture<Context> context = new CompletableFuture<>();
            bench.watched(context::complete);
            bench.input(brokenOff(Files.readAllBytes(own.resolve("flows.rw")), context));
            result = bench.fused(BROKEN_OFF.get(run / CANCELLED % BROKEN_OFF.size()));
        } else {
            result = bench.fused(PIPELINES.get(run % PIPELINES.size()));
        }
        // Messages name files by their whole paths.
        String err = result.err().replace(own.toString(), "");
        return new Outcome(new Workbench.Result(result.status(), result.octets(), err), files(own));
    }

    /// A stream in the middle of which another thread cancels the run that reads it.
    private static FilterInputStream brokenOff(byte[] octets, CompletableFuture<Context> run) {
        return new FilterInputStream(new ByteArrayInputStream(octets)) {
            private int rest = octets.length / 2;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int at, int count) throws IOException {
                if (rest == 0) {
                    cancel();
                }
                int n = super.read(into, at, rest > 0 ? Math.min(count, rest) : count);
                rest = Math.max(0, rest - Math.max(0, n));
                return n;
            }

            private void cancel() throws IOException {
                try {
                    Thread.ofPlatform().start(run.join()::cancel).join();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
    }

    private static Map<String, String> files(Path own) throws IOException {
        Map<String, String> out = new TreeMap<>();
        try (Stream<Path> all = Files.list(own)) {
            for (Path p : all.toList()) {
                out.put(
                        p.getFileName().toString(),
                        Files.readString(p, StandardCharsets.ISO_8859_1));
            }
        }
        return out;
    }

    private List<Outcome> sideBySide(Machine machine)
            throws InterruptedException, ExecutionException {
        CountDownLatch start = new CountDownLatch(1);
        List<FutureTask<Outcome>> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            int run = i;
            FutureTask<Outcome> task =
                    new FutureTask<>(() -> {
                        start.await();
                        return outcome("beside", run, machine);
                    });
            runs.add(task);
            Thread.ofPlatform().daemon().start(task);
        }
        start.countDown();
        List<Outcome> out = new ArrayList<>();
        for (FutureTask<Outcome> run : runs) {
            out.add(run.get());
        }
        return out;
    }

    @Test
    void twoHundredPipelinesPrintWhatTheyPrintAlone() throws Exception {
        Machine machine = machine();
        List<Outcome> beside = sideBySide(machine);
        assertThat(machine.budget().highest())
                .isGreaterThan(1 << 18)
                .isLessThanOrEqualTo(machine.budget().total());
        assertThat(machine.budget().taken()).isZero();
        Machine quiet = Machine.ofProcess();
        for (int run = 0; run < RUNS; run++) {
            Outcome got = beside.get(run);
            if (isCancelled(run)) {
                assertThat(got.result())
                        .as("run %d", run)
                        .isEqualTo(new Workbench.Result(Cancelled.STATUS, "", ""));
                assertThat(got.files()).as("run %d", run).containsOnlyKeys("flows.rw", "some.set");
            } else {
                assertThat(got).as("run %d", run).isEqualTo(outcome("alone", run, quiet));
            }
        }
    }

    /// So that the test above compares something.
    @Test
    void thePipelinesPrintSomething() throws IOException {
        for (int run = 0; run < 2 * PIPELINES.size(); run++) {
            if (!isCancelled(run)) {
                Outcome alone = outcome("alone", run, Machine.ofProcess());
                boolean fails = run % PIPELINES.size() == PIPELINES.size() - 1;
                assertThat(alone.result().status()).as("run %d", run).isEqualTo(fails ? 1 : 0);
                assertThat(alone.result().out().isEmpty() ? alone.files().get("sorted.rw") : "text")
                        .as("run %d", run)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void localTimesAreThoseOfTheRun() {
        LocalDateTime utc = firstStart("UTC");
        assertThat(firstStart("Asia/Kolkata")).isEqualTo(utc.plusMinutes(330));
        assertThat(firstStart("XYZ-12:45")).isEqualTo(utc.plusMinutes(12 * 60 + 45));
        assertThat(firstStart("UTC")).isEqualTo(utc);
    }

    private LocalDateTime firstStart(String zone) {
        String printed =
                new Workbench(directory, Tools::create)
                        .set("TZ", zone)
                        .good(
                                "rwcut --fields=stime --num-recs=1 --no-titles --delimited"
                                        + " --timestamp-format=iso,local 0.rw");
        return LocalDateTime.parse(printed.strip().replace(' ', 'T'));
    }
}
