package dev.rearview.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

/// What the kernels allocate, not how long they take: counted over a fixed number of calls, so that
/// it depends neither on what else the machine does nor on when the compiler comes round. A kernel
/// whose objects are only removed by the compiler fails.
class KernelsIT {
    /// The rows that pass are a bit each, and a batch of columns takes some hundred octets. What a
    /// column is decoded into belongs to the reader.
    private static final double OCTETS_PER_ROW = 1;

    /// Calls after which memory that is kept has its size.
    private static final int FIRST_CALLS = 2;

    private static final int CALLS = 5;

    @Test
    void kernelsAllocateNothingPerRow() throws Exception {
        List<Method> kernels =
                Arrays.stream(KernelBenchmark.class.getMethods())
                        .filter(m -> m.isAnnotationPresent(Benchmark.class))
                        .sorted(Comparator.comparing(Method::getName))
                        .toList();
        assertThat(kernels).isNotEmpty();
        for (Method kernel : kernels) {
            KernelBenchmark benchmark = new KernelBenchmark();
            benchmark.open();
            try {
                double octets = allocated(kernel, benchmark) / (double) CALLS;
                assertThat(octets / KernelBenchmark.ROWS)
                        .as(kernel.getName())
                        .isLessThan(OCTETS_PER_ROW);
            } finally {
                benchmark.close();
            }
        }
    }

    private static long allocated(Method kernel, KernelBenchmark benchmark) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < FIRST_CALLS; i++) {
            kernel.invoke(benchmark);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            kernel.invoke(benchmark);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
