package dev.rearview.tools.rwip2cc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Addresses that are none.
class RwIp2CcTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwIp2Cc::new, RwPmapBuild::new);
        bench.write("m.txt", "label 1 x\n10.0.0.0/8 x\n");
        bench.good("rwpmapbuild --input-path=m.txt --output-path=m.pmap");
    }

    @Test
    void aLineThatIsNoAddressEndsIt() {
        bench.write("keys", "10.0.0.0-1 # two\n\n10.0.0.300\n10.0.0.9\n".replace("0-1", "0/31"));
        Workbench.Result r = bench.run("rwip2cc --map-file=m.pmap --input-file=keys");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEqualTo("       10.0.0.0|??|\n       10.0.0.1|??|\n");
        assertThat(r.err()).startsWith("rwip2cc: keys:3: ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rwip2cc --map-file=m.pmap; rwip2cc: one of --address and --input-file is required",
                "rwip2cc --map-file=m.pmap --address=1.1.1.1 --input-file=keys; rwip2cc: one of --address and --input-file is required",
                "rwip2cc --map-file=m.pmap --address=1.1.1.1 x; rwip2cc: unexpected argument 'x'"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
