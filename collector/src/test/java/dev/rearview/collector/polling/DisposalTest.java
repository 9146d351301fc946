package dev.rearview.collector.polling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.commands.Commands;
import dev.rearview.collector.commands.PathCommand;
import dev.rearview.collector.log.Log;
import dev.rearview.ingest.files.ExportFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisposalTest {
    private static final ExportFiles.Result PROCESSED =
            new ExportFiles.Result(ExportFiles.Outcome.PROCESSED, "", OptionalLong.empty());
    private static final ExportFiles.Result INVALID =
            new ExportFiles.Result(ExportFiles.Outcome.INVALID, "bad", OptionalLong.empty());
    private static final ExportFiles.Result DAMAGED =
            new ExportFiles.Result(
                    ExportFiles.Outcome.DAMAGED, "offset 3: bad", OptionalLong.empty());

    @TempDir Path directory;

    private Path input(String content) throws IOException {
        return Files.writeString(directory.resolve("a.ipfix"), content);
    }

    private Disposal disposal(Path archive, Optional<PathCommand> command) {
        return disposal(archive, Optional.of(directory.resolve("error")), command);
    }

    private Disposal disposal(Path archive, Optional<Path> error, Optional<PathCommand> command) {
        return new Disposal(
                Optional.of(archive),
                error,
                directory.resolve("quarantine"),
                command,
                true,
                new Commands(m -> {}));
    }

    private static Log log() throws IOException {
        return Log.to("test", Log.Level.ERR, null);
    }

    @Test
    void anArchivedFileNeverReplacesAnother() throws IOException {
        Path archive = directory.resolve("archive");
        Disposal d = disposal(archive, Optional.empty());
        assertThat(d.dispose(input("one"), PROCESSED, log())).isTrue();
        assertThat(d.dispose(input("two"), PROCESSED, log())).isTrue();
        assertThat(archive.resolve("a.ipfix")).hasContent("one");
        assertThat(archive.resolve("a.ipfix.1")).hasContent("two");
    }

    @Test
    void invalidFilesAreKeptApart() throws IOException {
        Disposal d = disposal(directory.resolve("archive"), Optional.empty());
        assertThat(d.dispose(input("bad"), INVALID, log())).isTrue();
        assertThat(directory.resolve("error/a.ipfix")).hasContent("bad");
    }

    /// The command would write to `done`.
    @Test
    void damagedFilesAreKeptAndNotArchived() throws Exception {
        Path archive = directory.resolve("archive");
        Path done = directory.resolve("done");
        Optional<PathCommand> command = Optional.of(new PathCommand("cp %s " + done));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Log log =
                Log.to(
                        "test",
                        Log.Level.WARNING,
                        new PrintStream(text, true, StandardCharsets.UTF_8));
        assertThat(disposal(archive, command).dispose(input("one"), DAMAGED, log)).isTrue();
        assertThat(directory.resolve("error/a.ipfix")).hasContent("one");
        Disposal d = disposal(archive, Optional.empty(), command);
        assertThat(d.dispose(input("two"), DAMAGED, log)).isTrue();
        Path kept;
        try (Stream<Path> all = Files.list(directory.resolve("quarantine"))) {
            kept = all.findFirst().orElseThrow();
        }
        assertThat(kept).hasContent("two");
        assertThat(kept.getFileName().toString()).matches("file-\\d{8}T\\d{6}\\.\\d{3}-a\\.ipfix");
        assertThat(text.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line)
                                .contains(directory + "/a.ipfix is damaged", "offset 3: bad"))
                .last()
                .asString()
                .endsWith("moved to " + kept);
        assertThat(archive).doesNotExist();
        assertThat(done).doesNotExist();
    }

    @Test
    void aNameThatIsTooLongForQuarantineIsCut() throws IOException {
        Path file = Files.writeString(directory.resolve("x".repeat(250) + ".v5"), "x");
        Disposal d = disposal(directory.resolve("a"), Optional.empty(), Optional.empty());
        assertThat(d.dispose(file, DAMAGED, log())).isTrue();
        try (Stream<Path> all = Files.list(directory.resolve("quarantine"))) {
            assertThat(all.map(p -> p.getFileName().toString()))
                    .singleElement()
                    .asString()
                    .matches("file-[0-9T.]+-x{47}\\.v5");
        }
    }

    @Test
    void aFileThatCannotBeMovedAwayStopsTheReading() throws IOException {
        Path inTheWay = Files.writeString(directory.resolve("file"), "");
        Disposal d = disposal(inTheWay.resolve("archive"), Optional.empty());
        Path file = input("x");
        assertThat(d.dispose(file, PROCESSED, log())).isFalse();
        assertThat(file).exists();
    }

    @Test
    void theCommandGetsThePath() throws Exception {
        Path done = directory.resolve("done");
        Disposal d =
                disposal(
                        directory.resolve("archive"),
                        Optional.of(new PathCommand("cp %s " + done)));
        assertThat(d.dispose(input("x"), PROCESSED, log())).isTrue();
        for (int i = 0; i < 500 && !(Files.exists(done) && Files.size(done) > 0); i++) {
            Thread.sleep(20);
        }
        assertThat(done).hasContent("x");
        assertThat(directory.resolve("archive/a.ipfix")).hasContent("x");
    }
}
