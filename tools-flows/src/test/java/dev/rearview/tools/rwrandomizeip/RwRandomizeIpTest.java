package dev.rearview.tools.rwrandomizeip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tables that are kept, what random addresses look like, and damaged tables.
class RwRandomizeIpTest {
    private static final int COUNT = 10_000;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwRandomizeIp::new, RwCut::new);
        FlowRecord[] flows = new FlowRecord[COUNT];
        for (int i = 0; i < COUNT; i++) {
            flows[i] = SampleSite.flow(SampleSite.DAY_MS, 6);
            flows[i].sipLo = Ip.mapped(0xC633_0000 | i);
            flows[i].setNhipV4(0x0102_0304);
        }
        SampleSite.write(bench.path("f.rw"), flows);
    }

    private List<String> cut(String name, String field) {
        return bench.good("rwcut --no-titles --delimited --fields=" + field + " " + name)
                .lines()
                .toList();
    }

    @Test
    void aTableThatWasKeptGivesTheSameAddresses() {
        bench.good("rwrandomizeip --save-table=t f.rw a.rw");
        bench.good("rwrandomizeip --load-table=t f.rw b.rw");
        assertThat(cut("a.rw", "sip,dip"))
                .isEqualTo(cut("b.rw", "sip,dip"))
                .isNotEqualTo(cut("f.rw", "sip,dip"))
                .doesNotHaveDuplicates();
        bench.good("rwrandomizeip --consistent f.rw c.rw");
        assertThat(cut("c.rw", "sip,dip")).isNotEqualTo(cut("a.rw", "sip,dip"));
    }

    @Test
    void randomAddressesAreOfAllPrivateBlocksAndOtherValuesStay() {
        bench.good("rwrandomizeip --seed=1 f.rw a.rw");
        List<String> addresses = cut("a.rw", "dip");
        assertThat(addresses.stream().filter(a -> a.startsWith("10."))).hasSizeBetween(9000, 9700);
        assertThat(addresses.stream().filter(a -> a.startsWith("172."))).hasSizeBetween(400, 800);
        assertThat(addresses.stream().filter(a -> a.startsWith("192.168."))).isNotEmpty();
        assertThat(addresses.stream().distinct()).hasSizeGreaterThan(COUNT - 50);
        assertThat(cut("a.rw", "nhip,stime,bytes")).isEqualTo(cut("f.rw", "nhip,stime,bytes"));
        bench.good("rwrandomizeip --seed=1 f.rw b.rw");
        assertThat(bench.octets("b.rw")).isEqualTo(bench.octets("a.rw"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1023, 1025, 0})
    void aDamagedTableIsRefused(int size) throws IOException {
        bench.good("rwrandomizeip --save-table=t f.rw a.rw");
        byte[] table = bench.octets("t");
        int header = table.length - 1024;
        byte[] damaged = new byte[header + (size == 0 ? 1024 : size)];
        System.arraycopy(table, 0, damaged, 0, Math.min(table.length, damaged.length));
        if (size == 0) {
            damaged[header + 600] = damaged[header + 601];
        }
        Files.write(bench.path("t"), damaged);
        Workbench.Result r = bench.run("rwrandomizeip --load-table=t f.rw o.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwrandomizeip: t: offset 24: table: has ").hasLineCount(1);
        assertThat(bench.exists("o.rw")).isFalse();
    }

    @Test
    void whatIsNoTableIsRefused() {
        Workbench.Result r = bench.run("rwrandomizeip --load-table=f.rw f.rw o.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .startsWith("rwrandomizeip: f.rw: offset 5: file format: FT_RWIPV6ROUTING is no");
        assertThat(bench.run("rwrandomizeip --load-table=t --save-table=t f.rw o.rw").err())
                .startsWith("rwrandomizeip: --save-table and --load-table exclude each other");
        assertThat(bench.exists("o.rw")).isFalse();
    }

    @Test
    void theTableIsThereForWhatWasWrittenOfADamagedFile() throws IOException {
        SampleSite.writeWholeAndCut(bench);
        Workbench.Result r = bench.run("rwrandomizeip --save-table=t cut.rw o.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(cut("o.rw", "proto")).containsExactly("6");
        assertThat(bench.exists("t")).isTrue();
    }
}
