package dev.rearview.collector.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTest {
    @TempDir Path directory;

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLogThatWasRenamedIsOpenedAnew(boolean daily) throws IOException {
        try (Log log =
                daily
                        ? Log.toDirectory("test", Log.Level.INFO, directory, "flows", null)
                        : Log.toFile("test", Log.Level.INFO, directory.resolve("flows.log"))) {
            log.info("first");
            Path path = files().getFirst();
            Path renamed = path.resolveSibling("z.old");
            Files.move(path, renamed);
            log.info("second");
            log.reopen();
            log.info("third");
            assertThat(files()).containsExactly(path, renamed);
            assertThat(Files.readAllLines(renamed))
                    .hasSize(2)
                    .allMatch(l -> l.matches(".*: (first|second)"));
            assertThat(Files.readString(path)).matches("\\w{3} .\\d .* test\\[\\d+]: third\n");
        }
    }

    @Test
    void aLogThatCannotBeOpenedAnewIsWrittenOn() throws IOException {
        Path place = Files.createDirectory(directory.resolve("logs"));
        Path renamed = directory.resolve("old");
        try (Log log = Log.toFile("test", Log.Level.INFO, place.resolve("log"))) {
            log.info("first");
            Files.move(place.resolve("log"), renamed);
            Files.delete(place);
            log.reopen();
            log.info("second");
        }
        assertThat(Files.readAllLines(renamed)).hasSize(3);
        assertThat(Files.readString(renamed))
                .contains("first\n", "Cannot open the log anew, this file is written on: ")
                .endsWith("second\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutASystemLogEveryLineIsOnStandardErrorOnce(boolean both) throws IOException {
        assumeFalse(Files.exists(Path.of("/dev/log")), "the system has a log");
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream stderr = new PrintStream(text, true, StandardCharsets.UTF_8);
        try (Log log = Log.toSyslog("test", Log.Level.INFO, 1, stderr, both)) {
            log.info("one");
            log.error("two\n");
        }
        String tag = "test[" + ProcessHandle.current().pid() + "]: ";
        assertThat(text.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        tag
                                + "The system's log takes no messages, is its daemon running? there"
                                + " is no /dev/log",
                        tag + "one",
                        tag + "two\\x0a");
    }
}
