package dev.rearview.silk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import dev.rearview.site.Site;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Columns are what the records are one by one, whatever octets these have, and whether they are
/// decoded one after the other or together.
class RecordColumnsTest {
    private static final int ROWS = 500;

    /// A file of random records, many of them TCP or ICMP, some of whose ports are none.
    private static byte[] file(SilkFormat format, int version, boolean big, long seed)
            throws IOException {
        SilkHeader header =
                SilkWriter.header(
                                format,
                                version,
                                big,
                                new FileSettings(Compression.NONE, 0, List.of()))
                        .orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        header.write(out);
        Random random = new Random(seed);
        int[] protocols = {1, 6, 17, 58};
        for (int i = 0; i < ROWS; i++) {
            byte[] record = new byte[header.recordSize()];
            random.nextBytes(record);
            if (random.nextInt(8) > 0) {
                record[16] = (byte) protocols[random.nextInt(protocols.length)];
            }
            if (random.nextBoolean()) {
                record[14] = 0;
                record[15] = 0;
            }
            if (random.nextInt(4) == 0) {
                record[21] = 0;
                record[22] = 0;
            }
            out.write(record);
        }
        return out.toByteArray();
    }

    private static FlowSource open(byte[] octets, boolean fixIcmp) throws IOException {
        SilkFile file = SilkFile.open(new ByteArrayInputStream(octets), "test", false);
        return SilkReader.of(file, Site.NONE, fixIcmp);
    }

    private static FlowBatch batch(FlowSource source) throws IOException {
        return Objects.requireNonNull(source.next());
    }

    private static long[] words(FlowRecord r) {
        long[] words = new long[RecordWords.COUNT];
        RecordWords.pack(r, words, 0);
        return words;
    }

    private static long[] fromColumns(FlowBatch batch, int row) {
        long[][] columns = new long[RecordWords.COUNT][0];
        RecordWords.columns(batch, columns);
        long[] words = new long[RecordWords.COUNT];
        for (int w = 0; w < words.length; w++) {
            words[w] = columns[w][row];
        }
        return words;
    }

    @ParameterizedTest
    @CsvSource({
        "FT_RWGENERIC,5,false", "FT_RWGENERIC,5,true",
        "FT_RWIPV6ROUTING,1,false", "FT_RWIPV6ROUTING,1,true"
    })
    void columnsAreWhatRecordsAre(SilkFormat format, int version, boolean big) throws IOException {
        for (long seed = 0; seed < 4; seed++) {
            boolean fixIcmp = seed % 2 == 0;
            byte[] octets = file(format, version, big, seed);
            try (FlowSource rows = open(octets, fixIcmp);
                    FlowSource single = open(octets, fixIcmp);
                    FlowSource together = open(octets, fixIcmp)) {
                FlowBatch byRow = batch(rows);
                FlowBatch byColumn = batch(single);
                FlowBatch all = batch(together);
                FlowRecord r = new FlowRecord();
                long packets = 0;
                long bytes = 0;
                for (int i = 0; i < ROWS; i++) {
                    byRow.get(i, r);
                    assertThat(fromColumns(byColumn, i)).isEqualTo(words(r));
                    packets += r.packets;
                    bytes += r.bytes;
                }
                all.loadLike(byRow);
                for (int i = 0; i < ROWS; i++) {
                    byRow.get(i, r);
                    assertThat(fromColumns(all, i)).isEqualTo(words(r));
                }
                assertThat(fresh(octets, fixIcmp)).containsExactly(packets, bytes);
            }
        }
    }

    /// What a batch tells of all rows without columns.
    private static long[] fresh(byte[] octets, boolean fixIcmp) throws IOException {
        try (FlowSource source = open(octets, fixIcmp)) {
            FlowBatch batch = batch(source);
            Selection rows = Selection.all(batch.size());
            return new long[] {batch.sum(Field.PACKETS, rows), batch.sum(Field.BYTES, rows)};
        }
    }

    /// Columns that nobody asked for are not decoded with one that was.
    @ParameterizedTest
    @CsvSource({"FT_RWGENERIC,5", "FT_RWIPV6ROUTING,1"})
    void whatWasAskedForBeforeIsThere(SilkFormat format, int version) throws IOException {
        byte[] octets = file(format, version, false, 9);
        try (FlowSource first = open(octets, false);
                FlowSource second = open(octets, false)) {
            FlowBatch asked = batch(first);
            long[] expected = asked.values(Field.DPORT).clone();
            AddressColumn sip = asked.addresses(Field.SIP);
            FlowBatch other = batch(second);
            other.loadLike(asked);
            assertThat(other.values(Field.DPORT)).isEqualTo(expected);
            for (int i = 0; i < ROWS; i++) {
                assertThat(other.addresses(Field.SIP).lo(i)).isEqualTo(sip.lo(i));
                assertThat(other.addresses(Field.SIP).hi(i)).isEqualTo(sip.hi(i));
            }
        }
    }
}
