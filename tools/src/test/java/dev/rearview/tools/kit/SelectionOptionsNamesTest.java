package dev.rearview.tools.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Env env =
                new Env(
                        new ByteArrayInputStream(new byte[0]),
                        new ByteArrayOutputStream(),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        directory,
                        Map.of("SILK_DATA_ROOTDIR", directory.toString()),
                        "rwfglob",
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty());
        Tool tool = new dev.rearview.tools.rwfglob.RwFGlob(env);
        List<String> arguments = List.of("--start-date=2026/11/24", argument);
        assertThat(Runner.run(tool, env, arguments)).as(argument).isEqualTo(1);
        return err.toString(StandardCharsets.UTF_8);
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
