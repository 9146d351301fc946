package dev.rearview.tools.rwmatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwtuc.RwTuc;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The order of an event's flows, which flows join it, and keys of class alone.
class RwMatchTest {
    private static final String CONF =
            """
            version 2
            sensor 0 S0
            class a
              sensors S0
              type 0 in
              type 1 out
              default-types in
            end class
            class b
              sensors S0
              type 2 in b-in
              default-types in
            end class
            default-class a
            """;

    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void site() throws IOException {
        bench = new Workbench(directory, RwCut::new, RwMatch::new, RwTuc::new);
        bench.write("silk.conf", CONF);
        bench.set("SILK_CONFIG_FILE", bench.path("silk.conf").toString());
    }

    private void flows(String name, String... lines) throws IOException {
        bench.write(
                "text",
                "protocol|sPort|class|type|sTime|duration|\n" + String.join("\n", lines) + "\n");
        bench.good("rwtuc --output-path=" + name + " text");
    }

    private String matched(String switches) {
        bench.set("SILK_CLOBBER", "1");
        bench.good("rwmatch " + switches + " q.rw r.rw out");
        return bench.good(
                "rwcut --fields=nhip,sport --no-titles --delimited=| --ipv6-policy=ignore"
                        + " out");
    }

    @Test
    void inOrderOfTheirStarts() throws IOException {
        flows(
                "q.rw",
                "6|1|a|in|2024/02/28T10:00:00|10|",
                "6|2|a|in|2024/02/28T10:00:01|1|",
                "6|3|a|in|2024/02/28T10:00:05|1|");
        flows("r.rw", "6|4|a|in|2024/02/28T10:00:03|1|", "6|5|a|in|2024/02/28T10:00:05|1|");
        assertThat(matched("--relate=protocol,protocol"))
                .isEqualTo("0.0.0.1|1\n0.0.0.1|2\n255.0.0.1|4\n0.0.0.1|3\n255.0.0.1|5\n");
    }

    @Test
    void theSideOfTheBaseComesFirst() throws IOException {
        flows("q.rw", "6|1|a|in|2024/02/28T10:00:01|9|", "6|2|a|in|2024/02/28T10:00:05|1|");
        flows("r.rw", "6|3|a|in|2024/02/28T10:00:00|9|", "6|4|a|in|2024/02/28T10:00:05|1|");
        assertThat(matched("--symmetric-delta --relate=protocol,protocol"))
                .isEqualTo("255.0.0.1|3\n0.0.0.1|1\n255.0.0.1|4\n0.0.0.1|2\n");
    }

    @Test
    void anEarlierStartJoins() throws IOException {
        // The second response stands after the first although it starts earlier.
        flows("q.rw", "6|1|a|in|2024/02/28T10:00:10|5|");
        flows("r.rw", "6|2|a|in|2024/02/28T10:00:11|1|", "6|3|a|in|2024/02/28T10:00:02|1|");
        assertThat(matched("--relate=protocol,protocol"))
                .isEqualTo("0.0.0.1|1\n255.0.0.1|2\n255.0.0.1|3\n");
    }

    @Test
    void theLatestEndCountsWhereThatIsAskedFor() throws IOException {
        flows("q.rw", "6|1|a|in|2024/02/28T10:00:00|2|");
        flows("r.rw", "6|2|a|in|2024/02/28T10:00:01|9|", "6|3|a|in|2024/02/28T10:00:11|1|");
        assertThat(matched("--relative-delta --time-delta=1 --relate=protocol,protocol"))
                .isEqualTo("0.0.0.1|1\n255.0.0.1|2\n255.0.0.1|3\n");
        assertThat(matched("--time-delta=1 --relate=protocol,protocol"))
                .isEqualTo("0.0.0.1|1\n255.0.0.1|2\n");
    }

    @Test
    void aClassIsComparedWithoutItsTypes() throws IOException {
        flows("q.rw", "6|1|a|in|2024/02/28T10:00:00|2|");
        flows("r.rw", "6|2|a|out|2024/02/28T10:00:01|1|");
        assertThat(matched("--relate=class,class")).isEqualTo("0.0.0.1|1\n255.0.0.1|2\n");
        assertThat(matched("--relate=type,type")).isEmpty();
        flows("r.rw", "6|2|b|in|2024/02/28T10:00:01|1|");
        assertThat(matched("--relate=class,class")).isEmpty();
    }
}
