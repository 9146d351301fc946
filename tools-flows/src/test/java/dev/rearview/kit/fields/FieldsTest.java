package dev.rearview.kit.fields;

import static dev.rearview.testkit.SampleSite.DAY_MS;
import static dev.rearview.testkit.SampleSite.flow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.aggbags.RwAggBag;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import dev.rearview.tools.rwpmaplookup.RwPmapLookup;
import dev.rearview.tools.rwsiteinfo.RwSiteInfo;
import dev.rearview.tools.rwsort.RwSort;
import dev.rearview.tools.rwstats.RwStats;
import dev.rearview.tools.rwtuc.RwTuc;
import dev.rearview.tools.rwuniq.RwUniq;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fields that SiLK's page knows from plug-ins only, or not at all.
class FieldsTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void site() throws IOException {
        bench =
                SampleSite.bench(
                        directory,
                        RwAggBag::new,
                        RwCut::new,
                        RwPmapBuild::new,
                        RwPmapLookup::new,
                        RwSiteInfo::new,
                        RwSort::new,
                        RwStats::new,
                        RwTuc::new,
                        RwUniq::new);
    }

    private static FlowRecord sampled(long rate, int sport) {
        FlowRecord r = flow(DAY_MS, 17);
        r.sampling = rate;
        r.sport = sport;
        return r;
    }

    private String out(String line) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).as(r.err()).isZero();
        return r.out();
    }

    @Test
    void samplingIsAFieldOfFlowsThatHaveOne() throws IOException {
        SampleSite.write(
                bench.path("f.parquet"),
                sampled(512, 1),
                sampled(1, 2),
                sampled(0, 3),
                sampled(512, 4));
        assertThat(out("rwcut --fields=sport,sampling f.parquet"))
                .isEqualTo(
                        """
                        sPort|  sampling|
                            1|       512|
                            2|         1|
                            3|          |
                            4|       512|
                        """);
        assertThat(out("rwcut --fields=sport,sampl --output-format=ndjson --num-recs=3 f.parquet"))
                .isEqualTo(
                        """
                        {"sPort":1,"sampling":512}
                        {"sPort":2,"sampling":1}
                        {"sPort":3,"sampling":null}
                        """);
        assertThat(out("rwuniq --fields=sampling --sort-output --output-format=csv f.parquet"))
                .isEqualTo("sampling,Records\n,1\n1,1\n512,2\n");
        assertThat(out("rwuniq --fields=proto --values=distinct:sampling --no-titles f.parquet"))
                .isEqualTo(" 17|         3|\n");
        assertThat(out("rwstats --fields=sampling --count=1 --delimited --no-titles f.parquet"))
                .isEqualTo("512|2|50.000000|50.000000\n");
        out("rwsort --fields=sampling,sport --reverse --output-path=s.parquet f.parquet");
        assertThat(out("rwcut --fields=sport,sampling --delimited --no-titles s.parquet"))
                .isEqualTo("4|512\n1|512\n2|1\n3|\n");
    }

    @Test
    void filesOfSilkDoNotTellTheSamplingRate() throws IOException {
        SampleSite.write(bench.path("f.rw"), sampled(512, 1));
        assertThat(out("rwcut --fields=sport,sampling --delimited --no-titles f.rw"))
                .isEqualTo("1|\n");
    }

    @Test
    void aMapThatIsNotOfCountriesNamesNone() throws IOException {
        SampleSite.write(bench.path("f.rw"), sampled(1, 1));
        bench.write("map.txt", "label 1 x\n10.0.0.0/8 x\n");
        bench.good("rwpmapbuild --input-path=map.txt --output-path=m.pmap");
        bench.set("SILK_COUNTRY_CODES", bench.path("m.pmap").toString());
        assertThat(out("rwcut --fields=scc --no-titles --delimited f.rw")).isEqualTo("??\n");
    }

    @Test
    void allFieldsAreThoseOfSilk() throws IOException {
        SampleSite.write(bench.path("f.rw"), sampled(1, 1));
        assertThat(out("rwcut --all-fields --dry-run f.rw")).doesNotContain("sampling");
        assertThat(out("rwcut --help-fields")).contains("\n  sampling\n");
        for (String command : new String[] {"rwcut", "rwsort", "rwuniq", "rwstats"}) {
            assertThat(out(command + " --help")).as(command).contains("(sampling is");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwpmaplookup --country-codes --no-files --fields=key,value,KEY 1.1.1.1",
                "rwsiteinfo --fields=sensor,class,sensor",
                "rwaggbag --keys=sport,dport,SPORT --counters=records f.rw",
                "rwtuc --fields=sip,dip,1"
            })
    void aFieldIsNamedOnceElsewhereToo(String command) throws IOException {
        SampleSite.write(bench.path("f.rw"), sampled(1, 1));
        Workbench.Result r = bench.run(command);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).containsPattern("(named|given) twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwsort", "rwuniq", "rwstats --count=1"})
    void aFieldIsNamedOnce(String command) throws IOException {
        SampleSite.write(bench.path("f.rw"), sampled(1, 1));
        Workbench.Result r = bench.run(command + " --fields=sip,sport,1 f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("field 'sIP' is named twice");
        assertThat(out("rwcut --fields=sport,sip,sport --delimited f.rw"))
                .as("but rwcut prints it twice")
                .isEqualTo("sPort|sIP|sPort\n1|10.0.0.1|1\n");
    }

    @Test
    void matchesWithoutNumberAreBlank() throws IOException {
        SampleSite.write(
                bench.path("f.rw"),
                next(false, Ip.MAPPED | 5),
                next(false, Ip.MAPPED | 0xFF00_0005L),
                next(false, Ip.MAPPED),
                next(false, Ip.MAPPED | 0xFF00_0000L),
                next(true, Ip.MAPPED | 0xFF00_0007L),
                next(true, 0x1234));
        assertThat(out("rwcut --plugin=cutmatch.so --fields=match f.rw"))
                .isEqualTo(
                        """
                         <->Match#|
                        ->       5|
                        <-       5|
                        ->        |
                        <-        |
                        <-       7|
                        ->        |
                        """);
    }

    private static FlowRecord next(boolean v6, long lo) {
        FlowRecord r = flow(DAY_MS, 6);
        r.setIpv6(v6);
        r.nhipHi = 0;
        r.nhipLo = lo;
        return r;
    }

    @Test
    void flowKeysOfBothFamilies() throws IOException {
        FlowRecord v4 = flow(DAY_MS, 6);
        v4.sport = 0x1234;
        v4.dport = 0x5678;
        v4.input = 3;
        FlowRecord v6 = flow(DAY_MS, 6);
        v6.sport = 0x1234;
        v6.dport = 0x5678;
        v6.input = 3;
        v6.setIpv6(true);
        v6.sipHi = 0x2001_0DB8_0000_0001L;
        v6.sipLo = 0x1122_3344_0000_0000L;
        v6.dipHi = 0;
        v6.dipLo = 1;
        SampleSite.write(bench.path("f.rw"), v4, v6);
        long common = 0x1234L << 16 ^ 0x5678 ^ 6 << 12 ^ 4 << 4 ^ 3 << 20;
        long addresses4 = 0x0A00_0001L ^ 0x0A00_0002L;
        long addresses6 = 0xB80D_0120L ^ 0x0100_0000L ^ 0x4433_2211L ^ 0x0100_0000L;
        assertThat(out("rwcut --plugin=flowkey.so --fields=flowkey --delimited --no-titles f.rw"))
                .isEqualTo((common ^ addresses4) + "\n" + (common ^ addresses6) + "\n");
    }
}
