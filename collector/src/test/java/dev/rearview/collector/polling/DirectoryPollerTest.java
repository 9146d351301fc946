package dev.rearview.collector.polling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryPollerTest {
    @TempDir Path directory;
    private final Log log;

    DirectoryPollerTest() throws IOException {
        log = Log.to("test", Log.Level.ERR, null);
    }

    @Test
    void aFileIsReadyWhenItHasStoppedGrowing() throws IOException {
        DirectoryPoller poller = new DirectoryPoller(directory);
        Path file = Files.writeString(directory.resolve("a"), "1");
        Files.writeString(directory.resolve(".hidden"), "1");
        Files.createFile(directory.resolve("empty"));
        assertThat(poller.ready(log)).isEmpty();
        Files.writeString(file, "12");
        assertThat(poller.ready(log)).isEmpty();
        assertThat(poller.ready(log)).containsExactly(file);
    }

    /// An exporter that always takes the same name.
    @Test
    void aNameMayComeAgain() throws IOException {
        DirectoryPoller poller = new DirectoryPoller(directory);
        Path file = directory.resolve("a");
        for (int i = 0; i < 3; i++) {
            Files.writeString(file, "same size");
            assertThat(poller.ready(log)).isEmpty();
            assertThat(poller.ready(log)).containsExactly(file);
            Files.delete(file);
        }
    }

    @Test
    void aFileThatIsLeftIsReadyAgainOnlyWhenItChanges() throws IOException {
        DirectoryPoller poller = new DirectoryPoller(directory);
        Path file = Files.writeString(directory.resolve("a"), "bad");
        assertThat(poller.ready(log)).isEmpty();
        assertThat(poller.ready(log)).containsExactly(file);
        poller.leave(file);
        for (int i = 0; i < 3; i++) {
            assertThat(poller.ready(log)).isEmpty();
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertThat(poller.ready(log)).isEmpty();
        assertThat(poller.ready(log)).containsExactly(file);
        poller.leave(file);
        assertThat(poller.ready(log)).isEmpty();
        Files.delete(file);
        assertThat(poller.ready(log)).isEmpty();
        Files.writeString(file, "new");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertThat(poller.ready(log)).isEmpty();
        assertThat(poller.ready(log)).containsExactly(file);
    }
}
