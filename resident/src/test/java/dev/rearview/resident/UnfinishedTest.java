package dev.rearview.resident;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnfinishedTest {
    @TempDir Path directory;

    private Path file(String name) throws IOException {
        return Files.writeString(directory.resolve(name), name);
    }

    @Test
    void whatWasBegunAndNotEndedIsRemoved() throws Exception {
        Path list = directory.resolve("list");
        Path whole = file("whole");
        Path half = file("hälf");
        Path link = Files.createSymbolicLink(directory.resolve("link"), whole);
        // As of an engine that was killed: it is not closed.
        Unfinished killed = new Unfinished(list);
        for (Path p : new Path[] {whole, half, link, directory}) {
            killed.begins(p);
        }
        killed.ends(whole);
        assertThat(Unfinished.remove(list)).isEqualTo(1);
        assertThat(half).doesNotExist();
        assertThat(whole).exists();
        assertThat(link).exists();
        killed.close();
        new Unfinished(list).close();
        assertThat(Unfinished.remove(list)).isZero();
        assertThat(Unfinished.remove(directory.resolve("none"))).isZero();
    }

    @Test
    void theListStaysShort() throws Exception {
        Path list = directory.resolve("list");
        Path half = file("half");
        try (Unfinished files = new Unfinished(list)) {
            files.begins(half);
            for (int i = 0; i < 30_000; i++) {
                Path other = Path.of("/tmp/a-rather-long-name-of-a-file-" + i);
                files.begins(other);
                files.ends(other);
            }
        }
        assertThat(Files.size(list)).isLessThan((1 << 20) + 100);
        assertThat(Unfinished.remove(list)).isEqualTo(1);
        assertThat(half).doesNotExist();
    }

    /// Of a list that is damaged, nothing but what it names wholly is touched.
    @Test
    void nonsenseRemovesNothing() throws Exception {
        Path kept = file("kept");
        Path list = directory.resolve("list");
        Files.writeString(list, "\n+\n-\n+relative\n+" + kept + "x\n?" + kept);
        assertThat(Unfinished.remove(list)).isZero();
        assertThat(kept).exists();
    }
}
