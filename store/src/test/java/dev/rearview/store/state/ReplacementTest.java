package dev.rearview.store.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.store.disk.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacementTest {
    private static final String PLACE = "in/2026/03/01/in-S0_20260301.08";

    @TempDir Path root;
    private Path directory;

    @BeforeEach
    void files() throws IOException {
        directory = Files.createDirectories(root.resolve(".rearview/repack"));
        Files.writeString(directory.resolve("0.parquet"), "flows");
        Files.writeString(directory.resolve("1.manifest"), "names");
    }

    private static String summed(String lines) {
        String body = "rearview-repack 1\n" + lines;
        return body + "crc32 " + Checksum.ofText(body) + "\n";
    }

    @Test
    void whatIsSaidIsDoneByWhoeverMayChangeManifestsNext() throws IOException {
        Replacement.commit(
                root,
                List.of(
                        new Replacement.Move("0.parquet", PLACE + ".sealed.19c-0.parquet"),
                        new Replacement.Move("1.manifest", PLACE + ".manifest")));
        assertThat(directory.resolve("commit"))
                .hasContent(
                        summed(
                                "move 0.parquet "
                                        + PLACE
                                        + ".sealed.19c-0.parquet\nmove 1.manifest "
                                        + PLACE
                                        + ".manifest\n"));
        boolean[] seen = new boolean[1];
        try (RepositoryLock lock = RepositoryLock.open(root)) {
            lock.change(() -> seen[0] = Files.exists(root.resolve(PLACE + ".manifest")));
            assertThat(seen[0]).isTrue();
            assertThat(root.resolve(PLACE + ".sealed.19c-0.parquet")).hasContent("flows");
            assertThat(root.resolve(PLACE + ".manifest")).hasContent("names");
            assertThat(directory.resolve("commit")).doesNotExist();
            assertThat(Replacement.finish(root)).isFalse();
            assertThat(Replacement.isSettling(root)).isTrue();
            assertThat(Replacement.takeSettling(root)).containsExactly(PLACE);
            assertThat(Replacement.takeSettling(root)).isEmpty();
        }
    }

    @Test
    void whatLeadsElsewhereIsRefusedAndKept() throws IOException {
        for (String line :
                List.of(
                        "move 0.parquet ../elsewhere.parquet",
                        "move 0.parquet /tmp/elsewhere.parquet",
                        "move 0.parquet in/../../elsewhere.parquet",
                        "move 0.parquet .rearview/lock.parquet",
                        "move 0.parquet in/x.manifest",
                        "move ../0.parquet in/x.parquet",
                        "move 1.manifest in/x",
                        "hour x",
                        "move 0.parquet")) {
            Files.writeString(directory.resolve("commit"), summed(line + "\n"));
            assertThatThrownBy(() -> Replacement.finish(root))
                    .as(line)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("run it again");
            assertThat(directory.resolve("commit")).doesNotExist();
            assertThat(directory.resolve("0.parquet")).exists();
            assertThat(Replacement.finish(root)).isFalse();
        }
        assertThat(root.resolve(".rearview/quarantine").toFile().list()).hasSize(9);
    }

    @Test
    void whatIsDamagedIsNotBelieved() throws IOException {
        Replacement.commit(root, List.of(new Replacement.Move("1.manifest", PLACE + ".manifest")));
        byte[] whole = Files.readAllBytes(directory.resolve("commit"));
        for (int i = 0; i < whole.length; i++) {
            byte[] other = whole.clone();
            other[i] ^= 0x01;
            Files.write(directory.resolve("commit"), other);
            assertThatThrownBy(() -> Replacement.finish(root)).isInstanceOf(IOException.class);
            assertThat(directory.resolve("1.manifest")).exists();
        }
    }
}
