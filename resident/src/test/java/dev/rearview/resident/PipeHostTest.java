package dev.rearview.resident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.kit.command.Env;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A command and one that writes to it run in one process, each on its own streams.
@Timeout(60)
class PipeHostTest {
    private static final int MANY = 1 << 20;

    @TempDir Path directory;
    private final CountDownLatch written = new CountDownLatch(1);

    /// Writers and readers of a pipe.
    private final class Samples implements Commands {
        @Override
        public boolean canRunHere(String name) {
            return !name.equals("apart");
        }

        @Override
        public int run(List<String> words, Env env) {
            try {
                return switch (words.getFirst()) {
                    case "write", "apart" -> {
                        env.print("of " + env.directory().getFileName());
                        yield 3;
                    }
                    case "write-much" -> much(env);
                    case "read" -> {
                        byte[] all = env.in().readAllBytes();
                        String text = new String(all, StandardCharsets.UTF_8);
                        yield text.equals("of " + directory.getFileName()) ? 7 : 1;
                    }
                    case "read-all" -> env.in().readAllBytes().length == 0 ? 5 : 1;
                    default -> env.in().readNBytes(1).length;
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private int much(Env env) {
            try {
                env.out().write(new byte[MANY]);
                return 0;
            } catch (IOException e) {
                return 1;
            } finally {
                written.countDown();
            }
        }
    }

    private int run(String writer, String reader) throws IOException {
        return PipeHost.rehearse(directory, List.of(writer), List.of(reader), new Samples());
    }

    @Test
    void whatOneWritesTheOtherReads() throws Exception {
        assertThat(run("write", "read")).isEqualTo(7);
        assertThat(directory).isEmptyDirectory();
    }

    /// Behind a reader that has had enough, the writer is told so, and waited for.
    @Test
    void aReaderMayHaveEnough() throws Exception {
        assertThat(run("write-much", "read-one")).isEqualTo(1);
        assertThat(written.getCount()).isZero();
    }

    /// A command that cannot run beside others is left to its client.
    @Test
    void notEveryCommandIsTaken() throws Exception {
        assertThat(run("apart", "read-all")).isEqualTo(5);
    }
}
