package dev.rearview.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.exec.Budget;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Kept;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Workers;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkReader;
import dev.rearview.silk.SilkWriter;
import dev.rearview.site.Site;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What several threads prepare comes in the order of the flows, as far as an input can be read and
/// as long as more are wanted.
class PreparedScanTest {
    private static final int ROWS = 60_000;
    private static final int RECORD = 88;

    @TempDir Path directory;

    /// Takes the number of each flow, which its ports are.
    private static class Ports implements PreparedConsumer<int[]> {
        private final List<Integer> got = new ArrayList<>();

        @Override
        public Preparer<int[]> preparer() {
            return (batch, rows) -> {
                long[] ports = batch.values(Field.SPORT);
                long[] more = batch.values(Field.DPORT);
                int[] out = new int[rows.count()];
                for (int i = 0; i < out.length; i++) {
                    out[i] = (int) (more[i] << 16 | ports[i]);
                }
                return out;
            };
        }

        @Override
        public boolean accept(int[] prepared) throws IOException {
            Arrays.stream(prepared).forEach(got::add);
            return true;
        }
    }

    private static byte[] file(int first, int rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SilkWriter writer =
                new SilkWriter(
                        out,
                        new SilkWriter.Options(false, false, Compression.NONE, 0),
                        List.of())) {
            FlowBatch batch = FlowBatch.allocate(rows);
            FlowRecord r = new FlowRecord();
            for (int i = first; i < first + rows; i++) {
                r.sport = i & 0xFFFF;
                r.dport = i >>> 16;
                batch.add(r);
            }
            writer.write(batch, Selection.all(rows));
        }
        return out.toByteArray();
    }

    /// A Parquet file of row groups of a third of all flows each.
    private Path parquet() throws IOException {
        Path path = directory.resolve("flows.parquet");
        try (ParquetWriter writer =
                new ParquetWriter(
                        Files.newOutputStream(path), ParquetWriter.Codec.ZSTD, Map.of())) {
            FlowRecord r = new FlowRecord();
            for (int group = 0; group < 3; group++) {
                FlowBatch batch = FlowBatch.allocate(ROWS / 3);
                for (int i = group * ROWS / 3; i < (group + 1) * ROWS / 3; i++) {
                    r.sport = i & 0xFFFF;
                    r.dport = i >>> 16;
                    batch.add(r);
                }
                writer.write(batch);
            }
            writer.finish();
        }
        return path;
    }

    private FlowScan scan(int threads, Path parquet) throws IOException {
        Deque<Path> left = new ArrayDeque<>(List.of(parquet, parquet));
        return scan(
                threads,
                scan -> {
                    Path next = left.poll();
                    return next == null ? null : new FlowFiles(Site.NONE, false).open(next, "p");
                });
    }

    private final List<String> failures = new ArrayList<>();

    private FlowScan scan(int threads, FlowScan.Inputs inputs) {
        Machine machine = new Machine(new Budget(1, 1, 1), new Workers(threads), new Kept(1));
        return new FlowScan(
                new Context(machine, directory, Map.of()),
                inputs,
                stats -> true,
                e -> {
                    failures.add(e.getMessage());
                    return true;
                });
    }

    private FlowScan scan(int threads, byte[]... files) {
        Deque<byte[]> left = new ArrayDeque<>(List.of(files));
        return scan(
                threads,
                scan -> {
                    byte[] next = left.poll();
                    if (next == null) {
                        return null;
                    }
                    SilkFile opened =
                            SilkFile.open(new ByteArrayInputStream(next), "flows.rw", false);
                    SilkReader reader = SilkReader.of(opened, Site.NONE, false);
                    return new FlowFile("flows.rw", reader, List.of(), true);
                });
    }

    private static void assertRows(List<Integer> got, int n) {
        assertThat(got).hasSize(n);
        for (int i = 0; i < n; i++) {
            assertThat(got.get(i)).isEqualTo(i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void inTheOrderOfTheFlows(int threads) throws IOException {
        Ports ports = new Ports();
        FlowScan scan = scan(threads, file(0, ROWS), file(ROWS, 10), file(ROWS + 10, ROWS));
        assertThat(scan.inOrder(ports)).isTrue();
        assertRows(ports.got, 2 * ROWS + 10);
        assertThat(scan.counts().explain().toString()).contains("120,010");
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void whatWasReadBeforeDamageIsKept(int threads) throws IOException {
        byte[] whole = file(0, ROWS);
        byte[] cut = Arrays.copyOf(whole, whole.length - 10 * RECORD - 7);
        Ports ports = new Ports();
        FlowScan scan = scan(threads, cut, file(ROWS - 11, 20));
        assertThat(scan.inOrder(ports)).isTrue();
        assertRows(ports.got, ROWS - 11 + 20);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst()).contains("flows.rw", "81 of 88 octets");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void rowGroupsInTheirOrder(int threads) throws IOException {
        Ports ports = new Ports();
        FlowScan scan = scan(threads, parquet());
        assertThat(scan.inOrder(ports)).isTrue();
        assertThat(ports.got).hasSize(2 * ROWS);
        assertRows(ports.got.subList(0, ROWS), ROWS);
        assertRows(ports.got.subList(ROWS, 2 * ROWS), ROWS);
        assertThat(scan.counts().explain().toString())
                .contains("120,000")
                .doesNotContain("octets      0");
        assertThat(failures).isEmpty();
    }

    /// A row group that cannot be read is left out, and those behind it are not.
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theOthersOfADamagedFile(int threads) throws IOException {
        Path path = parquet();
        byte[] octets = Files.readAllBytes(path);
        // The source ports of the second one, of which most of the file consists.
        Arrays.fill(octets, octets.length / 2, octets.length / 2 + 64, (byte) 0xFF);
        Files.write(path, octets);
        Ports ports = new Ports();
        assertThat(scan(threads, path).inOrder(ports)).isTrue();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            if (i / (ROWS / 3) != 1) {
                expected.add(i);
            }
        }
        assertThat(ports.got.subList(0, expected.size())).isEqualTo(expected);
        assertThat(ports.got.subList(expected.size(), ports.got.size())).isEqualTo(expected);
        assertThat(failures).hasSize(2).allMatch(f -> f.contains("p: "));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void noMoreThanIsWanted(int threads) throws IOException {
        int[] batches = {0};
        Ports ports =
                new Ports() {
                    @Override
                    public boolean accept(int[] prepared) throws IOException {
                        super.accept(prepared);
                        return ++batches[0] < 3;
                    }
                };
        assertThat(scan(threads, file(0, ROWS), file(0, ROWS)).inOrder(ports)).isTrue();
        assertThat(batches[0]).isEqualTo(3);
        assertRows(ports.got, ports.got.size());
    }

    @Test
    void aFailureOfTheConsumerIsNotThatOfTheInput() {
        Ports ports =
                new Ports() {
                    @Override
                    public boolean accept(int[] prepared) throws IOException {
                        throw new IOException("disk full");
                    }
                };
        assertThatThrownBy(() -> scan(4, file(0, ROWS)).inOrder(ports))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThat(failures).isEmpty();
    }
}
