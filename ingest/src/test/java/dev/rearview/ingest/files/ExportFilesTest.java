package dev.rearview.ingest.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.ingest.FailingDecoder;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.MapLedger;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.ingest.Told;
import dev.rearview.site.Probe;
import dev.rearview.site.Site;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.netflow5.PduFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportFilesTest {
    private static final Probe PROBE = probe(Probe.Type.NETFLOW_V5);
    private static final Probe IPFIX = probe(Probe.Type.IPFIX);

    private static Probe probe(Probe.Type type) {
        return new Probe(
                "P0",
                type,
                new Probe.Source(
                        0,
                        false,
                        Optional.empty(),
                        List.of(),
                        Optional.of("incoming"),
                        Optional.empty()),
                false,
                Set.of(),
                Set.of());
    }

    @TempDir Path directory;
    private final MapLedger ledger = new MapLedger();
    private final Counters counters = ledger.of("P0", Ledger.NONE);
    private final Told told = new Told();

    private ExportFiles.Outcome read(Path file) throws IOException {
        return result(file, PROBE).outcome();
    }

    private ExportFiles.Result result(Path file, Probe probe) throws IOException {
        try (ExportFiles files =
                new ExportFiles(
                        new StateBudget(1 << 20), ledger, TimeWindow.ANY, () -> true, told)) {
            return files.read(file, probe, counters, Site.NONE, (r, c, us) -> {});
        }
    }

    /// The log names the file and what is wrong with it, in words for people.
    @ParameterizedTest
    @CsvSource({
        // A block of a kind that there is not.
        "1f8b0800000000000003ffffffffffffffff, invalid block type",
        // A header that promises a name and ends.
        "1f8b08080000000000ff41, ends too early",
        "1f8b0800000000000003, Unexpected end of ZLIB input stream"
    })
    void aDamagedGzipFileIsToldByItsReason(String hex, String reason) throws IOException {
        Path file = directory.resolve("noise.gz");
        Files.write(file, HexFormat.of().parseHex(hex));
        assertThat(read(file)).isEqualTo(ExportFiles.Outcome.INVALID);
        assertThat(told.troubles()).containsExactly(file + ": " + reason);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
    }

    @Test
    void aFileThatIsGoneIsToldSo() throws IOException {
        Path file = directory.resolve("gone");
        assertThat(read(file)).isEqualTo(ExportFiles.Outcome.INVALID);
        assertThat(told.troubles()).containsExactly(file + ": no such file");
    }

    /// A datagram of 30 records of one packet and 40 octets each.
    private static byte[] pdu() {
        ByteBuffer b = ByteBuffer.allocate(PduFile.PDU);
        b.putShort((short) 5).putShort((short) 30).putInt(1000).putInt(1_704_067_200);
        for (int i = 0; i < 30; i++) {
            b.putInt(24 + i * 48 + 16, 1).putInt(24 + i * 48 + 20, 40);
        }
        return b.array();
    }

    private Path file(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return Files.write(directory.resolve("input"), all.toByteArray());
    }

    private static byte[] gzip(byte[] octets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gz = new GZIPOutputStream(out)) {
            gz.write(octets);
        }
        return out.toByteArray();
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void whatCannotBeReadOfAPduFileIsToldByOffset() throws IOException {
        byte[] bad = pdu();
        bad[1] = 6;
        Path file = file(pdu(), bad, pdu(), Arrays.copyOf(pdu(), 100));
        ExportFiles.Result result = result(file, PROBE);
        String reason = "offset 1464: not a NetFlow v5 datagram of 1464 octets (2 in the file)";
        assertThat(result)
                .isEqualTo(
                        new ExportFiles.Result(
                                ExportFiles.Outcome.DAMAGED, reason, OptionalLong.of(60)));
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(60);
        assertThat(counters.dropped(Drop.VERSION)).isEqualTo(1);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
        assertThat(told.troubles()).containsExactly(file + ": " + reason);
    }

    @Test
    void aFileWhoseGzipIsDamagedBehindGoodRecordsIsDamaged() throws IOException {
        byte[] packed = gzip(pdu());
        // The checksum.
        packed[packed.length - 8] ^= 1;
        assertThat(read(file(packed))).isEqualTo(ExportFiles.Outcome.DAMAGED);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(30);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
    }

    @Test
    void aFileThatIsWholeIsProcessed() throws IOException {
        assertThat(read(file(pdu(), pdu()))).isEqualTo(ExportFiles.Outcome.PROCESSED);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(60);
        assertThat(told.all()).isEmpty();
    }

    /// A message with a template of one field, and then one that its length cuts.
    @Test
    void aMessageThatIsCutMakesAnIpfixFileDamaged() throws IOException {
        byte[] template = hex("000a001c 65920080 00000000 00000000 0002000c 01000001 00080004");
        assertThat(result(file(template), IPFIX).outcome())
                .isEqualTo(ExportFiles.Outcome.PROCESSED);
        ExportFiles.Result cut = result(file(template, Arrays.copyOf(template, 20)), IPFIX);
        assertThat(cut.outcome()).isEqualTo(ExportFiles.Outcome.DAMAGED);
        assertThat(cut.reason()).contains("no IPFIX message");
        assertThat(counters.total(Counters.Total.TEMPLATES)).isEqualTo(2);
        assertThat(result(file(Arrays.copyOf(template, 20)), IPFIX).outcome())
                .isEqualTo(ExportFiles.Outcome.INVALID);
    }

    /// A header alone; ARP; and ARP of which the last octet is missing.
    @Test
    void aCaptureWithoutExportsIsValid() throws IOException {
        byte[] header = hex("a1b2c3d4 00020004 00000000 00000000 0000ffff 00000001");
        byte[] arp =
                hex(
                        "65920080 00000000 0000002a 0000002a ffffffffffff 020000000001 0806"
                                + " 0001 0800 06 04 0001 020000000001 c0000201 000000000000"
                                + " c0000202");
        assertThat(read(file(header))).isEqualTo(ExportFiles.Outcome.PROCESSED);
        assertThat(read(file(header, arp))).isEqualTo(ExportFiles.Outcome.PROCESSED);
        assertThat(told.all()).isEmpty();
        byte[] cut = Arrays.copyOf(arp, arp.length - 1);
        assertThat(read(file(header, arp, cut))).isEqualTo(ExportFiles.Outcome.INVALID);
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
    }

    /// One octet of a packet of an unknown link type: that is no damage, but nothing was read.
    @Test
    void aCaptureOfAnUnknownLinkTypeIsInvalid() throws IOException {
        byte[] capture =
                hex(
                        "a1b2c3d4 00020004 00000000 00000000 0000ffff 000000fb"
                                + " 65920080 00000000 00000001 00000001 00");
        ExportFiles.Result result = result(file(capture), PROBE);
        assertThat(result.outcome()).isEqualTo(ExportFiles.Outcome.INVALID);
        assertThat(counters.dropped(Drop.CAPTURE)).isEqualTo(1);
    }

    /// A probe for several formats goes by what is in a file.
    @ParameterizedTest
    @CsvSource({"NETFLOW", "FLOW"})
    void aProbeForAllFormatsReadsFilesByTheirContent(Probe.Type type) throws IOException {
        Probe all = probe(type);
        assertThat(result(file(pdu(), pdu()), all).outcome())
                .isEqualTo(ExportFiles.Outcome.PROCESSED);
        assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(60);
        // A template alone.
        byte[] message =
                hex("000a 0020 00000001 00000001 00000001 0002 0010 0100 0002 0008 0004 000c 0004");
        assertThat(result(file(message), all).outcome()).isEqualTo(ExportFiles.Outcome.PROCESSED);
        assertThat(counters.total(Counters.Total.TEMPLATES)).isEqualTo(1);
        assertThat(result(file("text".getBytes(StandardCharsets.US_ASCII)), all))
                .extracting(ExportFiles.Result::outcome)
                .isEqualTo(ExportFiles.Outcome.INVALID);
    }

    /// What could be read is kept, and the next file is read.
    @Test
    void aFileAtWhichTheDecoderFailsIsDamaged() throws IOException {
        Path file = file(pdu(), pdu());
        try (ExportFiles files =
                new ExportFiles(
                        new StateBudget(1 << 20),
                        ledger,
                        TimeWindow.ANY,
                        () -> true,
                        told,
                        FailingDecoder::of)) {
            for (int i = 1; i <= 2; i++) {
                assertThat(files.read(file, PROBE, counters, Site.NONE, (r, c, us) -> {}).outcome())
                        .isEqualTo(ExportFiles.Outcome.DAMAGED);
                assertThat(counters.total(Counters.Total.FLOWS)).isEqualTo(60L * i);
                assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(2L * i);
            }
        }
        assertThat(told.troubles())
                .hasSize(4)
                .filteredOn(t -> t.startsWith(file + ": its decoder failed: "))
                .hasSize(2)
                .allMatch(t -> t.contains("IllegalStateException: of the test at "));
    }
}
