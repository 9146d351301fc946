package dev.rearview.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.site.Probe;
import dev.rearview.site.Site;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputFilesTest {
    private static final Probe PROBE =
            new Probe(
                    "P0",
                    Probe.Type.NETFLOW_V5,
                    0,
                    false,
                    Optional.empty(),
                    List.of(),
                    Optional.of("incoming"),
                    Optional.empty(),
                    false,
                    Set.of(),
                    Set.of());

    @TempDir Path directory;
    private final Counters counters = new Counters();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    private InputFiles.Outcome read(Path file) throws IOException {
        try (InputFiles files =
                new InputFiles(
                        new StateBudget(1 << 20),
                        new LossLedger(),
                        TimeWindow.ANY,
                        () -> true,
                        Log.to(
                                "test",
                                Log.Level.WARNING,
                                new PrintStream(log, true, StandardCharsets.UTF_8)))) {
            return files.read(file, PROBE, counters, Site.NONE, (r, c, us) -> {});
        }
    }

    /// The log names the file and what is wrong with it, in words for people.
    @ParameterizedTest
    @CsvSource({
        // A block of a kind that there is not.
        "1f8b0800000000000003ffffffffffffffff, invalid block type",
        // A header that promises a name and ends.
        "1f8b08080000000000ff41, ends too early",
        "1f8b0800000000000003, Unexpected end of ZLIB input stream"
    })
    void aDamagedGzipFileIsToldByItsReason(String hex, String reason) throws IOException {
        Path file = directory.resolve("noise.gz");
        Files.write(file, HexFormat.of().parseHex(hex));
        assertThat(read(file)).isEqualTo(InputFiles.Outcome.INVALID);
        assertThat(log.toString(StandardCharsets.UTF_8).strip()).endsWith(file + ": " + reason);
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("Exception");
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
    }

    @Test
    void aFileThatIsGoneIsToldSo() throws IOException {
        Path file = directory.resolve("gone");
        assertThat(read(file)).isEqualTo(InputFiles.Outcome.INVALID);
        assertThat(log.toString(StandardCharsets.UTF_8).strip()).endsWith(file + ": no such file");
    }
}
