package dev.rearview.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// What the kernels allocate, not how long they take.
class KernelsIT {
    /// The rows that pass are a bit each. What a column is decoded into belongs to the reader.
    private static final double OCTETS_PER_ROW = 1;

    @Test
    void kernelsAllocateNothingPerRow() throws Exception {
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include(KernelBenchmark.class.getSimpleName())
                                        .forks(0)
                                        .warmupIterations(2)
                                        .warmupTime(TimeValue.milliseconds(100))
                                        .measurementIterations(1)
                                        .measurementTime(TimeValue.milliseconds(100))
                                        .addProfiler(GCProfiler.class)
                                        .build())
                        .run();
        assertThat(results).hasSize(9);
        for (RunResult r : results) {
            assertThat(requireNonNull(r.getSecondaryResults().get("gc.alloc.rate.norm")).getScore())
                    .as(r.getPrimaryResult().getLabel())
                    .isLessThan(OCTETS_PER_ROW);
        }
    }
}
