package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.exec.Cancelled;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.sort.FlowSorter;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A run that is cancelled ends soon and leaves nothing.
class CancelTest {
    private static final int ROWS = 20_000;

    @TempDir Path directory;

    private static FlowBatch batch() {
        FlowBatch out = FlowBatch.allocate(ROWS);
        FlowRecord record = new FlowRecord();
        for (int i = 0; i < ROWS; i++) {
            record.dport = i * 31 & 0xFFFF;
            record.bytes = i;
            out.add(record);
        }
        return out;
    }

    /// Yields the same batch again and again.
    private static FlowSource endless() {
        FlowBatch batch = batch();
        return new FlowSource() {
            @Override
            public FlowBatch next() {
                return batch;
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }

    private void assertNothingIsLeft(Context run) throws IOException {
        run.close();
        assertThat(directory).isEmptyDirectory();
        assertThat(run.machine().budget().taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aScanEndsBetweenBatches(boolean inOrder) throws IOException {
        Context run = Runs.context(directory);
        Deque<FlowFile> files =
                new ArrayDeque<>(List.of(new FlowFile("endless", endless(), List.of())));
        FlowScan scan =
                new FlowScan(
                        run,
                        s -> files.poll(),
                        stats -> true,
                        e -> {
                            throw e;
                        });
        AtomicInteger batches = new AtomicInteger();
        RowConsumer consumer =
                (b, rows) -> {
                    if (batches.incrementAndGet() == 3) {
                        run.cancel();
                    }
                    return true;
                };
        assertThatThrownBy(
                        () -> {
                            if (inOrder) {
                                scan.inOrder(consumer);
                            } else {
                                scan.inAnyOrder(() -> consumer);
                            }
                        })
                .isInstanceOf(Cancelled.class);
        assertThat(batches.get()).isEqualTo(3);
        assertNothingIsLeft(run);
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 28, 1})
    void aSortEndsBeforeItHandsOut(long memory) throws IOException {
        Context run = Runs.context(directory);
        FlowSorter sorter =
                new FlowSorter(
                        Keys.evaluators(Keys.stored(Field.DPORT)),
                        false,
                        false,
                        run.room(memory, directory));
        sorter.add(batch(), Selection.all(ROWS));
        AtomicInteger rows = new AtomicInteger();
        assertThatThrownBy(() ->
                        sorter.drain((b, selected) -> {
                            if (rows.addAndGet(selected.count()) >= 5_000) {
                                run.cancel();
                            }
                            return true;
                        }))
                .isInstanceOf(Cancelled.class);
        assertThat(rows.get()).isBetween(5_000, 5_000 + 4_096);
        // Nobody has closed the sorter.
        assertNothingIsLeft(run);
        sorter.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 28, 1})
    void aGroupingEndsBetweenPartitions(long memory) throws IOException {
        Context run = Runs.context(directory);
        GroupBy groups =
                new GroupBy(
                        Keys.COMPILER,
                        List.of(Keys.stored(Field.DPORT), Keys.stored(Field.BYTES)),
                        List.of(new Aggregate(Aggregate.Kind.SUM, Keys.stored(Field.BYTES))),
                        run.room(memory, directory));
        RowConsumer consumer = groups.consumer();
        consumer.accept(batch(), Selection.all(ROWS));
        AtomicInteger rows = new AtomicInteger();
        assertThatThrownBy(() ->
                        groups.drain(
                                true,
                                words -> {
                                    rows.incrementAndGet();
                                    run.cancel();
                                }))
                .isInstanceOf(Cancelled.class);
        assertThat(rows.get()).isLessThan(ROWS);
        assertNothingIsLeft(run);
        groups.close();
    }

    @Test
    void aCombinerEndsBetweenRuns() throws IOException {
        Context run = Runs.context(directory);
        RowCombiner combiner = new RowCombiner(1, 1, Long::sum, run.room(1, directory));
        long[] row = {0, 1};
        assertThatThrownBy(
                        () -> {
                            for (row[0] = 1_000_000; row[0] > 0; row[0]--) {
                                if (row[0] == 900_000) {
                                    run.cancel();
                                }
                                combiner.add(row);
                            }
                        })
                .isInstanceOf(Cancelled.class);
        assertThat(row[0]).isBetween(800_000L, 900_000L);
        assertNothingIsLeft(run);
        combiner.close();
    }
}
