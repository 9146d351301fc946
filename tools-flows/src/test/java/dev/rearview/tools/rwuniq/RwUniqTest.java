package dev.rearview.tools.rwuniq;

import static dev.rearview.testkit.SampleSite.DAY_MS;
import static dev.rearview.testkit.SampleSite.flow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwstats.RwStats;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys and values of rwuniq, and what rwstats has of its own.
class RwUniqTest {
    private static final String COUNTS = "Bytes|Packets|Records|sTime-Earliest|eTime-Latest";

    @TempDir Path directory;
    private Workbench bench;

    private static FlowRecord icmp(int protocol, boolean v6, int dport) {
        FlowRecord r = flow(DAY_MS, protocol);
        r.dport = dport;
        if (v6) {
            r.setIpv6(true);
            r.sipHi = 0x2001_0DB8L << 32;
            r.sipLo = 1;
        }
        return r;
    }

    @BeforeEach
    void flows() throws IOException {
        bench = SampleSite.bench(directory, RwStats::new, RwUniq::new);
        SampleSite.write(
                bench.path("f.rw"),
                icmp(6, false, 0x0803),
                icmp(6, false, 0x0803),
                icmp(1, false, 0x0803),
                icmp(1, false, 0x0000),
                icmp(58, true, 0x8000),
                icmp(58, true, 0x8100),
                icmp(58, false, 0x8000));
    }

    private Workbench.Result uniq(String switches) {
        return bench.run("rwuniq --delimited --no-titles --sort-output " + switches + " f.rw");
    }

    private String titles(String switches) {
        Workbench.Result r = bench.run("rwuniq --delimited --fields=proto " + switches + " f.rw");
        assertThat(r.status()).as(r.err()).isZero();
        return r.lines().getFirst();
    }

    @Test
    void withoutProtocolOtherFlowsHaveTypeZero() {
        assertThat(uniq("--fields=itype,icode").lines())
                .containsExactly("0|0|4", "8|3|1", "128|0|1", "129|0|1");
    }

    @Test
    void withThePortEveryFlowShowsItsParts() {
        assertThat(uniq("--fields=dport,itype,icode").lines())
                .as("ICMP stays apart, and comes after the others")
                .containsExactly(
                        "0|0|0|1",
                        "2051|8|3|2",
                        "2051|8|3|1",
                        "32768|128|0|1",
                        "32768|128|0|1",
                        "33024|129|0|1");
        assertThat(uniq("--fields=icode,dport").lines())
                .as("sorted by the key, not by what is shown")
                .containsExactly("0|0|1", "3|2051|2", "0|32768|2", "0|33024|1", "3|2051|1");
    }

    @Test
    void withTheProtocolOtherFlowsAreBlank() {
        assertThat(uniq("--fields=itype,proto").lines())
                .as("they sort as 0")
                .containsExactly("0|1|1", "|6|2", "|58|1", "8|1|1", "128|58|1", "129|58|1");
        assertThat(uniq("--fields=proto,sip,itype,icode").lines())
                .containsExactly(
                        "1|10.0.0.1|0|0|1",
                        "1|10.0.0.1|8|3|1",
                        "6|10.0.0.1|||2",
                        "58|10.0.0.1|||1",
                        "58|2001:db8::1|128|0|1",
                        "58|2001:db8::1|129|0|1");
    }

    @Test
    void distinctTypesAreThoseOfTheKey() {
        assertThat(uniq("--fields=proto --values=distinct:itype").lines())
                .containsExactly("1|2", "6|1", "58|3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"distinct:sport", "DISTINCT:sport", "dist:sport", "dis:sport"})
    void distinctMayBeShortened(String value) {
        assertThat(titles("--values=" + value)).isEqualTo("protocol|sPort-Distinct");
    }

    @ParameterizedTest
    @ValueSource(strings = {"di:sport", "d:sport", ":sport", "distinctly:sport", "d", "di"})
    void butNotToWhatIsAmbiguous(String value) {
        Workbench.Result r = uniq("--fields=proto --values=" + value);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains("invalid value");
    }

    @ParameterizedTest
    @CsvSource({
        "sip, 20",
        "dip, 20",
        "nhip, 20",
        "sport, 5",
        "flags, 3",
        "stime, 10",
        "payload-bytes, 15",
        "int-ip, 15",
        "flowkey, 10"
    })
    void widthsOfDistinctColumns(String field, int width) {
        Workbench.Result r =
                bench.run(
                        "rwuniq --ipv6-policy=ignore --plugin=flowrate.so --plugin=flowkey.so"
                                + " --plugin=int-ext-fields.so --incoming-flowtypes=all/in"
                                + " --outgoing-flowtypes=all/out --no-titles --fields=proto"
                                + " --values=distinct:"
                                + field
                                + " f.rw");
        assertThat(r.status()).as(r.err()).isZero();
        assertThat(r.lines().getFirst()).hasSize("  1|".length() + width + 1);
    }

    @Test
    void anInternalAddressIsCountedInItsOwnWidth() {
        Workbench.Result r =
                bench.run(
                        "rwuniq --plugin=int-ext-fields.so --incoming-flowtypes=all/in"
                                + " --outgoing-flowtypes=all/out --no-titles --fields=proto"
                                + " --values=distinct:int-ip f.rw");
        assertThat(r.lines().getFirst()).hasSize("  1|".length() + 39 + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "'', Bytes|Packets|Records|sTime-Earliest|eTime-Latest",
        "bytes, Bytes|Packets|Records|sTime-Earliest|eTime-Latest",
        "records, Records|Bytes|Packets|sTime-Earliest|eTime-Latest",
        "etime, eTime-Latest|Bytes|Records|sTime-Earliest|Packets",
        "'stime,records', sTime-Earliest|Records|Bytes|Packets|eTime-Latest",
        "'etime,stime,records,packets,bytes',"
                + " eTime-Latest|sTime-Earliest|Records|Packets|Bytes"
    })
    void allCountsBesideValues(String values, String titles) {
        assertThat(titles("--all-counts" + (values.isEmpty() ? "" : " --values=" + values)))
                .isEqualTo("protocol|" + titles);
    }

    @Test
    void aValueOfAnotherKindCostsNoColumn() {
        assertThat(titles("--all-counts --values=distinct:sip"))
                .isEqualTo("protocol|sIP-Distinct|" + COUNTS);
        assertThat(titles("--values=bytes --packets --flows"))
                .as("nor do two old switches")
                .isEqualTo("protocol|Bytes|Packets|Records");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--fields=proto --bytes=",
                "--fields=proto --flows=",
                "--fields=proto --sip-distinct=",
                "--fields=proto --bytes --bytes=9",
                "--fields=proto --bytes=9 --bytes=10",
                "--fields=proto --bytes=+9",
                "--fields=proto --fields=sip",
                "--fields=sip,1",
                "--fields=proto --values=bytes,BYTES"
            })
    void whatIsNotAllowed(String switches) {
        Workbench.Result r = uniq(switches);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("rwuniq: ");
    }

    @Test
    void titlesOfRwstats() {
        assertThat(bench.run("rwstats --fields=proto --count=1 f.rw").lines())
                .contains("OUTPUT: Top 1 Bin by Records");
        assertThat(bench.run("rwstats --fields=proto --count=+2 f.rw").lines())
                .contains("OUTPUT: Top 2 Bins by Records");
        assertThat(bench.run("rwstats --fields=sip --threshold=5 f.rw").lines())
                .contains("OUTPUT: Top 1 bins by Records (threshold 5)");
        assertThat(bench.run("rwstats --fields=sip --percentage=50 f.rw").lines())
                .contains("OUTPUT: Top 1 bins by Records (50.0000% == 3)");
    }
}
