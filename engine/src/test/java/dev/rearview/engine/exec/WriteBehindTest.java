package dev.rearview.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written behind arrives whole and in order; behind a failure nothing follows.
class WriteBehindTest {
    @TempDir Path directory;

    private OutputStream behind(OutputStream out) {
        Machine machine = new Machine(new Budget(1, 1, 1), new Workers(2), new Kept(1));
        return new Context(machine, directory, Map.of()).parallel().behind(out);
    }

    @Test
    void everythingInOrder() throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        Random random = new Random(7);
        try (OutputStream out = behind(got)) {
            for (int i = 0; i < 300; i++) {
                byte[] some = new byte[random.nextInt(i % 50 == 0 ? 1_000_000 : 20_000)];
                random.nextBytes(some);
                out.write(some);
                expected.write(some);
                out.write(i);
                expected.write(i);
                if (i % 70 == 0) {
                    out.flush();
                    assertThat(got.size()).isEqualTo(expected.size());
                }
            }
        }
        assertThat(got.toByteArray()).isEqualTo(expected.toByteArray());
    }

    /// Takes some octets, then nothing more.
    private static final class Full extends OutputStream {
        int taken;
        int refused;
        boolean closed;

        @Override
        public void write(int octet) {
            throw new AssertionError();
        }

        @Override
        public void write(byte[] octets, int off, int len) throws IOException {
            if (taken + len > 600_000) {
                refused++;
                throw new IOException("full");
            }
            taken += len;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void aFailureShowsAndNothingFollows() throws IOException {
        Full full = new Full();
        byte[] some = new byte[100_000];
        OutputStream out = behind(full);
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 100; i++) {
                                out.write(some);
                            }
                        })
                .isInstanceOf(IOException.class)
                .hasMessage("full");
        assertThat(full.refused).isEqualTo(1);
        out.close();
        assertThat(full.refused).isEqualTo(1);
        assertThat(full.closed).isTrue();
    }

    @Test
    void aFailureAtTheEndShows() {
        Full full = new Full();
        assertThatThrownBy(
                        () -> {
                            try (OutputStream out = behind(full)) {
                                out.write(new byte[700_000]);
                            }
                        })
                .hasMessage("full");
        assertThat(full.closed).isTrue();
    }
}
