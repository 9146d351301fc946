package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Budget;
import dev.rearview.engine.exec.Kept;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Workers;
import dev.rearview.model.FlowBatch;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that stays keeps files open, and checks a page once: what changes is seen all the
/// same, and what is damaged is told each time.
class OpenFilesTest {
    private static final long LONG_AGO = 1_700_000_000_000L;
    private static final String QUESTION = "rwfilter --proto=0- --pass=- f.parquet | rwcut";

    @TempDir Path directory;
    private List<FlowBatch> groups = List.of();
    private final Machine machine =
            new Machine(
                    new Budget(64 << 20, 32 << 20, 1 << 20),
                    new Workers(2),
                    new Kept(0),
                    new Kept(1 << 20));
    private Path file = Path.of("");
    private byte[] whole = {};

    @BeforeEach
    void writeFile() throws IOException {
        groups = ParquetDamage.groups(3, 300);
        file = directory.resolve("f.parquet");
        whole = ParquetDamage.file(groups, ParquetWriter.Codec.UNCOMPRESSED);
        write(file, whole, LONG_AGO);
    }

    private static void write(Path file, byte[] octets, long time) throws IOException {
        Files.write(file, octets);
        Files.setLastModifiedTime(file, FileTime.fromMillis(time));
    }

    private Workbench.Result ask() {
        return new Workbench(directory, Tools::create).on(machine).fused(QUESTION);
    }

    @Test
    void aFileStaysOpen() {
        Workbench.Result first = ask();
        assertThat(first.status()).isZero();
        assertThat(first.out().lines()).hasSize(901);
        assertThat(ask()).isEqualTo(first);
        assertThat(machine.files().count()).isEqualTo(1);
        machine.files().forgetUnused(0);
        assertThat(machine.files().count()).isZero();
        assertThat(machine.files().octets()).isZero();
        assertThat(ask()).isEqualTo(first);
    }

    @Test
    void anotherFileOfTheSameNameIsSeen() throws IOException {
        ask();
        Path other = directory.resolve("other");
        write(
                other,
                ParquetDamage.file(List.of(groups.get(1)), ParquetWriter.Codec.UNCOMPRESSED),
                LONG_AGO);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(ask().out().lines()).hasSize(301);
    }

    @Test
    void damageToAnOpenFileIsSeen() throws IOException {
        ask();
        ParquetDamage damage = new ParquetDamage(whole);
        assertThat(damage.flip(1, ParquetDamage.COLUMNS.indexOf("sip"), false)).isTrue();
        damage.write(file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(LONG_AGO + 1));
        for (int i = 0; i < 2; i++) {
            Workbench.Result got = ask();
            assertThat(got.status()).isEqualTo(1);
            assertThat(got.err()).contains("f.parquet", "page checksum is wrong");
            assertThat(got.out().lines()).hasSize(601);
        }
    }
}
