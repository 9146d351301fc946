package dev.rearview.tools.rwflowpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.collector.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteCopyTest {
    private static final String SITE = "version 2\nsensor 0 S0\n";

    @TempDir Path directory;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    private String provide(String given) throws IOException {
        Path site = Files.writeString(directory.resolve("site.conf"), given);
        try (Log log =
                Log.to(
                        "test",
                        Log.Level.INFO,
                        new PrintStream(text, true, StandardCharsets.UTF_8))) {
            SiteCopy.provide(site, Files.createDirectories(directory.resolve("root")), log);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aRootWithoutSiteGetsACopy() throws IOException {
        assertThat(provide(SITE))
                .contains(
                        "Copied "
                                + directory.resolve("site.conf")
                                + " to "
                                + directory.resolve("root/silk.conf"));
        assertThat(directory.resolve("root/silk.conf")).hasContent(SITE);
        try (var all = Files.list(directory.resolve("root"))) {
            assertThat(all).hasSize(1);
        }
        // The next start finds it as it is.
        text.reset();
        assertThat(provide(SITE)).isEmpty();
    }

    @Test
    void whatIsThereStaysAndADifferenceIsTold() throws IOException {
        Path there = Files.createDirectories(directory.resolve("root")).resolve("silk.conf");
        Files.writeString(there, "version 2\n");
        assertThat(provide(SITE))
                .contains(there + " differs from " + directory.resolve("site.conf"));
        assertThat(there).hasContent("version 2");
    }

    @Test
    void aPartOfASiteIsNotCopied() throws IOException {
        Path more = Files.writeString(directory.resolve("more.conf"), "sensor 1 S1\n");
        assertThat(provide(SITE + "include \"" + more + "\"\n"))
                .contains("includes other files: it is not copied there")
                .contains("SILK_CONFIG_FILE=" + directory.resolve("site.conf"));
        assertThat(directory.resolve("root")).isEmptyDirectory();
    }

    @Test
    void aRootThatCannotBeWrittenIsTold() throws IOException {
        Files.writeString(directory.resolve("root"), "a file");
        Path site = Files.writeString(directory.resolve("site.conf"), SITE);
        try (Log log =
                Log.to(
                        "test",
                        Log.Level.INFO,
                        new PrintStream(text, true, StandardCharsets.UTF_8))) {
            SiteCopy.provide(site, directory.resolve("root"), log);
        }
        assertThat(text.toString(StandardCharsets.UTF_8)).contains("Cannot copy ");
    }
}
