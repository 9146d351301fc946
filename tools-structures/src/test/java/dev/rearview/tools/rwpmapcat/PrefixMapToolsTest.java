package dev.rearview.tools.rwpmapcat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwgeoip2ccmap.RwGeoIp2CcMap;
import dev.rearview.tools.rwip2cc.RwIp2Cc;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import dev.rearview.tools.rwpmaplookup.RwPmapLookup;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Prefix maps and country maps are made, printed and asked as SiLK does.
class PrefixMapToolsTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void maps() {
        bench =
                new Workbench(
                        directory,
                        RwGeoIp2CcMap::new,
                        RwIp2Cc::new,
                        RwPmapBuild::new,
                        RwPmapCat::new,
                        RwPmapLookup::new);
        bench.write("m.txt", "label 0 other\nlabel 1 ours\ndefault other\n10.0.0.0/8 ours\n");
        bench.goodPipeline("rwpmapbuild --input-path=m.txt --output-path=m.pmap");
        bench.write("c.csv", "\"10.0.0.0\",\"10.255.255.255\",\"0\",\"0\",\"DE\",\"Germany\"\n");
        bench.goodPipeline("rwgeoip2ccmap --input-path=c.csv --output-path=c.pmap");
    }

    @Test
    void anIpv4AddressAndAnIpv6AddressMakeARange() {
        bench.write("six.txt", "mode ipv6\n10.0.0.1 2001:db8::1 wide\n7 9 numbers\n");
        bench.goodPipeline("rwpmapbuild --input-path=six.txt --output-path=six.pmap");
        assertThat(
                        bench.goodPipeline(
                                "rwpmapcat --no-cidr-blocks --no-titles --delimited=,"
                                        + " --ignore-label=unknown six.pmap"))
                .isEqualTo(
                        "::ffff:0.0.0.7,::ffff:0.0.0.9,numbers\n::ffff:10.0.0.1,2001:db8::1,wide\n");
        bench.write("bad.txt", "mode ipv6\n7 2001:db8::1 wide\n");
        Workbench.Result number = bench.pipeline("rwpmapbuild --input-path=bad.txt");
        assertThat(number.status()).isEqualTo(1);
        assertThat(number.err()).contains("bad.txt:2", "integer");
        bench.write("v4.txt", "mode ipv4\n10.0.0.1 2001:db8::1 wide\n");
        Workbench.Result four = bench.pipeline("rwpmapbuild --input-path=v4.txt");
        assertThat(four.status()).isEqualTo(1);
        assertThat(four.err()).contains("'2001:db8::1' is IPv6");
    }

    @Test
    void whatIsNotThereIsSaidWithoutTitlesToo() {
        assertThat(bench.goodPipeline("rwpmapcat --no-titles --output-types=mapname m.pmap"))
                .isEqualTo("NO MAPNAME IS PRESENT\n");
        assertThat(bench.goodPipeline("rwpmapcat --no-titles --output-types=label c.pmap"))
                .isEqualTo("NO LABELS ARE PRESENT; VALUE IS APPLICATION DEPENDENT\n");
        assertThat(bench.goodPipeline("rwpmapcat --no-titles --output-types=label m.pmap"))
                .isEqualTo("other\nours\n");
        assertThat(
                        bench.goodPipeline(
                                "rwpmapcat --output-types=type,mapname,label"
                                        + " --country-codes=c.pmap"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--ignore-label=ours --ip-label-to-ignore=10.0.0.1 m.pmap",
                "--ignore-label=1 m.pmap",
                "--ignore-label=UNKNOWN m.pmap",
                "--ignore-label=germany --country-codes=c.pmap",
                "--ignore-label=25701 --country-codes=c.pmap",
                "--output-types=type --output-types=label m.pmap",
            })
    void switchesThatSayNothingAreErrors(String switches) {
        Workbench.Result r = bench.pipeline("rwpmapcat " + switches);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwpmapcat: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    --ignore-label=OTHER m.pmap;                 10.0.0.0/8,ours
                    --ip-label-to-ignore=11.0.0.1 m.pmap;        10.0.0.0/8,ours
                    --ignore-label=-- --country-codes=c.pmap;    10.0.0.0/8,de
                    """)
    void labelsAreLeftOut(String switches, String expected) {
        assertThat(bench.goodPipeline("rwpmapcat --no-titles --delimited=, " + switches))
                .isEqualTo(expected + "\n");
        assertThat(
                        bench.pipeline(
                                        "rwpmapcat --ignore-label=zz --no-titles --delimited=,"
                                                + " --country-codes=c.pmap")
                                .lines())
                .contains("10.0.0.0/8,de");
    }

    @Test
    void aMapReadAsWhatItIsNot() {
        // "de" is 0x6465.
        assertThat(
                        bench.goodPipeline(
                                "rwpmaplookup --map-file=c.pmap --no-files --fields=value 10.0.0.1"))
                .isEqualTo(" ".repeat(17) + "value|\n" + " ".repeat(17) + "25701|\n");
        assertThat(
                        bench.goodPipeline(
                                "rwpmaplookup --country-codes=m.pmap --no-files --fields=value"
                                        + " --no-titles --delimited 10.0.0.1"))
                .isEqualTo("??\n");
        assertThat(bench.goodPipeline("rwip2cc --map-file=m.pmap --address=10.0.0.1"))
                .isEqualTo("??\n");
    }

    @Test
    void aFieldNamedTwiceIsAnError() {
        Workbench.Result r =
                bench.pipeline(
                        "rwpmaplookup --map-file=m.pmap --no-files --fields=key,key 10.0.0.1");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("'key' is named twice");
    }

    @Test
    void linesOfCsvThatSayNothingAreToldAndLeftOut() {
        bench.write(
                "d.csv",
                """
                # comment
                "1.0.0.0","1.0.0.255","0","0","AU","Australia"
                "2.0.0.0","2.0.0.255","0","0","FR","France
                "3.0.0.0","3.0.0.255","0",,"US","x"
                "4.0.0.x","4.0.0.255","0","0","US","x"
                "5.0.0.0","5.0.0.255","0","0","USA","x"
                "6.0.0.0",6.0.0.255,0,0,US,x
                """);
        Workbench.Result made =
                bench.pipeline("rwgeoip2ccmap --input-path=d.csv --output-path=d.pmap");
        assertThat(made.status()).isZero();
        assertThat(made.err().lines().map(l -> l.substring(0, l.indexOf(": ", 20))).toList())
                .containsExactly(
                        "rwgeoip2ccmap: d.csv:1",
                        "rwgeoip2ccmap: d.csv:3",
                        "rwgeoip2ccmap: d.csv:4",
                        "rwgeoip2ccmap: d.csv:5",
                        "rwgeoip2ccmap: d.csv:6");
        assertThat(
                        bench.goodPipeline(
                                "rwpmapcat --country-codes=d.pmap --ignore-label=-- --no-titles"
                                        + " --delimited=,"))
                .isEqualTo("1.0.0.0/24,au\n6.0.0.0/24,??\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no CSV at all\n", "\"1.0.0.0\",\"1.0.0.255\",\"AU\",\"Australia\"\n"})
    void whatIsNoSuchCsvLeavesNothing(String text) {
        bench.write("n.csv", text);
        Workbench.Result r =
                bench.pipeline("rwgeoip2ccmap --input-path=n.csv --output-path=n.pmap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("n.csv");
        assertThat(bench.exists("n.pmap")).isFalse();
    }
}
