package dev.rearview.kit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.ToolException;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Outputs are whole or not at all.
class OutputFilesTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void place() {
        bench = new Workbench(directory).set("SILK_CLOBBER", "1");
    }

    @FunctionalInterface
    private interface Work {
        void with(Env env) throws IOException;
    }

    private String printed(Work work) {
        return bench.within(
                        "tool",
                        env -> {
                            try {
                                work.with(env);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            return 0;
                        })
                .out();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void anInterruptLeavesWhatWasThere() throws IOException {
        bench.write("o", "old");
        printed(env -> {
            OutputStream out = OutputFiles.open(env, "o");
            out.write(octets("new"));
            assertThat(bench.text("o")).isEqualTo("old");
            assertThat(names()).hasSize(2);
            env.context().close();
        });
        assertThat(names()).containsExactly("o");
        assertThat(bench.text("o")).isEqualTo("old");
    }

    @Test
    void aWholeOutputTakesTheOldOnesPlace() throws IOException {
        bench.write("o", "old");
        printed(env -> {
            try (OutputStream out = OutputFiles.open(env, "o")) {
                out.write(octets("new"));
            }
            env.context().close();
        });
        assertThat(names()).containsExactly("o");
        assertThat(bench.text("o")).isEqualTo("new");
    }

    @Test
    void twoOutputsDoNotGoToOneFile() {
        printed(env -> {
            try (OutputStream out = OutputFiles.open(env, "o")) {
                assertThatThrownBy(() -> OutputFiles.open(env, "./o"))
                        .isInstanceOf(ToolException.class)
                        .hasMessageEndingWith("o: several outputs go there");
                out.write(octets("one"));
            }
        });
        assertThat(bench.text("o")).isEqualTo("one");
    }

    @Test
    void whatExistsIsKeptUnlessToldOtherwise() {
        bench.write("o", "old");
        bench.unset("SILK_CLOBBER");
        printed(env ->
                assertThatThrownBy(() -> OutputFiles.open(env, "o"))
                        .isInstanceOf(ToolException.class)
                        .hasMessage("o: file exists; set SILK_CLOBBER to overwrite"));
        assertThat(bench.text("o")).isEqualTo("old");
    }

    @Test
    void standardOutputStaysOpen() {
        assertThat(
                        printed(env -> {
                            for (String name : List.of("-", "stdout")) {
                                try (OutputStream out = OutputFiles.open(env, name)) {
                                    out.write(octets(name));
                                }
                            }
                        }))
                .isEqualTo("-stdout");
    }

    @Test
    void aNameThatEndsInGzIsCompressed() throws IOException {
        printed(env -> {
            try (OutputStream out = OutputFiles.open(env, "o.gz");
                    OutputStream plain = OutputFiles.openPlain(env, "p.gz")) {
                out.write(octets("text"));
                plain.write(octets("text"));
            }
            assertThat(InputFiles.text(env, "o.gz").readAllBytes()).isEqualTo(octets("text"));
        });
        assertThat(bench.octets("o.gz")).startsWith(0x1F, 0x8B);
        assertThat(bench.text("p.gz")).isEqualTo("text");
    }
}
