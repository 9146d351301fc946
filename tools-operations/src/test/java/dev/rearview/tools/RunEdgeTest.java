package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Cancelled;
import dev.rearview.engine.exec.Context;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How runs end that do not end as usual.
class RunEdgeTest {
    @TempDir Path directory;
    private Workbench bench = new Workbench(Path.of(""));

    @BeforeEach
    void setUp() {
        bench = new Workbench(directory);
    }

    /// What a command does.
    private interface Work {
        int run(Env env) throws IOException;
    }

    private record Command(Env env, Work work) implements Tool {
        @Override
        public String name() {
            return "rwtest";
        }

        @Override
        public String summary() {
            return "";
        }

        @Override
        public String usage() {
            return "";
        }

        @Override
        public void declare(Options options) {
            // Has none.
        }

        @Override
        public int run(List<String> operands) throws IOException {
            return work.run(env);
        }
    }

    private Workbench.Result run(Work work) {
        return bench.run(env -> new Command(env, work), "rwtest");
    }

    private static Workbench.Result silent(int status) {
        return new Workbench.Result(status, "", "");
    }

    @Test
    void memoryThatRunsOutIsTold() {
        assertThat(
                        run(env -> {
                            throw new OutOfMemoryError("Java heap space");
                        }))
                .isEqualTo(new Workbench.Result(1, "", "rwtest: out of memory\n"));
    }

    @Test
    void whatFailsAfterBeingCancelledFailsForThat() {
        assertThat(
                        run(env -> {
                            env.context().cancel();
                            env.context().check();
                            return 0;
                        }))
                .isEqualTo(silent(Cancelled.STATUS));
        assertThat(
                        run(env -> {
                            env.context().cancel();
                            throw new IOException("ends too early");
                        }))
                .isEqualTo(silent(Cancelled.STATUS));
        assertThat(
                        run(env -> {
                            env.context().cancel();
                            throw new ToolException("ends too early");
                        }))
                .isEqualTo(silent(Cancelled.STATUS));
        assertThat(
                        run(env -> {
                            env.context().cancel();
                            return 1;
                        }))
                .isEqualTo(silent(Cancelled.STATUS));
        // It was done already.
        assertThat(
                        run(env -> {
                            env.context().cancel();
                            return 0;
                        }))
                .isEqualTo(silent(0));
    }

    /// Of two outputs the one that was closed in time is there.
    @Test
    void outputsThatAreNotWholeWhenARunIsCancelledAreRemoved() throws IOException {
        bench.write("old", "old");
        bench.set("SILK_CLOBBER", "1");
        assertThat(
                        run(env -> {
                            write(env, "first");
                            try (OutputStream out = OutputFiles.open(env, "old")) {
                                out.write('x');
                                env.context().cancel();
                            }
                            return 0;
                        }))
                .isEqualTo(silent(Cancelled.STATUS));
        assertThat(bench.text("first")).isEqualTo("x");
        assertThat(bench.text("old")).isEqualTo("old");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("first", "old");
    }

    private static void write(Env env, String name) throws IOException {
        try (OutputStream out = OutputFiles.open(env, name)) {
            out.write('x');
        }
    }

    /// Nobody closes what it opened.
    @Test
    void whatARunLeavesBehindIsRemoved() throws IOException {
        Context[] run = new Context[1];
        assertThat(
                        run(env -> {
                            run[0] = env.context();
                            OutputFiles.open(env, "half").write('x');
                            env.room(1).temporaryFile(".spill");
                            assertThat(directory.toFile().list()).hasSize(2);
                            return 3;
                        }))
                .isEqualTo(silent(3));
        assertThat(directory).isEmptyDirectory();
        assertThat(run[0].machine().budget().taken()).isZero();
    }
}
