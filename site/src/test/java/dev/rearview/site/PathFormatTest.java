package dev.rearview.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Paths of hourly files stay in the repository, whatever the time, the format and the names.
class PathFormatTest {
    private static final Flowtype TYPE = new Flowtype(0, "in", "in", "all");
    private static final Sensor SENSOR = new Sensor(0, "S0", "");
    private static final long YEAR_MS = 31_556_952_000L;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"%x", "%Y/%x", "%T/%Y/%m/%d/%x", "%n/%f/%H/%d/%%/%x"})
    void onlyDatesHavePaths(String format) {
        PathFormat path = new PathFormat(format);
        for (long year = -4_000_000; year < 4_000_000; year += 997) {
            long ms = year * YEAR_MS;
            if (PathFormat.isDate(ms)) {
                String relative = path.expand(TYPE, SENSOR, ms);
                assertThat(relative).doesNotContain("..").doesNotStartWith("/");
                assertThat(relative).matches(".*in-S0_\\d{8}\\.\\d{2}");
            } else {
                assertThatThrownBy(() -> path.expand(TYPE, SENSOR, ms))
                        .isInstanceOf(PathFormat.NoDateException.class)
                        .isInstanceOf(DateTimeException.class)
                        .hasMessageContaining("1970 to 9999");
            }
        }
        for (long ms : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, PathFormat.END_MS}) {
            assertThatThrownBy(() -> path.expand(TYPE, SENSOR, ms))
                    .isInstanceOf(PathFormat.NoDateException.class);
        }
        assertThat(path.expand(TYPE, SENSOR, 0)).endsWith("in-S0_19700101.00");
        assertThat(path.expand(TYPE, SENSOR, PathFormat.END_MS - 1)).endsWith("in-S0_99991231.23");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../%x", "%T/../../%x", "/var/%x", "a/..", "%T/%q/%x", "%x/"})
    void formatsThatLeadElsewhereAreRefused(String format) {
        assertThatThrownBy(() -> new PathFormat(format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path-format");
    }

    /// Names take part in paths.
    @Test
    void namesThatLeadElsewhereAreNoNames() throws IOException {
        List<String> lines =
                List.of(
                        "sensor 1 ..",
                        "sensor 1 a/b",
                        "sensor 1 ../a",
                        "sensor 1 .a",
                        "class ..\nend class",
                        "class a/b\nend class",
                        "class all\ntype 0 ../in\nend class",
                        "class all\ntype 0 in ../in\nend class",
                        "class all\ntype 0 ..\nend class",
                        "path-format \"../%x\"");
        Path conf = directory.resolve("silk.conf");
        for (String line : lines) {
            Files.writeString(conf, "version 2\n" + line + "\n");
            assertThatThrownBy(() -> SilkConf.read(conf))
                    .as(line)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("silk.conf");
        }
    }
}
