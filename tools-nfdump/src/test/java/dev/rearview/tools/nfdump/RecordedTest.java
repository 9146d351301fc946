package dev.rearview.tools.nfdump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// `rearview nfdump` prints what nfdump prints.
class RecordedTest {
    private static final Path NFDUMP = Path.of("/usr/bin/nfdump");

    @TestFactory
    Stream<DynamicTest> asRecorded(@TempDir Path dir) throws IOException {
        return Recorded.all().stream()
                .map(r ->
                        DynamicTest.dynamicTest(
                                r.arguments(),
                                () ->
                                        assertEquals(
                                                r.output(),
                                                r.ours(
                                                        new Workbench(dir, Nfdump::new)
                                                                .set("TZ", "UTC")))));
    }

    /// The recording is what an installed nfdump of that version prints.
    @Test
    void recordingIsRight() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(NFDUMP), NFDUMP + " is not installed");
        assumeTrue(printed(List.of("-V")).contains("1.7.1"), "another version is installed");
        for (Recorded r : Recorded.all()) {
            assertEquals(r.output(), Recorded.comparable(printed(r.words())), r.arguments());
        }
    }

    private static String printed(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(NFDUMP.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TZ", "UTC");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}
