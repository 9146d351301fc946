package dev.rearview.tools.rwnetmask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Prefixes of both families, and lengths that there are not.
class RwNetMaskTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwNetMask::new, RwCut::new);
        FlowRecord six = SampleSite.flow(SampleSite.DAY_MS, 17);
        six.setIpv6(true);
        six.sipHi = 0x2001_0db8_0000_0000L;
        six.sipLo = 0xFFFF;
        SampleSite.write(bench.path("f.rw"), SampleSite.flow(SampleSite.DAY_MS, 6), six);
    }

    private String sources(String switches) {
        bench.good("rwnetmask " + switches + " --output-path=o.rw f.rw");
        return bench.good("rwcut --fields=sip --no-titles --delimited o.rw");
    }

    @Test
    void aLengthIsOfOneFamily() {
        assertThat(sources("--4sip-prefix-length=8")).isEqualTo("10.0.0.0\n2001:db8::ffff\n");
        assertThat(sources("--6sip-prefix-length=112")).isEqualTo("10.0.0.1\n2001:db8::\n");
        assertThat(sources("--sip-prefix-length=32 --6sip-prefix-length=128"))
                .isEqualTo("10.0.0.1\n2001:db8::ffff\n");
        assertThat(sources("--4sip-prefix-length=1 --6sip-prefix-length=1"))
                .isEqualTo("0.0.0.0\n::\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwnetmask f.rw; rwnetmask: a prefix length is required",
                "rwnetmask --4sip-prefix-length=0 f.rw; rwnetmask: invalid --4sip-prefix-length '0': must be 1-32",
                "rwnetmask --4dip-prefix-length=33 f.rw; rwnetmask: invalid --4dip-prefix-length '33': '33' is above the maximum of 32",
                "rwnetmask --6nhip-prefix-length=129 f.rw; rwnetmask: invalid --6nhip-prefix-length '129': '129' is above the maximum of 128"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
