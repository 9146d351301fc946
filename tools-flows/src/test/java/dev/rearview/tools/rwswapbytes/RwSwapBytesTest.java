package dev.rearview.tools.rwswapbytes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkWriter;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfileinfo.RwFileInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What stays of a file whose byte order changes, and what is told where something does not.
class RwSwapBytesTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() {
        bench = SampleSite.bench(directory, RwSwapBytes::new, RwCut::new, RwFileInfo::new);
    }

    /// A packed file of one flow.
    private void packed() throws IOException {
        SilkHeader.PackedFile hour = new SilkHeader.PackedFile(SampleSite.DAY_MS, 1, 1);
        SilkHeader header =
                SilkWriter.header(
                                SilkFormat.FT_RWSPLIT,
                                5,
                                true,
                                new FileSettings(
                                        Compression.SNAPPY,
                                        0,
                                        List.of(
                                                SilkHeader.probeName("P1"),
                                                SilkHeader.packedFile(hour),
                                                new SilkHeader.Entry(77, new byte[] {1, 2, 3}))))
                        .orElseThrow();
        FlowRecord flow = SampleSite.flow(SampleSite.DAY_MS + 1500, 6);
        try (OutputStream out = Files.newOutputStream(bench.path("p.rw"));
                SilkWriter writer = SilkWriter.of(out, header, (r, why) -> {})) {
            writer.write(flow);
        }
    }

    @Test
    void formatCompressionAndAllEntriesStay() throws IOException {
        packed();
        bench.good("rwswapbytes --little-endian --note-add=n p.rw o.rw");
        assertThat(
                        bench.good(
                                "rwfileinfo --no-titles"
                                        + " --fields=format,byte-order,compression,record-version,count-records,packed-file-info,probe-name,annotations"
                                        + " o.rw"))
                .isEqualTo(
                        """
                        FT_RWSPLIT(0x12)
                        littleEndian
                        snappy(3)
                        5
                        1
                        2024/02/28T00:00:00Z out SOUTH
                        P1
                        n
                        """);
        assertThat(
                        bench.good(
                                "rwcut --fields=sensor,type,stime,proto --no-titles --delimited o.rw"))
                .isEqualTo("SOUTH|out|2024/02/28T00:00:01.500|6\n");
        bench.good("rwswapbytes --swap-endian o.rw again.rw");
        bench.good("rwswapbytes --big-endian p.rw same.rw");
        // But for the note, whose entry changes where the records begin.
        assertThat(bench.text("same.rw")).endsWith(bench.text("p.rw").substring(60));
        assertThat(bench.text("again.rw")).contains("\1\2\3");
    }

    /// In the header of an old file neither sensor nor type stand.
    @Test
    void whatTheNameOfAnOldFileTellsStandsInTheNewHeader() throws IOException {
        ByteBuffer b = ByteBuffer.allocate(8 + 4 + 12 + 24);
        b.putInt(0xDEADBEEF).put((byte) 1).put((byte) SilkFormat.FT_RWSPLIT.id());
        b.put((byte) 5).put((byte) 0).putInt((int) (SampleSite.DAY_MS / 1000));
        b.position(24);
        // One packet of 40 octets half a second after the hour.
        b.putInt(500 << 10 | 40 << 6 >>> 10).putInt(40 << 6 << 22).putInt(17 << 24 | 1);
        Files.write(bench.path("out-SOUTH_20240228.00"), b.array());
        bench.good("rwswapbytes --little-endian out-SOUTH_20240228.00 o.rw");
        assertThat(
                        bench.good(
                                "rwcut --fields=sensor,type,stime,bytes,proto --no-titles --delimited o.rw"))
                .isEqualTo("SOUTH|out|2024/02/28T00:00:00.500|40|17\n");
        assertThat(bench.good("rwfileinfo --no-titles --fields=version,packed-file-info o.rw"))
                .isEqualTo("16\n2024/02/28T00:00:00Z out SOUTH\n");
    }

    /// A damaged record may hold what no writer accepts.
    @Test
    void aFlowThatCannotBeWrittenIsToldOf() throws IOException {
        packed();
        SilkHeader.PackedFile hour = new SilkHeader.PackedFile(SampleSite.DAY_MS, 1, 1);
        SilkHeader header =
                SilkWriter.header(
                                SilkFormat.FT_RWSPLIT,
                                5,
                                true,
                                new FileSettings(
                                        Compression.NONE, 0, List.of(SilkHeader.packedFile(hour))))
                        .orElseThrow();
        try (OutputStream out = Files.newOutputStream(bench.path("zero.rw"))) {
            header.write(out);
            out.write(new byte[24]);
        }
        Workbench.Result r = bench.run("rwswapbytes --swap-endian zero.rw o.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo(
                        "rwswapbytes: o.rw: 1 flows are left out, the first because of no packets\n");
        assertThat(bench.exists("o.rw")).isTrue();
    }

    @Test
    void whatWasReadBeforeTheDamageIsWritten() throws IOException {
        SampleSite.writeWholeAndCut(bench);
        Workbench.Result r = bench.run("rwswapbytes --big-endian cut.rw o.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwswapbytes: cut.rw: offset ").hasLineCount(1);
        assertThat(bench.good("rwfileinfo --no-titles --fields=byte-order,count-records o.rw"))
                .isEqualTo("BigEndian\n1\n");
    }

    /// Parquet has no byte order: its flows are written as if they came from a pipe.
    @Test
    void flowsOfAnotherFormatBecomeSilks() throws IOException {
        SampleSite.write(bench.path("f.parquet"), SampleSite.flow(SampleSite.DAY_MS, 6));
        bench.good("rwswapbytes --big-endian f.parquet o.rw");
        assertThat(bench.good("rwfileinfo --no-titles --fields=format,byte-order o.rw"))
                .isEqualTo("FT_RWIPV6ROUTING(0x0c)\nBigEndian\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwswapbytes f.rw; rwswapbytes: one of --big-endian, --little-endian, --native-endian and --swap-endian is required",
                "rwswapbytes --big-endian --swap-endian f.rw; rwswapbytes: only one byte order may be given",
                "rwswapbytes --big-endian f.rw o.rw p.rw; rwswapbytes: Too many arguments: 'p.rw'",
                "rwswapbytes --big-endian none.rw o.rw; rwswapbytes: DIR/none.rw: no such file"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message.replace("DIR", directory.toString()));
        assertThat(bench.exists("o.rw")).isFalse();
    }

    @Test
    void binaryDataIsNotWrittenToATerminal() throws IOException {
        SampleSite.write(bench.path("f.rw"), SampleSite.flow(SampleSite.DAY_MS, 6));
        Workbench.Result r = bench.terminal(false, true).run("rwswapbytes --big-endian f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwswapbytes: will not write binary data to a terminal");
    }
}
