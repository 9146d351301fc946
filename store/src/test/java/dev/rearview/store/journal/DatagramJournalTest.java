package dev.rearview.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Datagrams come back from their journal as they came, while it is written and afterwards, and
/// whatever happened to the rest of it.
class DatagramJournalTest {
    private static final long EPOCH = 0x18c_0000_0000L;
    private static final long US = 1_764_460_800_000_000L;
    private static final int BATCHES = 5;
    private static final int EACH = 20;

    @TempDir Path directory;
    private final List<String> found = new ArrayList<>();
    private final DatagramBatch batch = new DatagramBatch();

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private void take(DatagramBatch.Datagram d) {
        byte[] bytes = new byte[d.bytes().remaining()];
        d.bytes().get(bytes);
        found.add(
                d.probe()
                        + " "
                        + d.from().getAddress().getHostAddress()
                        + " "
                        + d.from().getPort()
                        + " "
                        + d.session()
                        + " "
                        + (d.receivedUs() - US)
                        + " "
                        + d.nowMs()
                        + " "
                        + HexFormat.of().formatHex(bytes));
    }

    private Path path() {
        return directory.resolve(Journal.rawName(EPOCH));
    }

    private Journal create() throws IOException {
        return Journal.create(path(), EPOCH, ByteBuffer.allocate(0));
    }

    private JournalReader.Report read(byte[] bytes) throws IOException {
        Files.write(path(), bytes);
        found.clear();
        try (DatagramFollower f = DatagramFollower.open(path(), EPOCH, this::take)) {
            return f.finish();
        }
    }

    /// Datagrams `b * EACH` to the next batch's, of two probes and many senders.
    private void fill(int b) {
        for (int i = b * EACH; i < (b + 1) * EACH; i++) {
            ByteBuffer bytes = ByteBuffer.allocate(4 + i).putInt(0, i);
            assertThat(batch.add("P" + i % 2, at("192.0.2." + i, i), 0, US + i, b, bytes)).isTrue();
            assertThat(bytes.hasRemaining()).isFalse();
        }
    }

    private static List<String> without(Integer... batches) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < BATCHES * EACH; i++) {
            if (!List.of(batches).contains(i / EACH)) {
                byte[] bytes = ByteBuffer.allocate(4 + i).putInt(0, i).array();
                out.add(
                        "P%d 192.0.2.%d %d 0 %d %d %s"
                                .formatted(
                                        i % 2, i, i, i, i / EACH, HexFormat.of().formatHex(bytes)));
            }
        }
        return out;
    }

    private final List<Integer> starts = new ArrayList<>();

    private byte[] whole() throws IOException {
        try (Journal j = create()) {
            for (int b = 0; b < BATCHES; b++) {
                starts.add((int) j.octets());
                fill(b);
                j.append(batch);
                assertThat(batch.count()).isZero();
            }
            starts.add((int) j.octets());
            j.append(batch);
            assertThat(j.octets()).isEqualTo(starts.getLast().longValue());
        }
        return Files.readAllBytes(path());
    }

    private static int crc(byte[] octets, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(octets, from, to - from);
        return (int) crc.getValue();
    }

    @Test
    void theOctetsAreThoseOfTheFormat() throws IOException {
        try (Journal j = create()) {
            assertThat(batch.octets()).isZero();
            batch.add("P1", at("192.0.2.1", 2055), 0, US, 77, ByteBuffer.wrap(new byte[] {0, 5}));
            batch.add("S", at("2001:db8::1", 0xFFFF), 9, US + 3, 99, ByteBuffer.allocate(1));
            assertThat(batch.octets()).isEqualTo(16 + 32 + 31);
            j.append(batch);
        }
        byte[] octets = Files.readAllBytes(path());
        String body =
                """
                0028ec5bc6440600 4d00000000000000

                00000000000000000000ffffc0000201 00000000 00000000 0708 0000 0200 0005

                20010db8000000000000000000000001 09000000 03000000 ffff 0100 0100 00

                0200 5031 0100 53
                """
                        .replaceAll("\\s", "");
        ByteBuffer time = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, US);
        body = HexFormat.of().formatHex(time.array()) + body.substring(16);
        byte[] from = Arrays.copyOfRange(octets, Envelope.OCTETS, octets.length);
        assertThat(HexFormat.of().formatHex(from)).isEqualTo(body);
        ByteBuffer head = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new String(octets, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("RRVBATCH");
        assertThat(head.getInt(8)).isEqualTo(2);
        assertThat(head.getInt(12)).isEqualTo(2);
        assertThat(head.getLong(16)).isZero();
        assertThat(head.getLong(24)).isEqualTo(EPOCH);
        assertThat(head.getInt(40)).isEqualTo(79);
        assertThat(head.getInt(44)).isEqualTo(body.length() / 2);
        assertThat(head.getInt(48)).isEqualTo(crc(octets, Envelope.OCTETS, octets.length));
        assertThat(head.getInt(52)).isEqualTo(crc(octets, 0, 52));
        JournalReader.Report report = read(octets);
        assertThat(found)
                .containsExactly(
                        "P1 192.0.2.1 2055 0 0 77 0005", "S 2001:db8:0:0:0:0:0:1 65535 9 3 77 00");
        assertThat(report.flows()).isEqualTo(2);
        assertThat(report.isDamaged()).isFalse();
    }

    @Test
    void aBatchEndsWhereItHasNoRoom() throws IOException {
        byte[] large = new byte[65_535];
        new Random(3).nextBytes(large);
        int added = 0;
        try (Journal j = create()) {
            for (int i = 0; i < 100; i++) {
                ByteBuffer bytes = ByteBuffer.wrap(large);
                if (!batch.add("P", at("192.0.2.1", 1), 0, US, 0, bytes)) {
                    assertThat(bytes.remaining()).isEqualTo(large.length);
                    assertThat(batch.count()).isEqualTo(15);
                    j.append(batch);
                    assertThat(batch.add("P", at("192.0.2.1", 1), 0, US, 0, bytes)).isTrue();
                }
                added++;
            }
            j.append(batch);
        }
        assertThat(read(Files.readAllBytes(path())).flows()).isEqualTo(added);
        assertThat(found).hasSize(100).allMatch(f -> f.endsWith(HexFormat.of().formatHex(large)));
        for (int i = 0; i < 10_000; i++) {
            batch.add("probe " + i, at("192.0.2.1", 1), 0, US, 0, ByteBuffer.allocate(0));
        }
        assertThat(batch.count()).isEqualTo(4096);
        String name = "x".repeat(1025);
        assertThatThrownBy(() -> batch.add(name, at("::1", 1), 0, US, 0, ByteBuffer.allocate(0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// A clock that is set back, and one that is set far ahead, make no time of another's.
    @Test
    void timesDoNotRunBackwardsInABatch() throws IOException {
        batch.add("P", at("::1", 1), 0, US, 0, ByteBuffer.allocate(0));
        batch.add("P", at("::1", 1), 0, US - 5_000_000, 0, ByteBuffer.allocate(0));
        batch.add("P", at("::1", 1), 0, Long.MAX_VALUE, 0, ByteBuffer.allocate(0));
        try (Journal j = create()) {
            j.append(batch);
        }
        read(Files.readAllBytes(path()));
        assertThat(found)
                .extracting(f -> f.split(" ", -1)[4])
                .containsExactly("0", "0", "2147483647");
    }

    @Test
    void aBatchThatCannotBeWrittenIsKept() throws IOException {
        Journal closed = create();
        closed.close();
        fill(0);
        assertThatThrownBy(() -> closed.append(batch)).isInstanceOf(IOException.class);
        assertThat(batch.count()).isEqualTo(EACH);
        Files.delete(path());
        try (Journal j = create()) {
            j.append(batch);
        }
        read(Files.readAllBytes(path()));
        assertThat(found).isEqualTo(without(1, 2, 3, 4));
    }

    @Test
    void itIsReadWhileItIsWritten() throws IOException {
        try (Journal j = create();
                DatagramFollower f = DatagramFollower.open(path(), EPOCH, this::take)) {
            for (int b = 0; b < BATCHES; b++) {
                assertThat(f.advance(j.octets())).isFalse();
                fill(b);
                long before = j.octets();
                j.append(batch);
                // Nobody looks at what is not said to be whole.
                assertThat(f.advance(before)).isFalse();
                assertThat(found).hasSize(b * EACH);
                assertThat(f.advance(j.octets())).isTrue();
                assertThat(found).hasSize((b + 1) * EACH);
            }
            assertThat(f.finish().isDamaged()).isFalse();
        }
        assertThat(found).isEqualTo(without());
    }

    @Test
    void damageBesideTheEndIsPassedOverOnce() throws IOException {
        byte[] whole = whole();
        for (int b = 0; b < BATCHES; b++) {
            byte[] bytes = whole.clone();
            bytes[starts.get(b) + Envelope.OCTETS + 40] ^= 1;
            Files.write(path(), bytes);
            found.clear();
            JournalReader.Report report;
            try (DatagramFollower f = DatagramFollower.open(path(), EPOCH, this::take)) {
                for (int end : starts) {
                    while (f.advance(end)) {
                        // On to the next one.
                    }
                    assertThat(f.advance(end)).isFalse();
                }
                report = f.finish();
            }
            assertThat(found).isEqualTo(without(b));
            assertThat(report.lost()).isEqualTo(new JournalReader.Lost(1, EACH, 0));
            assertThat(report.text("datagrams"))
                    .startsWith("damaged: 1 batches lost with 20 datagrams, ")
                    .endsWith(" octets skipped, 80 datagrams recovered");
        }
    }

    @Test
    void aFlippedBitCostsItsBatchAlone() throws IOException {
        byte[] whole = whole();
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            int place = random.nextInt(whole.length);
            byte[] bytes = whole.clone();
            bytes[place] ^= (byte) (1 << random.nextInt(8));
            int b = 0;
            while (place >= starts.get(b + 1)) {
                b++;
            }
            JournalReader.Report report = read(bytes);
            assertThat(found).as("octet %d", place).isEqualTo(without(b));
            assertThat(report.isDamaged()).isTrue();
            assertThat(report.lost().batches()).isEqualTo(1);
            assertThat(report.damagedOctets()).isEqualTo(starts.get(b + 1) - starts.get(b));
        }
    }

    /// Cut off anywhere: what is whole comes back, and the rest is no damage.
    @Test
    void aTornEndIsNoDamage() throws IOException {
        byte[] whole = whole();
        for (int length = 0; length <= whole.length; length += 7) {
            JournalReader.Report report = read(Arrays.copyOf(whole, length));
            int b = 0;
            while (b < BATCHES && starts.get(b + 1) <= length) {
                b++;
            }
            assertThat(found).isEqualTo(without().subList(0, b * EACH));
            assertThat(report.isDamaged()).as("%d octets", length).isFalse();
            assertThat(report.tornOctets()).isEqualTo(length - starts.get(b));
        }
    }

    /// Bodies whose checksums are right and that are none: nothing of them is handed out.
    @Test
    void aBodyThatIsNoneIsDamage() {
        fill(0);
        fill(1);
        ByteBuffer whole = batch.finish();
        byte[] right = new byte[whole.remaining() - Envelope.OCTETS];
        whole.get(Envelope.OCTETS, right);
        int names = batch.namesAt();
        assertThat(handsOut(right, 2 * EACH, names)).isTrue();
        for (int count : new int[] {1, 2 * EACH - 1, 2 * EACH + 1, Envelope.MAX_COUNT}) {
            assertThat(handsOut(right, count, names)).isFalse();
        }
        for (int at : new int[] {-1, 0, 15, names - 1, names + 1, right.length + 1, -names}) {
            assertThat(handsOut(right, 2 * EACH, at)).isFalse();
        }
        for (int length = 0; length < right.length; length++) {
            assertThat(handsOut(Arrays.copyOf(right, length), 2 * EACH, names))
                    // Where the second name is cut off.
                    .isFalse();
        }
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            byte[] other = right.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                other[random.nextInt(other.length)] = (byte) random.nextInt();
            }
            int before = found.size();
            boolean isOne = handsOut(other, 2 * EACH, names);
            assertThat(found.size() - before).isEqualTo(isOne ? 2 * EACH : 0);
            found.clear();
        }
    }

    private boolean handsOut(byte[] body, int count, int names) {
        ByteBuffer b = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        return DatagramBatch.read(b, count, names, this::take);
    }

    /// Flows in a journal of datagrams, and the other way round, are damage.
    @Test
    void theOtherKindIsDamage() throws IOException {
        byte[] whole = whole();
        Path flows = directory.resolve(Journal.name(EPOCH));
        Files.write(flows, whole);
        JournalReader.Report report =
                JournalReader.read(flows, EPOCH, (words, n) -> found.add("flows"));
        assertThat(found).isEmpty();
        assertThat(report.isDamaged()).isTrue();
        assertThat(report.damagedOctets()).isEqualTo(whole.length);
        Files.delete(path());
        try (Journal j = create()) {
            j.append(new long[15], 1);
        }
        assertThat(read(Files.readAllBytes(path())).isDamaged()).isTrue();
        assertThat(found).isEmpty();
    }
}
