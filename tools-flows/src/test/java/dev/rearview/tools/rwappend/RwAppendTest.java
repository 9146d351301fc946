package dev.rearview.tools.rwappend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.silk.SilkTail;
import dev.rearview.silk.SilkWriter;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcat.RwCat;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfileinfo.RwFileInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a target becomes, and that it stays what it was where that cannot be.
class RwAppendTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwAppend::new, RwCat::new, RwCut::new, RwFileInfo::new);
        SampleSite.writeWholeAndCut(bench);
        FlowRecord[] more = new FlowRecord[3];
        for (int i = 0; i < more.length; i++) {
            more[i] = SampleSite.flow(SampleSite.DAY_MS + i, 6);
            more[i].sport = 100 + i;
        }
        SampleSite.write(bench.path("more.rw"), more);
    }

    private String ports(String file) {
        return bench.good("rwcut --fields=sport --no-titles --delimited " + file)
                .strip()
                .replace('\n', ' ');
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zlib", "lzo1x", "snappy"})
    void recordsComeBehindThoseThatAreThere(String compression) {
        bench.good("rwcat --compression-method=" + compression + " --output-path=t.rw f.rw");
        bench.good("rwappend t.rw more.rw f.rw");
        assertThat(ports("t.rw")).isEqualTo("0 0 100 101 102 0 0");
        assertThat(bench.good("rwfileinfo --no-titles --fields=compression t.rw"))
                .startsWith(compression + "(");
    }

    @Test
    void aMarkOfTheEndIsNoEnd() throws IOException {
        bench.good("rwcat --compression-method=zlib --output-path=t.rw f.rw");
        byte[] whole = bench.octets("t.rw");
        Files.write(bench.path("t.rw"), Arrays.copyOf(whole, whole.length + 8));
        bench.good("rwappend t.rw more.rw");
        assertThat(ports("t.rw")).isEqualTo("0 0 100 101 102");
    }

    @Test
    void ipv4OnlyTargetsTakeWhatIsIpv4() {
        bench.good("rwcat --ipv4-output --output-path=t.rw more.rw");
        bench.good("rwappend t.rw f.rw");
        assertThat(ports("t.rw")).isEqualTo("100 101 102 0");
    }

    @Test
    void aTargetIsMadeAsATemplateIs() {
        bench.good("rwcat --byte-order=big --note-add=old --output-path=big.rw f.rw");
        bench.good("rwappend --create=big.rw t.rw more.rw");
        assertThat(bench.good("rwfileinfo --no-titles --fields=byte-order,annotations t.rw"))
                .isEqualTo("BigEndian\nold\n");
        assertThat(ports("t.rw")).isEqualTo("100 101 102");
        // It is there now, so that the template does not matter.
        bench.good("rwappend --create=none.rw t.rw more.rw");
        assertThat(ports("t.rw")).isEqualTo("100 101 102 100 101 102");
    }

    @Test
    void statisticsTellOfEachSource() {
        bench.good("rwcat --output-path=t.rw f.rw");
        Workbench.Result r = bench.run("rwappend --print-statistics t.rw more.rw t.rw f.rw");
        assertThat(r.status()).isZero();
        assertThat(r.err())
                .isEqualTo(
                        """
                        rwappend: appended 3 records from more.rw to t.rw
                        rwappend: Warning: skipping source-file1: identical to target file 't.rw'
                        rwappend: appended 2 records from f.rw to t.rw
                        rwappend: appended 5 records from 2 files to t.rw
                        """);
    }

    @Test
    void otherSourcesAreAppendedWhereOneCannotBeRead() {
        bench.good("rwcat --output-path=t.rw f.rw");
        Workbench.Result r = bench.run("rwappend t.rw none.rw cut.rw more.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("none.rw: no such file").contains("cut.rw: offset ");
        assertThat(ports("t.rw")).isEqualTo("0 0 0 100 101 102");
    }

    @ParameterizedTest
    @CsvSource({"none, 3", "zlib, 3", "zlib, 40", "none, 40"})
    void aDamagedTargetStaysWhatItIs(String compression, int less) throws IOException {
        bench.good("rwcat --compression-method=" + compression + " --output-path=t.rw more.rw");
        byte[] whole = bench.octets("t.rw");
        byte[] cut = Arrays.copyOf(whole, whole.length - less);
        Files.write(bench.path("t.rw"), cut);
        Workbench.Result r = bench.run("rwappend t.rw more.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("t.rw: offset ");
        assertThat(bench.octets("t.rw")).isEqualTo(cut);
    }

    @Test
    void whatCannotBeATargetStaysWhatItIs() throws IOException {
        bench.write("text", "no flows");
        assertThat(bench.run("rwappend text more.rw").status()).isEqualTo(1);
        assertThat(Files.readString(bench.path("text"))).isEqualTo("no flows");
        assertThat(bench.run("rwappend gone.rw more.rw").err())
                .isEqualTo("rwappend: gone.rw: no such file; --create makes it\n");
        assertThat(bench.run("rwappend --create=text gone.rw more.rw").status()).isEqualTo(1);
        assertThat(bench.exists("gone.rw")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy"})
    void whatIsNotWholeIsTakenBack(String compression) throws IOException {
        bench.good("rwcat --compression-method=" + compression + " --output-path=t.rw f.rw");
        byte[] before = bench.octets("t.rw");
        try (AppendedFile file = AppendedFile.open(bench.path("t.rw"), "t.rw")) {
            SilkWriter out = file.writer((flow, why) -> {});
            out.write(SampleSite.flow(SampleSite.DAY_MS, 6));
            out.close();
            assertThat(Files.size(bench.path("t.rw"))).isGreaterThan(before.length);
        }
        assertThat(bench.octets("t.rw")).isEqualTo(before);
    }

    @Test
    void nobodyElseAppendsAtTheSameTime() throws IOException {
        bench.good("rwcat --output-path=t.rw f.rw");
        try (FileChannel other = FileChannel.open(bench.path("t.rw"), StandardOpenOption.WRITE);
                FileLock lock = other.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThat(bench.run("rwappend t.rw more.rw").err())
                    .isEqualTo("rwappend: t.rw: something else is being appended to it\n");
        }
        assertThat(ports("t.rw")).isEqualTo("0 0");
    }

    /// Who is killed between two writes leaves a file of whole flows, to which can be appended.
    @ParameterizedTest
    @ValueSource(strings = {"none", "zlib", "lzo1x", "snappy"})
    void everyWriteEndsWithAWholeFlow(String compression) throws IOException {
        bench.good("rwcat --compression-method=" + compression + " --output-path=t.rw f.rw");
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(bench.octets("t.rw"));
        List<Integer> ends = new ArrayList<>();
        OutputStream out =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new AssertionError("an octet by itself");
                    }

                    @Override
                    public void write(byte[] b, int off, int len) {
                        file.write(b, off, len);
                        ends.add(file.size());
                    }
                };
        Random random = new Random(14);
        FlowRecord flow = SampleSite.flow(SampleSite.DAY_MS, 6);
        try (FileChannel target = FileChannel.open(bench.path("t.rw"));
                SilkWriter writer = SilkTail.of(target, "t.rw").writer(out, (record, why) -> {})) {
            for (int i = 0; i < 10_000; i++) {
                flow.setSipV4(random.nextInt());
                flow.bytes = random.nextInt(1 << 30);
                writer.write(flow);
            }
        }
        assertThat(ends).hasSizeGreaterThan(1);
        for (int end : ends) {
            Files.write(bench.path("killed.rw"), Arrays.copyOf(file.toByteArray(), end));
            bench.good("rwappend killed.rw more.rw");
            assertThat(ports("killed.rw")).startsWith("0 0").endsWith(" 100 101 102");
        }
    }
}
