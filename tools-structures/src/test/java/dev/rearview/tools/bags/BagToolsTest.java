package dev.rearview.tools.bags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.sets.BagType;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bags are made and printed as SiLK does.
class BagToolsTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench =
                new Workbench(
                        directory, RwBag::new, RwBagBuild::new, RwBagCat::new, RwPmapBuild::new);
        bench.write(
                "map.txt",
                "label 0 a\nlabel 2 three\nmode ip\ndefault a\n10.0.0.0/8 a\n11.0.0.0/8 three\n");
        bench.goodPipeline("rwpmapbuild --input-path=map.txt --output-path=m.pmap");
        FlowRecord six = SampleSite.flow(SampleSite.DAY_MS, 0);
        six.sipHi = 0x2001_0db8_0000_0000L;
        six.sipLo = 1;
        six.dipHi = six.sipHi;
        six.dipLo = 2;
        six.setIpv6(true);
        SampleSite.write(bench.path("f.rw"), SampleSite.flow(SampleSite.DAY_MS, 0), six);
    }

    private static int lastKey(byte[] bag) {
        return ByteBuffer.wrap(bag).order(ByteOrder.nativeOrder()).getInt(bag.length - 12);
    }

    @Test
    void anAddressOutsideTheMapIsKey4294967295() {
        bench.goodPipeline(
                "rwbag --pmap-file=m:m.pmap --bag-file=sip-pmap:m,records,b.bag"
                        + " --compression-method=none f.rw");
        assertThat(lastKey(bench.octets("b.bag"))).isEqualTo(-1);
        // The map's longest label has five characters.
        assertThat(bench.goodPipeline("rwbagcat --pmap-file=m.pmap b.bag"))
                .isEqualTo("    a|                   1|\nUNKNO|                   1|\n");
        bench.write("keys.txt", "2001:db8::7|5\n11.0.0.1|2\n");
        bench.goodPipeline(
                "rwbagbuild --bag-input=keys.txt --key-type=sip-pmap --pmap-file=m.pmap"
                        + " --compression-method=none --output-path=c.bag");
        assertThat(lastKey(bench.octets("c.bag"))).isEqualTo(-1);
    }

    @Test
    void numbersWithoutLabelArePrintedByWhereTheyLie() throws IOException {
        BagFile.Format format =
                new BagFile.Format(
                        BagType.SIP_PMAP,
                        BagType.CUSTOM,
                        false,
                        new FileSettings(Compression.NONE, 0, List.of()));
        try (BagFile.Writer bag =
                new BagFile.Writer(Files.newOutputStream(directory.resolve("k.bag")), format)) {
            for (int key : new int[] {0, 1, 2, 3, 1_234_567, Integer.MAX_VALUE, -1}) {
                bag.add(0, Ip.mapped(key), 7);
            }
        }
        assertThat(bench.goodPipeline("rwbagcat --pmap-file=m.pmap --no-final-delimiter k.bag"))
                .isEqualTo(
                        """
                            a|                   7
                             |                   7
                        three|                   7
                            3|                   7
                        1234567|                   7
                        2147483647|                   7
                        UNKNO|                   7
                        """);
    }

    @Test
    void countersEndAt18446744073709551614() {
        bench.write("keys.txt", "1|18446744073709551614\n2|9223372036854775808\n3|7\n");
        bench.goodPipeline("rwbagbuild --bag-input=keys.txt --key-type=dport --output-path=k.bag");
        assertThat(
                        bench.goodPipeline(
                                "rwbagcat --delimited=, --mincounter=18446744073709551614 k.bag"))
                .isEqualTo("1,18446744073709551614\n");
        Workbench.Result above = bench.pipeline("rwbagcat --maxcounter=18446744073709551615 k.bag");
        assertThat(above.status()).isEqualTo(1);
        assertThat(above.err()).contains("--maxcounter", "18446744073709551614");
        assertThat(above.out()).isEmpty();
        assertThat(bench.goodPipeline("rwbagcat --delimited=, --bin-ips=decimal k.bag"))
                .isEqualTo("7,1\n9226325700764499968,1\n18408939976364277760,1\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    ' '; '80 5';        '80,5'
                    ' '; '80   5';      '80,5'
                    ' '; '  80 5  ';    '80,5'
                    ' '; '80\\t5';      ''
                    ' '; '80 5 6';      ''
                    '\\t'; '80\\t5';    '80,5'
                    '\\t'; ' 80 \\t 5'; '80,5'
                    '\\t'; '80 5';      ''
                    '\\t'; '80\\t5\\t6'; ''
                    ','; '80,5,rest';   '80,5'
                    '|'; '80 | 5|rest'; '80,5'
                    """)
    void aBlankAsDelimiterIsThatBlankAlone(String delimiter, String line, String expected) {
        bench.write("keys.txt", plain(line) + "\n");
        Workbench.Result made =
                bench.pipeline(
                        "rwbagbuild --bag-input=keys.txt --key-type=dport --output-path=k.bag"
                                + " \"--delimiter="
                                + plain(delimiter)
                                + "\"");
        if (plain(expected).isEmpty()) {
            assertThat(made.status()).isEqualTo(1);
            assertThat(made.err()).startsWith("rwbagbuild: keys.txt:1: column ");
            assertThat(bench.exists("k.bag")).isFalse();
        } else {
            assertThat(made).isEqualTo(new Workbench.Result(0, "", ""));
            assertThat(bench.goodPipeline("rwbagcat --delimited=, k.bag"))
                    .isEqualTo(plain(expected) + "\n");
        }
    }

    private static String plain(String quoted) {
        return quoted.substring(1, quoted.length() - 1).replace("\\t", "\t");
    }

    @Test
    void aListOfKeysMayEndWithAComma() {
        bench.write("keys.txt", "10.0.0.1,3,|5\n");
        assertThat(
                        bench.goodPipeline(
                                "rwbagbuild --bag-input=keys.txt --key-type=sipv4"
                                        + " | rwbagcat --delimited=,"))
                .isEqualTo("10.0.0.1,5\n10.0.0.3,5\n");
    }
}
