package dev.rearview.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Streams;
import dev.rearview.kit.options.ToolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where demonstrations go.
class DemoPlaceTest {
    @TempDir Path directory;

    private static Env env(Map<String, String> variables) {
        return new Env(
                new Streams(
                        new ByteArrayInputStream(new byte[0]),
                        new ByteArrayOutputStream(),
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)),
                new Context(Machine.ofProcess(), Path.of("/work"), variables),
                "demo");
    }

    @Test
    void theyAllGoToOnePlaceOfTheUsers() {
        assertThat(Demo.usual(env(Map.of("HOME", "/home/u"))))
                .contains(Path.of("/home/u/.cache/rearview/demo"));
        assertThat(Demo.usual(env(Map.of("HOME", "/home/u", "XDG_CACHE_HOME", "/c"))))
                .contains(Path.of("/c/rearview/demo"));
        assertThat(Demo.usual(env(Map.of()))).isEmpty();
    }

    @Test
    void aCollectorThatGoesOnKeepsItsRepository() throws Exception {
        Path marker = directory.resolve(".rearview-demo");
        assertThatCode(() -> Demo.refuseRunning(directory)).doesNotThrowAnyException();
        Files.writeString(marker, "not a number");
        assertThatCode(() -> Demo.refuseRunning(directory)).doesNotThrowAnyException();
        // This process is a java that runs.
        long pid = ProcessHandle.current().pid();
        Files.writeString(marker, pid + "\n");
        assertThatThrownBy(() -> Demo.refuseRunning(directory))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("kill " + pid)
                .hasMessageContaining(directory.toString());
    }

    @Test
    void theSizeIsThatOfAllFiles() throws Exception {
        Files.createDirectories(directory.resolve("in"));
        Files.writeString(directory.resolve("in/a"), "12345");
        Files.writeString(directory.resolve("b"), "123");
        assertThat(Demo.size(directory)).isEqualTo(8);
    }
}
