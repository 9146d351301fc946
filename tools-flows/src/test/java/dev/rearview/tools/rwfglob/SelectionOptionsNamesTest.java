package dev.rearview.tools.rwfglob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of the site that are mistyped.
class SelectionOptionsNamesTest {
    private static final String SITE =
            """
            version 2
            sensor 0 NORTH
            sensor 1 SOUTH
            class all
              sensors NORTH SOUTH
              type 0 in in
              type 1 out out
              type 2 inweb iw
              default-types in inweb
            end class
            default-class all
            packing-logic "packlogic-twoway.so"
            """;

    @TempDir Path directory;

    @BeforeEach
    void writeSite() throws Exception {
        Files.writeString(directory.resolve("silk.conf"), SITE);
    }

    private String message(String argument) {
        Workbench.Result r =
                new Workbench(directory, RwFGlob::new)
                        .set("SILK_DATA_ROOTDIR", directory.toString())
                        .run("rwfglob", "--start-date=2026/11/24", argument);
        assertThat(r.status()).as(argument).isEqualTo(1);
        return r.err();
    }

    @Test
    void theNearestAndTheListAreTold() {
        assertThat(message("--types=inwbe"))
                .contains("'inwbe'; did you mean 'inweb'? known: in, out, inweb");
        assertThat(message("--class=al"))
                .contains("unknown class 'al'; did you mean 'all'? known: all");
        assertThat(message("--flowtypes=all/outt"))
                .contains("'all/outt'; did you mean 'all/out'? known: all/in, all/out, all/inweb");
        assertThat(message("--sensors=NROTH"))
                .contains(
                        "unknown sensor or group 'NROTH'; did you mean 'NORTH'? known: NORTH, SOUTH");
    }
}
