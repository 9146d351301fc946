package dev.rearview.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisposalTest {
    @TempDir Path directory;

    private Path input(String content) throws IOException {
        return Files.writeString(directory.resolve("a.ipfix"), content);
    }

    private Disposal disposal(Path archive, Optional<PathCommand> command) {
        return new Disposal(
                Optional.of(archive),
                Optional.of(directory.resolve("error")),
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
        assertThat(d.dispose(input("one"), InputFiles.Outcome.PROCESSED, log())).isTrue();
        assertThat(d.dispose(input("two"), InputFiles.Outcome.PROCESSED, log())).isTrue();
        assertThat(archive.resolve("a.ipfix")).hasContent("one");
        assertThat(archive.resolve("a.ipfix.1")).hasContent("two");
    }

    @Test
    void invalidFilesAreKeptApart() throws IOException {
        Disposal d = disposal(directory.resolve("archive"), Optional.empty());
        assertThat(d.dispose(input("bad"), InputFiles.Outcome.INVALID, log())).isTrue();
        assertThat(directory.resolve("error/a.ipfix")).hasContent("bad");
    }

    @Test
    void aFileThatCannotBeMovedAwayStopsTheReading() throws IOException {
        Path inTheWay = Files.writeString(directory.resolve("file"), "");
        Disposal d = disposal(inTheWay.resolve("archive"), Optional.empty());
        Path file = input("x");
        assertThat(d.dispose(file, InputFiles.Outcome.PROCESSED, log())).isFalse();
        assertThat(file).exists();
    }

    @Test
    void theCommandGetsThePath() throws Exception {
        Path done = directory.resolve("done");
        Disposal d =
                disposal(
                        directory.resolve("archive"),
                        Optional.of(new PathCommand("cp %s " + done)));
        assertThat(d.dispose(input("x"), InputFiles.Outcome.PROCESSED, log())).isTrue();
        for (int i = 0; i < 500 && !(Files.exists(done) && Files.size(done) > 0); i++) {
            Thread.sleep(20);
        }
        assertThat(done).hasContent("x");
        assertThat(directory.resolve("archive/a.ipfix")).hasContent("x");
    }
}
