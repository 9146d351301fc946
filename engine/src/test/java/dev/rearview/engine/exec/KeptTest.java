package dev.rearview.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values of files, with a look at the file each time.
class KeptTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir Path directory;
    private final Kept kept = new Kept(20);
    private int loads;

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, LONG_AGO);
        return file;
    }

    private String get(Path file) throws IOException {
        return kept.get(
                file,
                String.class,
                () -> {
                    loads++;
                    return Files.readString(file);
                });
    }

    @Test
    void aFileIsReadOnce() throws IOException {
        Path a = file("a", "first");
        assertThat(get(a)).isEqualTo("first");
        assertThat(get(a)).isSameAs(get(a));
        assertThat(loads).isEqualTo(1);
        assertThat(kept.octets()).isEqualTo(5);
    }

    @Test
    void whatChangesIsReadAgain() throws IOException {
        Path a = file("a", "first");
        get(a);
        // By its size.
        file("a", "second");
        assertThat(get(a)).isEqualTo("second");
        // By its time.
        Files.writeString(a, "2nd___");
        Files.setLastModifiedTime(a, FileTime.fromMillis(LONG_AGO.toMillis() + 1));
        assertThat(get(a)).isEqualTo("2nd___");
        // By its inode.
        Path other = file("b", "3rd___");
        Files.setLastModifiedTime(other, FileTime.fromMillis(LONG_AGO.toMillis() + 1));
        Files.move(other, a, StandardCopyOption.REPLACE_EXISTING);
        assertThat(get(a)).isEqualTo("3rd___");
        assertThat(loads).isEqualTo(4);
        assertThat(kept.octets()).isEqualTo(6);
    }

    @Test
    void aFileThatChangedJustNowIsNotTrusted() throws IOException {
        Path a = file("a", "first");
        Files.setLastModifiedTime(a, FileTime.fromMillis(System.currentTimeMillis()));
        get(a);
        get(a);
        assertThat(loads).isEqualTo(2);
        assertThat(kept.octets()).isZero();
    }

    @Test
    void whatWasNotWantedForLongestGoes() throws IOException {
        Path a = file("a", "12345678");
        Path b = file("b", "12345678");
        Path c = file("c", "12345678");
        get(a);
        get(b);
        get(a);
        get(c);
        assertThat(kept.octets()).isEqualTo(16);
        loads = 0;
        get(a);
        assertThat(loads).isZero();
        get(b);
        assertThat(loads).isEqualTo(1);
        // More than all may have.
        Path large = file("d", "123456789012345678901");
        get(large);
        get(large);
        assertThat(loads).isEqualTo(3);
        assertThat(kept.octets()).isEqualTo(16);
    }

    @Test
    void oneFileMayBeSeveralThings() throws IOException {
        Path a = file("a", "12");
        assertThat(get(a)).isEqualTo("12");
        assertThat(kept.get(a, Integer.class, () -> 12)).isEqualTo(12);
        assertThat(get(a)).isEqualTo("12");
    }

    @Test
    void aFileThatIsGoneIsMissed() throws IOException {
        Path a = file("a", "first");
        get(a);
        Files.delete(a);
        assertThatThrownBy(() -> get(a)).isInstanceOf(NoSuchFileException.class);
    }

    /// Of a large file of which little stays in memory that little counts.
    @Test
    void aValueMayCountForItself() throws IOException {
        Path a = file("a", "123456789012345678901");
        for (int i = 0; i < 2; i++) {
            assertThat(
                            kept.get(
                                    a,
                                    Integer.class,
                                    () -> {
                                        loads++;
                                        return 7;
                                    },
                                    value -> value))
                    .isEqualTo(7);
        }
        assertThat(loads).isEqualTo(1);
        assertThat(kept.octets()).isEqualTo(7);
    }

    @Test
    void withoutRoomNothingIsKept() throws IOException {
        Path a = file("a", "");
        Kept none = new Kept(0);
        for (int i = 0; i < 2; i++) {
            none.get(
                    a,
                    String.class,
                    () -> {
                        loads++;
                        return Files.readString(a);
                    });
        }
        assertThat(loads).isEqualTo(2);
    }

    @Test
    void whatIsNotWantedForLongGoes() throws IOException {
        get(file("a", "first"));
        kept.forgetUnused(Long.MAX_VALUE);
        assertThat(kept.count()).isEqualTo(1);
        kept.forgetUnused(0);
        assertThat(kept.count()).isZero();
        assertThat(kept.octets()).isZero();
        get(file("a", "first"));
        assertThat(loads).isEqualTo(2);
    }
}
