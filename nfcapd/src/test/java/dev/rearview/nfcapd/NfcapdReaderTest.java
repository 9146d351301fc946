package dev.rearview.nfcapd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.IpFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NfcapdReaderTest {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-ddHH:mm:ss.SSS", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final String LETTERS = "UAPRSF";

    /// A flow as `flows.txt` has it.
    private static String line(FlowRecord r) {
        long ms = r.durationMs();
        return String.format(
                Locale.ROOT,
                "%s,%d.%03d,%d,%s,%d,%s,%s,%d,%d,%s,%d,%d,%s",
                TIME.format(Instant.ofEpochMilli(r.stimeMs())),
                ms / 1000,
                ms % 1000,
                r.protocol,
                address(r.sipHi, r.sipLo, r.isIpv6()),
                r.sport,
                address(r.dipHi, r.dipLo, r.isIpv6()),
                r.isIcmp() ? (r.dport >> 8) + "." + (r.dport & 0xFF) : r.dport,
                r.packets,
                r.bytes,
                flags(r),
                r.input,
                r.output,
                address(r.nhipHi, r.nhipLo, r.isIpv6()));
    }

    private static String address(long hi, long lo, boolean v6) {
        return IpFormat.CANONICAL.format(hi, lo, v6);
    }

    private static String flags(FlowRecord r) {
        StringBuilder out = new StringBuilder("..");
        for (int i = 0; i < 6; i++) {
            boolean set = r.protocol == 6 && (r.flags & 0x20 >> i) != 0;
            out.append(set ? LETTERS.charAt(i) : '.');
        }
        return out.toString();
    }

    private static List<String> lines(byte[] file) throws IOException {
        return Samples.read(Samples.open(file)).stream().map(NfcapdReaderTest::line).toList();
    }

    private static List<String> expected() throws IOException {
        return Files.readAllLines(Samples.DIRECTORY.resolve("flows.txt"));
    }

    @Test
    void everyCompressionReadsAsNfdumpReadsIt() throws IOException {
        List<String> expected = expected();
        assertThat(expected).hasSize(180);
        for (String name : List.of("nfcapd.202311142210", "flows.lzo", "flows.bz2", "flows.lz4")) {
            assertThat(lines(Samples.file(name))).as(name).isEqualTo(expected);
        }
        assertThat(lines(Samples.zstd())).isEqualTo(expected);
    }

    @Test
    void whatCountsBothDirectionsIsTwoFlows() throws IOException {
        assertThat(lines(Samples.file("elements")))
                .containsExactly(
                        "2023-11-1422:13:20.123,4.444,17,10.1.2.3,4660,192.168.4.5,53,17,8755,"
                                + "........,0,0,0.0.0.0",
                        "2023-11-1422:13:21.123,4.444,6,10.1.2.4,17185,192.168.4.6,443,85,26231,"
                                + "...A..SF,2571,3085,172.16.0.1",
                        "2023-11-1422:13:20.000,0.010,6,10.1.2.5,80,192.168.4.7,8080,3,4,"
                                + "......S.,1,2,0.0.0.0",
                        "2023-11-1422:13:20.000,0.010,6,192.168.4.7,8080,10.1.2.5,80,119,136,"
                                + "........,2,1,0.0.0.0",
                        "2023-11-1422:13:20.000,0.010,58,2001:db8::1,0,2001:db8::2,0.0,3,4,"
                                + "........,0,0,fe80::1",
                        "2023-11-1422:13:20.000,0.010,1,10.1.2.6,0,192.168.4.8,8.1,3,4,"
                                + "........,0,0,0.0.0.0");
    }

    @Test
    void layout1() throws IOException {
        List<String> flows =
                List.of(
                        "2023-11-1422:13:20.123,4.444,6,10.0.0.1,1,10.0.0.2,2,7,8,...AP.SF,"
                                + "11,12,10.9.9.9",
                        "2023-11-1422:13:20.123,4.444,58,2001:db8::1,0,2001:db8::2,128.1,"
                                + "5000000000,6000000000,........,70000,80000,fe80::9",
                        "2023-11-1422:13:20.123,4.444,58,2001:db8::2,0,2001:db8::1,128.1,"
                                + "77,88,........,80000,70000,::",
                        "2023-11-1422:13:20.123,4.444,17,10.0.0.1,1,10.0.0.2,2,7,8,"
                                + "........,0,0,0.0.0.0",
                        "2023-11-1422:13:20.123,4.444,17,10.0.0.2,2,10.0.0.1,1,4,5,"
                                + "........,0,0,0.0.0.0");
        byte[] file = Samples.file("layout1");
        assertThat(lines(file)).isEqualTo(flows);
        // A file in which nothing says how many blocks there are ends where it ends.
        ByteBuffer.wrap(file).putInt(8, 0);
        assertThat(lines(file)).isEqualTo(flows);
    }

    /// The first releases of 1.6 had records without room for a wide number of the exporter.
    @Test
    void olderRecordsOfLayout1() throws IOException {
        byte[] file = Samples.file("layout1");
        ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int block = 276;
        int at = block + 12;
        while (b.getShort(at) != 10) {
            at += b.getShort(at + 2);
        }
        int size = b.getShort(at + 2);
        byte[] old = new byte[at + size - 4];
        System.arraycopy(file, 0, old, 0, at + 28);
        System.arraycopy(file, at + 32, old, at + 28, size - 32);
        ByteBuffer.wrap(old)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(at, (short) 1)
                .putShort(at + 2, (short) (size - 4))
                .putInt(block + 4, old.length - block - 12);
        assertThat(lines(old)).containsExactly(lines(file).getFirst());
    }

    @Test
    void lanesHandOutEveryBlockOnce() throws IOException {
        NfcapdReader first = Samples.open(Samples.blocks(5));
        List<FlowSource> lanes = first.lanes(3);
        assertThat(lanes).hasSize(3).startsWith(first);
        List<String> all = new ArrayList<>();
        for (FlowSource lane : lanes) {
            for (FlowRecord r : Samples.read(lane)) {
                all.add(line(r));
            }
            lane.close();
        }
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            expected.addAll(expected());
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
    }

    /// Reads what comes before the damage, then expects a message.
    private static void damaged(byte[] file, int flows, String message) throws IOException {
        NfcapdReader reader = Samples.open(file);
        int n = 0;
        try {
            for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                n += b.size();
            }
        } catch (MalformedInputException e) {
            assertThat(n).isEqualTo(flows);
            assertThat(e).hasMessage(message);
            assertThat(reader.next()).isNull();
            return;
        }
        throw new AssertionError("nothing is said of " + message);
    }

    @Test
    void whatComesBeforeDamageIsKept() throws IOException {
        byte[] good = Samples.file("elements");
        ByteBuffer b = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        b.putShort(0xA8 + 2, (short) 3);
        damaged(good, 1, "f: offset 168: record: has 3 octets where 640 are left");

        good = Samples.file("elements");
        good[0xA8 + 12] = 1;
        damaged(good, 1, "f: offset 168: record: element generic has 8 octets, not 48");

        good = Samples.file("elements");
        good[Samples.HEADER] = 9;
        damaged(good, 6, "f: offset 808: record: is missing: 2 more are counted");

        good = Samples.file("elements");
        good[Samples.HEADER] = 6;
        damaged(good, 6, "f: offset 776: record: is one more than are counted");

        byte[] cut = Arrays.copyOf(Samples.blocks(3), Samples.blocks(3).length - 1);
        int block = Samples.blocks(1).length - Samples.HEADER;
        int octets = block - Container.BLOCK_HEADER;
        damaged(
                cut,
                360,
                "f: offset %d: block: ends after %d of %d octets"
                        .formatted(Samples.HEADER + 2 * block, octets - 1, octets));
    }

    @Test
    void headersThatLie() throws IOException {
        refused(new byte[] {0x0C, (byte) 0xA5}, "f: offset 0: file header: ends too early");
        byte[] file = Samples.file("elements");
        file[2] = 3;
        refused(file, "f: offset 2: layout: 3 is unknown");
        file = Samples.file("elements");
        file[16] = 9;
        refused(file, "f: offset 16: compression: unknown compression method 9");
        file = Samples.file("elements");
        file[17] = 1;
        refused(file, "f: offset 17: encryption: is not read");
        file = Samples.file("elements");
        file[40 + 7] = 0x7F;
        damaged(file, 0, "f: offset 40: block: 2130707188 octets are more than 16777216");
        file = Samples.file("flows.lz4");
        Arrays.fill(file, 60, 80, (byte) 0xFF);
        byte[] damagedBlock = file;
        assertThatThrownBy(() -> Samples.read(Samples.open(damagedBlock)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("f: offset 40: block: cannot be decompressed (");
    }

    private static void refused(byte[] file, String message) {
        assertThatThrownBy(() -> Samples.open(file))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage(message);
    }

    @Test
    void treesInTheOrderOfTime(@TempDir Path dir) throws IOException {
        Path day = Files.createDirectories(dir.resolve("probe/2023/11/14"));
        Files.write(day.resolve("nfcapd.202311142215"), Samples.file("elements"));
        Files.write(day.resolve("nfcapd.202311142210"), Samples.file("flows.lzo"));
        Files.writeString(day.resolve("nfcapd.current.4711"), "being written");
        Files.writeString(dir.resolve(".nfstat"), "not flows");
        NfcapdTree tree = NfcapdTree.of(NfcapdTree.list(dir), Files::newInputStream);
        List<String> lines = Samples.read(tree).stream().map(NfcapdReaderTest::line).toList();
        assertThat(lines).hasSize(186).startsWith(expected().getFirst());
        assertThat(lines.getLast()).contains("10.1.2.6");

        List<FlowSource> lanes =
                NfcapdTree.of(NfcapdTree.list(dir), Files::newInputStream).lanes(9);
        assertThat(lanes).hasSize(2);
        int n = 0;
        for (FlowSource lane : lanes) {
            n += Samples.read(lane).size();
        }
        assertThat(n).isEqualTo(186);
    }

    /// A record of both directions has a type of service for each.
    @Test
    void typesOfService() throws IOException {
        assertThat(Samples.read(Samples.open(Samples.file("elements"))))
                .extracting(FlowRecord::typeOfService, FlowRecord::otherTypeOfService)
                .containsExactly(
                        tuple(32, 0),
                        tuple(40, 0),
                        tuple(4, 9),
                        tuple(9, 4),
                        tuple(0, 0),
                        tuple(0, 0));
        assertThat(Samples.read(Samples.open(Samples.file("layout1"))))
                .extracting(FlowRecord::typeOfService, FlowRecord::otherTypeOfService)
                .contains(tuple(8, 3), tuple(8, 0));
    }
}
