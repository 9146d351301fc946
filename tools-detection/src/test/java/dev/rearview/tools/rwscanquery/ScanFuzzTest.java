package dev.rearview.tools.rwscanquery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.MalformedInputException;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Any octets are a configuration, and any text a list of addresses or a time, or they are refused.
class ScanFuzzTest {
    private static final List<String> PARTS =
            List.of(
                    "db_driver",
                    "db_instance",
                    "db_userid",
                    "rw_in_class",
                    "rw_out_type",
                    "=",
                    "=",
                    " = ",
                    "sqlite",
                    "postgresql",
                    "oracle",
                    "sqlite:",
                    "postgresql://h/d",
                    "../x.db",
                    "?",
                    "#",
                    "\n",
                    "\n",
                    "\r\n",
                    "\0",
                    "\u00e9",
                    "in,inweb");

    private static final List<String> VALUES =
            List.of(
                    "10.0.0.1",
                    "10.0.0.0/8",
                    "-",
                    ",",
                    "10.x.1,2.3-9",
                    "2001:db8::/32",
                    "::",
                    "/",
                    "2009/02/12",
                    ":12",
                    ":60",
                    "2009/02/29",
                    "T",
                    "99999999999",
                    "4294967295");

    @TempDir private static Path directory;

    private boolean isConfiguration(byte[] octets) {
        boolean[] is = new boolean[1];
        new Workbench(directory)
                .set("RWSCANRC", "rc")
                .within(
                        "rwscanquery",
                        env -> {
                            try {
                                Files.write(directory.resolve("rc"), octets);
                                ScanConfiguration c = ScanConfiguration.read(env);
                                assertThat(c.selection("in")).allMatch(w -> w.startsWith("--"));
                                assertThat(c.database(Optional.empty()).text()).isNotEmpty();
                                is[0] = true;
                            } catch (MalformedInputException e) {
                                assertThat(e.getMessage()).contains("rc");
                            } catch (ToolException e) {
                                assertThat(e).hasMessageStartingWith("no database: ");
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            return 0;
                        });
        return is[0];
    }

    /// How many of the switches take a text.
    private int taken(String text) {
        int[] good = new int[1];
        new Workbench(directory)
                .within(
                        "rwscanquery",
                        env -> {
                            for (String name : List.of("saddress", "daddress")) {
                                Options options = new Options();
                                new RwScanQuery(env, (n, e) -> Optional.empty()).declare(options);
                                good[0] +=
                                        isTaken(() ->
                                                options.parse(List.of("--" + name + "=" + text)));
                            }
                            good[0] +=
                                    isTaken(() -> {
                                        ScanWindow w =
                                                ScanWindow.of(
                                                        Optional.of(text),
                                                        Optional.empty(),
                                                        env.context().zone());
                                        assertThat(w.firstHour())
                                                .isLessThanOrEqualTo(w.lastHour())
                                                .hasSize("YYYY/MM/DD:HH".length());
                                    });
                            return 0;
                        });
        return good[0];
    }

    private static int isTaken(Runnable work) {
        try {
            work.run();
            return 1;
        } catch (ToolException e) {
            assertThat(e).hasMessageStartingWith("invalid --");
            return 0;
        }
    }

    @Test
    void partsInAnyOrder() {
        Random random = new Random(14);
        int configurations = 0;
        int values = 0;
        for (int i = 0; i < 5_000; i++) {
            configurations +=
                    isConfiguration(random(PARTS, random).getBytes(StandardCharsets.UTF_8)) ? 1 : 0;
            values += taken(random(VALUES, random));
        }
        assertThat(configurations).isGreaterThan(100);
        assertThat(values).isGreaterThan(100);
    }

    private static String random(List<String> words, Random random) {
        StringBuilder out = new StringBuilder();
        for (int n = 1 + random.nextInt(9); n > 0; n--) {
            out.append(words.get(random.nextInt(words.size())));
        }
        return out.toString();
    }

    @FuzzTest(maxDuration = "20s")
    void anyConfiguration(byte[] octets) {
        isConfiguration(octets);
    }

    @FuzzTest(maxDuration = "20s")
    void anyValue(byte[] octets) {
        taken(new String(octets, StandardCharsets.UTF_8));
    }
}
