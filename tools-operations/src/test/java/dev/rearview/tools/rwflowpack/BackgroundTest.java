package dev.rearview.tools.rwflowpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Streams;
import dev.rearview.kit.options.ToolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Shells stand for daemons.
class BackgroundTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int start(String script, Duration patience) throws IOException {
        Env env =
                new Env(
                        new Streams(
                                new ByteArrayInputStream(new byte[0]),
                                new ByteArrayOutputStream(),
                                new PrintStream(err, true, StandardCharsets.UTF_8)),
                        new Context(Machine.ofProcess(), Path.of(""), Map.of()),
                        "rwflowpack");
        return new Background(env, new LogOptions(env, "rwflowpack"), patience)
                .start(List.of("sh", "-c", script));
    }

    @Test
    void theCommandEndsWhenTheDaemonIsReadyOrHasEnded() throws IOException {
        // The daemon goes on when its command has ended.
        assertThat(start("echo first; echo 'rearview: ready'; exec sleep 5", Background.PATIENCE))
                .isZero();
        assertThat(start("echo last; exit 3", Background.PATIENCE)).isEqualTo(3);
        assertThat(start("kill -9 $$", Background.PATIENCE)).isEqualTo(137);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("first\nlast\n");
    }

    @Test
    void aDaemonThatIsNeverReadyIsNamed() {
        assertThatThrownBy(() -> start("echo $$; exec sleep 5", Duration.ofMillis(300)))
                .isInstanceOf(ToolException.class)
                .hasMessageMatching(
                        "process \\d+ was started and does not listen after 0 seconds; it goes on"
                                + " trying: see its log, or end it with kill \\d+");
    }
}
