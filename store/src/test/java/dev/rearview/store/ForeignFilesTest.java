package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// FIFOs, links and directories in the places of the repository's files. What opens a FIFO waits
/// for ever.
@Timeout(60)
class ForeignFilesTest extends RepositoryFixture {
    private Path hour = Path.of("");

    private void fill() throws IOException {
        hour = root.resolve("in/2024/01/01/in-S0_20240101.00");
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 10);
        }
    }

    private void restart() throws IOException {
        try (FlowStore store = open()) {
            store.writer().recover();
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
    }

    private static void fifo(Path at) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", at.toString()).start().waitFor()).isZero();
    }

    @Test
    void aManifestThatIsADirectoryIsToldAndLeftAlone() throws IOException {
        fill();
        Path manifest = HourFiles.manifest(hour);
        Files.delete(manifest);
        Files.createDirectory(manifest);
        String message = manifest + ": is a directory, no regular file";
        assertThatThrownBy(() -> HourFiles.current(hour))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
        assertThatThrownBy(this::restart).hasMessageContaining(message);
        assertThat(manifest).isDirectory();
    }

    @Test
    void aManifestThatIsAFifoIsVoid() throws Exception {
        fill();
        Path manifest = HourFiles.manifest(hour);
        Files.delete(manifest);
        fifo(manifest);
        assertThatThrownBy(() -> HourFiles.current(hour))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage(manifest + ": is a FIFO, socket or device, no regular file");
        restart();
        assertThat(stored(root)).isEqualTo(numbers(10));
        assertThat(quarantined("manifest")).hasSize(1);
    }

    @Test
    void aFifoIsNoParquetFileAndNoCatalog() throws Exception {
        fill();
        try (FlowStore store = open()) {
            sealAll(store);
        }
        Path day = root.resolve("in/2024/01/01");
        assertThat(DirectoryCatalog.find(root, day)).isPresent();
        Path catalog = root.resolve(".rearview/catalog/in/2024/01/01.catalog");
        Files.delete(catalog);
        fifo(catalog);
        assertThat(DirectoryCatalog.find(root, day)).isEmpty();
        Path sealed = HourFiles.current(hour).getFirst();
        Files.delete(sealed);
        fifo(sealed);
        assertThatThrownBy(() -> ParquetReader.open(sealed, "x"))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(sealed + ": is a FIFO");
    }

    @Test
    void aFifoAmongSpilledJournalsIsLeftAlone() throws Exception {
        Path emergency = temporary.resolve("emergency");
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            store.intake().spill(emergency);
            Path spilled = files(emergency, ".journal").getFirst();
            String name = spilled.getFileName().toString();
            fifo(emergency.resolve(name.replaceFirst("[0-9a-f]{16}", "0000000000000001")));
            assertThat(store.intake().adopt(emergency)).isEqualTo(1);
            assertThat(notices).anyMatch(n -> n.contains("no regular file, left alone"));
        }
    }

    @Test
    void aLockThatIsALinkIsRefusedAndItsTargetUntouched() throws IOException {
        fill();
        Path victim = Files.writeString(temporary.resolve("victim"), "precious octets");
        Path lock = root.resolve(".rearview/lock");
        Files.delete(lock);
        Files.createSymbolicLink(lock, victim);
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessage(lock + ": is a symbolic link, which is not followed, no regular file");
        assertThat(victim).hasContent("precious octets");
    }

    @Test
    void aLockThatIsAFifoIsRefused() throws Exception {
        fill();
        Path lock = root.resolve(".rearview/lock");
        Files.delete(lock);
        fifo(lock);
        assertThatThrownBy(this::open).hasMessageContaining(lock + ": is a FIFO");
    }

    @Test
    void linksWithTheNamesOfTemporaryFilesAreNotFollowed() throws Exception {
        fill();
        Path victim = Files.writeString(temporary.resolve("victim"), "precious octets");
        Path manifest = HourFiles.manifest(hour);
        Path link = manifest.resolveSibling("." + manifest.getFileName() + ".tmp");
        Files.createSymbolicLink(link, victim);
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 10, 20);
        }
        assertThat(victim).hasContent("precious octets");
        assertThat(Files.isSymbolicLink(manifest)).isFalse();
        assertThat(stored(root)).isEqualTo(numbers(20));
        Files.createSymbolicLink(link, victim);
        Disk.replace(manifest, out -> out.write(1));
        assertThat(victim).hasContent("precious octets");
        assertThat(Files.size(manifest)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {".rearview", ".rearview/journal"})
    void aDirectoryOfTheStoreThatCannotBeMadeIsExplained(String name) throws IOException {
        Path place = root.resolve(name);
        Files.createDirectories(Objects.requireNonNull(place.getParent()));
        Files.createSymbolicLink(place, temporary.resolve("nowhere"));
        assertThatThrownBy(this::open)
                .hasMessage(
                        place
                                + ": is a symbolic link that leads to no directory; the repository"
                                + " needs a directory there");
        Files.delete(place);
        Files.createFile(place);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining(name);
        // A link to a directory is one.
        Files.delete(place);
        Files.createSymbolicLink(place, Files.createDirectory(temporary.resolve("disk")));
        fill();
        assertThat(stored(root)).isEqualTo(numbers(10));
    }

    /// The flows stay in the journal until there is a directory.
    @Test
    void aDayThatIsAFileIsToldAndItsFlowsWait() throws IOException {
        Path day = root.resolve("in/2024/01/01");
        Files.createDirectories(Objects.requireNonNull(day.getParent()));
        Files.createFile(day);
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            Epoch epoch = store.intake().rotate().orElseThrow();
            assertThatThrownBy(() -> store.writer().write(epoch, () -> true))
                    .hasMessageContaining(
                            day + ": is no directory; the repository needs a directory there");
            assertThat(epoch.isDone()).isFalse();
            Files.delete(day);
            store.writer().write(epoch, () -> true);
            assertThat(epoch.isDone()).isTrue();
        }
        assertThat(stored(root)).isEqualTo(numbers(1));
    }

    @Test
    void whatWasGivenUpIsNotStored() throws IOException {
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 5);
            store.intake().append(Flows.at(Flows.DAY, 5));
            store.intake().discardUncommitted();
            assertThat(store.intake().uncommittedCount()).isZero();
        }
        restart();
        assertThat(stored(root)).isEqualTo(numbers(5));
    }

    @Test
    void whatIsNoJournalIsToldOnce() throws IOException {
        fill();
        Files.createFile(root.resolve(".rearview/journal/lost+found"));
        restart();
        assertThat(notices)
                .containsExactly(".rearview/journal/lost+found: not a journal, left alone");
    }

    @Test
    void namesOfADirectoryThatIsNotThereAreNone() throws IOException {
        assertThat(HourFiles.names(root.resolve("none"))).isEmpty();
        assertThat(List.copyOf(HourFiles.names(temporary))).contains("silk.conf");
    }
}
