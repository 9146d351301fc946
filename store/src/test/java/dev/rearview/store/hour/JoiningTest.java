package dev.rearview.store.hour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.store.Flows;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoiningTest {
    private static final int FULL = FlowBatch.MAX_ROWS;

    @TempDir Path directory;

    private final SegmentWriter writer = new SegmentWriter();
    private final List<String> written = new ArrayList<>();

    private static String text(FlowRecord r) {
        long[] words = new long[RecordWords.COUNT];
        RecordWords.pack(r, words, 0);
        return Arrays.toString(words);
    }

    private Path segment(int number, int flows) throws IOException {
        Random random = new Random(number);
        FlowColumns columns = new FlowColumns();
        for (int i = 0; i < flows; i++) {
            FlowRecord r = Flows.random(random);
            columns.add(r);
            written.add(text(r));
        }
        Path out = directory.resolve(number + ".parquet");
        writer.write(out, columns, Map.of());
        columns.release();
        return out;
    }

    private static List<Integer> sizes(Path file, List<String> flows) throws IOException {
        List<Integer> out = new ArrayList<>();
        FlowRecord r = new FlowRecord();
        try (ParquetReader in = ParquetReader.open(file, "in")) {
            for (FlowBatch b = in.next(); b != null; b = in.next()) {
                out.add(b.size());
                for (int i = 0; i < b.size(); i++) {
                    r.clear();
                    b.get(i, r);
                    flows.add(text(r));
                }
            }
        }
        return out;
    }

    @Test
    void largeRowGroupsStayAndSmallOnesGetLarger() throws IOException {
        List<Path> files =
                List.of(
                        segment(1, FULL + 100),
                        segment(2, 40_000),
                        segment(3, 20),
                        segment(4, FULL));
        Path joined = directory.resolve("joined.parquet");
        new HourWriter(writer).combine(files, joined, FileForm.HOT, Map.of());
        List<String> read = new ArrayList<>();
        assertThat(sizes(joined, read)).containsExactly(FULL, 40_000, FULL, 120);
        assertThat(read.stream().sorted().toList()).isEqualTo(written.stream().sorted().toList());
        assertThat(FileCheck.deep(joined)).isEqualTo(written.size());
    }

    @Test
    void smallRowGroupsBecomeOne() throws IOException {
        List<Path> files = List.of(segment(1, 300), segment(2, 1), segment(3, 5000));
        Path joined = directory.resolve("joined.parquet");
        new HourWriter(writer).combine(files, joined, FileForm.HOT, Map.of());
        List<String> read = new ArrayList<>();
        assertThat(sizes(joined, read)).containsExactly(5301);
        assertThat(read.stream().sorted().toList()).isEqualTo(written.stream().sorted().toList());
    }
}
