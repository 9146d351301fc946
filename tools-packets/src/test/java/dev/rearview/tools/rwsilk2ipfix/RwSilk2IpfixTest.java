package dev.rearview.tools.rwsilk2ipfix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcompare.RwCompare;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwipfix2silk.RwIpfix2Silk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Flows as IPFIX and back.
class RwSilk2IpfixTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench =
                SampleSite.bench(
                        directory,
                        RwSilk2Ipfix::new,
                        RwIpfix2Silk::new,
                        RwCompare::new,
                        RwCut::new);
        SampleSite.writeWholeAndCut(bench);
    }

    /// Flows of both families, of all protocols that have a template, with flags apart and
    /// together, with and without application, of several sensors and types.
    private static FlowRecord[] flows() {
        List<FlowRecord> out = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            boolean six = i % 2 == 1;
            int protocol = new int[] {6, 17, six ? 58 : 1, 132, 47, 6}[i % 6];
            FlowRecord r = SampleSite.flow(SampleSite.DAY_MS + i, protocol);
            if (six) {
                r.setIpv6(true);
                r.sipHi = 0x2001_0db8_0000_0000L + i;
                r.dipHi = 0x2001_0db8_0001_0000L;
                r.nhipHi = 0xFE80_0000_0000_0000L;
            }
            if (protocol == 6) {
                r.flags = 0x1B;
                if (i % 4 < 2) {
                    r.initialFlags = 0x02;
                    r.sessionFlags = 0x19;
                    r.attributes |= Attributes.EXPANDED;
                }
            }
            r.sport = protocol == 47 || protocol == 1 || protocol == 58 ? 0 : 1024 + i;
            r.dport = protocol == 47 ? 0 : 443;
            r.duration = 1_000_000L * i;
            r.application = i % 3 == 0 ? 443 : 0;
            r.sensor = i % 5 == 0 ? FlowRecord.NO_SENSOR : i % 2;
            r.flowtype = i % 7 == 0 ? FlowRecord.NO_FLOWTYPE : i % 3;
            r.attributes |= i % 4 == 0 ? Attributes.UNIFORM : Attributes.CONTINUED;
            r.input = i;
            r.output = 65_535L - i;
            out.add(r);
        }
        return out.toArray(FlowRecord[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --single-template", " --no-site-name-elements"})
    void flowsComeBackAsTheyWere(String how) throws IOException {
        SampleSite.write(bench.path("all.rw"), flows());
        bench.good("rwsilk2ipfix --ipfix-output=a.ipfix" + how + " all.rw");
        bench.good("rwipfix2silk --silk-output=b.rw a.ipfix");
        assertThat(bench.good("rwcompare all.rw b.rw")).isEmpty();
    }

    @Test
    void namesOfTheSiteStandBesideTheNumbers() {
        bench.good("rwsilk2ipfix --ipfix-output=a.ipfix f.rw");
        assertThat(bench.text("a.ipfix")).contains("\u0002in\u0003all\u0002in\u0005NORTH");
        bench.unset("SILK_CONFIG_FILE");
        bench.good("rwsilk2ipfix --site-config-file=silk.conf --ipfix-output=b.ipfix f.rw");
        assertThat(bench.text("b.ipfix")).contains("NORTH");
        bench.good("rwsilk2ipfix --ipfix-output=c.ipfix --no-site-name-elements f.rw");
        assertThat(bench.text("c.ipfix")).doesNotContain("NORTH");
        bench.good("rwsilk2ipfix --ipfix-output=d.ipfix --single-template f.rw");
        assertThat(bench.text("d.ipfix")).doesNotContain("NORTH").hasSize(140 + 20 + 240);
    }

    @Test
    void itTellsHowManyItWrote() {
        Workbench.Result r =
                bench.run("rwsilk2ipfix --print-statistics --ipfix-output=a.ipfix f.rw f.rw");
        assertThat(r.status()).isZero();
        assertThat(r.err()).isEqualTo("rwsilk2ipfix: Wrote 4 IPFIX records to 'a.ipfix'\n");
    }

    @Test
    void whatCameBeforeTheDamageIsWritten() {
        Workbench.Result r = bench.run("rwsilk2ipfix --ipfix-output=a.ipfix cut.rw f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("rwsilk2ipfix: cut.rw: offset ").hasLineCount(1);
        bench.good("rwipfix2silk --silk-output=b.rw a.ipfix");
        assertThat(bench.good("rwcut --fields=proto --no-titles --delimited b.rw"))
                .isEqualTo("6\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.rw f.rw", "--xargs=none.txt"})
    void aMissingInputLeavesTemplatesAlone(String inputs) {
        Workbench.Result r = bench.run("rwsilk2ipfix --ipfix-output=a.ipfix " + inputs);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains(": no such file");
        assertThat(bench.octets("a.ipfix")).hasSize(1204);
    }

    @Test
    void messagesAreNotForTerminals() {
        bench.terminal(false, true);
        Workbench.Result r = bench.run("rwsilk2ipfix f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.octets()).isEmpty();
        assertThat(bench.run("rwsilk2ipfix --ipfix-output= f.rw").status()).isEqualTo(1);
    }
}
