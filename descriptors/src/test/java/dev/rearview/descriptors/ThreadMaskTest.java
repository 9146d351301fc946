package dev.rearview.descriptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadMaskTest {
    @TempDir Path directory;

    private static void create(Path file, int mask, int times) {
        try {
            for (int i = 0; i < times; i++) {
                ThreadMask.set(mask);
                Files.writeString(Path.of(file + "." + i), "");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve(name)));
    }

    @Test
    void eachThreadHasItsOwn() throws Exception {
        assumeTrue(ThreadMask.isAllowed());
        int before = ThreadMask.get();
        List<Thread> threads = new ArrayList<>();
        for (int mask : new int[] {0, 02, 027, 077}) {
            Path file = directory.resolve(Integer.toOctalString(mask));
            threads.add(Thread.ofPlatform().start(() -> create(file, mask, 50)));
        }
        for (Thread t : threads) {
            t.join();
        }
        for (int i = 0; i < 50; i++) {
            assertThat(mode("0." + i)).isEqualTo("rw-rw-rw-");
            assertThat(mode("2." + i)).isEqualTo("rw-rw-r--");
            assertThat(mode("27." + i)).isEqualTo("rw-r-----");
            assertThat(mode("77." + i)).isEqualTo("rw-------");
        }
        assertThat(ThreadMask.get()).isEqualTo(before);
    }
}
