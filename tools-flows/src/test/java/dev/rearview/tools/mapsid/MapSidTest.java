package dev.rearview.tools.mapsid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sensors that there are, and others.
class MapSidTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, MapSid::new);
    }

    @Test
    void whatThereIsNotIsToldAndTheRestPrinted() {
        Workbench.Result r = bench.run("mapsid 1 WEST south 7 99999999999");
        assertThat(r.status()).isZero();
        assertThat(r.out()).isEqualTo("    1 -> SOUTH\nSOUTH ->     1\n");
        assertThat(r.err())
                .isEqualTo(
                        """
                        mapsid: there is no sensor 'WEST'
                        mapsid: there is no sensor '7'
                        mapsid: there is no sensor '99999999999'
                        """);
    }

    @Test
    void withoutASiteThereIsNothingToSay() {
        Workbench.Result r = bench.set("SILK_CONFIG_FILE", "none.conf").run("mapsid 1");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err())
                .startsWith("mapsid: cannot read site configuration: ")
                .contains("none.conf");
    }
}
