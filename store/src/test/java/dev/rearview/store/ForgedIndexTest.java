package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.parquet.PageIndex;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.RowGroupReader;
import dev.rearview.store.parquet.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Page indexes that somebody made up, with right checksums.
class ForgedIndexTest extends RepositoryFixture {
    /// An index with right checksums makes nobody allocate more than a page can have.
    @Test
    void aPageThatIsSaidToUnpackToMuchIsRefused() throws IOException {
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 10);
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        Path hour = root.resolve("in/2024/01/01/in-S0_20240101.00");
        Path sealed = HourFiles.current(hour).getFirst();
        int forged = forge(sealed, RowGroupReader.MAX_PAGE + 1);
        assertThat(forged).isPositive();
        int refused = 0;
        for (Field f : Schema.COLUMNS) {
            try (ParquetReader in = ParquetReader.open(sealed, "x")) {
                FlowBatch b = Objects.requireNonNull(in.next());
                if (f.isAddress()) {
                    b.addresses(f).dictionary();
                } else {
                    b.values(f);
                }
            } catch (UncheckedIOException e) {
                assertThat(e).hasMessageContaining("page of 1048577 octets");
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThatThrownBy(() -> FileCheck.whole(sealed))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("page of 1048577 octets");
    }

    /// Says in the index of a file's first row group that packed pages unpack to so much.
    ///
    /// @return pages changed
    private static int forge(Path file, int octets) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int trailer = b.capacity() - 8 - b.getInt(b.capacity() - 8) - 32;
        int groups = b.getInt(trailer);
        int columns = b.getInt(trailer + 4);
        int length = groups * (24 + columns * 104);
        int start = trailer - length;
        int changed = 0;
        for (int c = 0; c < columns; c++) {
            int entry = start + groups * 24 + c * groups * 104;
            if (b.get(entry + 54) == PageIndex.ZSTD) {
                b.putInt(entry + 40, octets);
                b.putInt(entry + 44, octets);
                changed++;
            }
        }
        b.putInt(trailer + 8, Checksum.of(b.slice(start, length)));
        b.putInt(trailer + 20, Checksum.of(b.slice(trailer, 20)));
        Files.write(file, b.array());
        return changed;
    }
}
