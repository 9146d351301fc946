package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Manifests and files that are damaged, gone or come back: nothing is lost, doubled or deleted.
class DamageTest extends RepositoryFixture {
    private Path hour = Path.of("");
    private Path day = Path.of("");

    /// An hour of three segments, sealed; the segments wait to be deleted.
    private void sealedHour() throws IOException {
        day = root.resolve("in/2024/01/01");
        hour = day.resolve("in-S0_20240101.00");
        try (FlowStore store = open()) {
            for (int i = 0; i < 3; i++) {
                store(store, Flows.DAY, i * 10, i * 10 + 10);
            }
            assertThat(store.writer().seal(Long.MAX_VALUE, () -> true)).isEqualTo(1);
        }
        assertThat(notices).isEmpty();
    }

    /// What a start does: recovers, and looks through the tree.
    private void restart() throws IOException {
        try (FlowStore store = open()) {
            store.writer().recover();
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
    }

    @Test
    void aSealedFileWithoutManifestIsAdopted() throws IOException {
        sealedHour();
        Path sealed = files(day, ".sealed.").getFirst();
        byte[] bytes = Files.readAllBytes(sealed);
        Files.delete(HourFiles.manifest(hour));
        restart();
        assertThat(stored(root)).isEqualTo(numbers(30));
        assertThat(HourFiles.read(hour).files()).containsExactly(sealed.getFileName().toString());
        assertThat(Files.readAllBytes(sealed)).isEqualTo(bytes);
        assertThat(HourFiles.read(hour).retired()).hasSize(3);
        assertThat(notices).anyMatch(n -> n.contains("no manifest named it, adopted"));
        assertThat(quarantined("parquet")).isEmpty();
        notices.clear();
        restart();
        assertThat(notices).isEmpty();
    }

    private List<Path> lost(Path directory) throws IOException {
        return HourFiles.withoutManifest(root, directory, HourFiles.names(directory));
    }

    @Test
    void filesWhoseManifestIsGoneAreKnownToReaders() throws IOException {
        sealedHour();
        assertThat(lost(day)).isEmpty();
        Files.delete(HourFiles.manifest(hour));
        assertThat(HourFiles.current(hour)).isEmpty();
        assertThat(lost(day)).hasSize(4).containsAll(files(day, ".sealed."));
        // Segments whose journals are there are about to be named.
        for (Path p : files(day, ".parquet")) {
            FileOrigin origin = FileOrigin.of(hour, p);
            if (origin.epochs().size() == 1) {
                Files.createFile(
                        root.resolve(".rearview/journal")
                                .resolve(Journal.name(origin.epochs().first())));
            }
        }
        assertThat(lost(day)).isEqualTo(files(day, ".sealed."));
        assertThat(lost(day.resolve("none"))).isEmpty();
    }

    @Test
    void everyFlippedBitOfAManifestIsFoundAndTheHourIsPutTogetherAgain() throws IOException {
        sealedHour();
        byte[] whole = Files.readAllBytes(HourFiles.manifest(hour));
        for (int bit = 0; bit < whole.length * 8; bit += 3) {
            byte[] bytes = whole.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> HourFiles.parse(hour, bytes))
                    .as("bit " + bit)
                    .isInstanceOf(dev.rearview.model.MalformedInputException.class)
                    .hasMessageContaining("in-S0_20240101.00.manifest");
        }
        flip(HourFiles.manifest(hour), 30);
        assertThatThrownBy(() -> HourFiles.current(hour))
                .isInstanceOf(dev.rearview.model.MalformedInputException.class);
        assertThat(Inventory.of(root, site).problems())
                .singleElement()
                .asString()
                .contains("checksum is wrong");
        restart();
        assertThat(stored(root)).isEqualTo(numbers(30));
        assertThat(quarantined("manifest")).hasSize(1);
        assertThat(files(day, ".sealed.")).hasSize(1);
    }

    @Test
    void aManifestThatLostALineIsVoid() throws IOException {
        sealedHour();
        Path manifest = HourFiles.manifest(hour);
        List<String> lines = new ArrayList<>(Files.readAllLines(manifest));
        lines.remove(1);
        Files.write(manifest, lines);
        restart();
        assertThat(stored(root)).isEqualTo(numbers(30));
        assertThat(quarantined("manifest")).hasSize(1);
    }

    /// The first version has no checksum: what it does not name is taken in.
    @Test
    void aManifestOfTheFirstVersionIsReadAndItsLostLineFound() throws IOException {
        sealedHour();
        Path manifest = HourFiles.manifest(hour);
        List<String> names =
                files(day, ".sealed.").stream().map(p -> p.getFileName().toString()).toList();
        Files.writeString(manifest, "rearview-manifest 1\nfile " + names.getFirst() + "\n");
        assertThat(HourFiles.read(hour).files()).isEqualTo(names);
        Files.writeString(manifest, "rearview-manifest 1\n");
        restart();
        assertThat(stored(root)).isEqualTo(numbers(30));
        Files.writeString(manifest, "rearview-manifest 1\nfile ../../../etc/passwd\n");
        restart();
        assertThat(stored(root)).isEqualTo(numbers(30));
        assertThat(quarantined("manifest")).hasSize(1);
    }

    @Test
    void onlyTheParquetFilesOfABackupAreAWholeRepository() throws IOException {
        sealedHour();
        try (FlowStore store = open()) {
            store(store, Flows.DAY + HOUR, 30, 40);
        }
        Path restored = temporary.resolve("restored");
        for (Path p : files(day, ".parquet")) {
            Path to = restored.resolve(root.relativize(p).toString());
            Files.createDirectories(to.getParent());
            Files.copy(p, to);
        }
        root = restored;
        restart();
        assertThat(stored(root)).isEqualTo(numbers(40));
        assertThat(quarantined("parquet")).isEmpty();
    }

    @Test
    void aDamagedSealedFileGoesToQuarantineAndItsSegmentsComeBack() throws IOException {
        sealedHour();
        Path sealed = files(day, ".sealed.").getFirst();
        try (ParquetReader in = ParquetReader.open(sealed, "sealed")) {
            flip(sealed, in.index().dataAt(0, Schema.column(dev.rearview.model.Field.SIP)));
        }
        Files.delete(HourFiles.manifest(hour));
        restart();
        assertThat(stored(root)).isEqualTo(numbers(30));
        assertThat(quarantined("parquet")).singleElement().asString().contains(".sealed.");
        assertThat(notices).anyMatch(n -> n.contains("page checksum is wrong"));
    }

    @Test
    void aMergeThatWasNotNamedIsNotReadBesideItsInputs() throws IOException {
        day = root.resolve("in/2024/01/01");
        hour = day.resolve("in-S0_20240101.00");
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 10);
            store(store, Flows.DAY, 10, 20);
            byte[] before = Files.readAllBytes(HourFiles.manifest(hour));
            store.writer().seal(Long.MAX_VALUE, () -> true);
            Files.write(HourFiles.manifest(hour), before);
        }
        Path sealed = files(day, ".sealed.").getFirst();
        restart();
        assertThat(stored(root)).isEqualTo(numbers(20));
        assertThat(notices).anyMatch(n -> n.contains("its flows are in other files, retired"));
        // The hour was sealed anew; what was retired goes after a while.
        assertThat(HourFiles.read(hour).retired()).contains(sealed.getFileName().toString());
    }

    /// Two files that share an epoch cannot both be read.
    @Test
    void aFileThatSharesFlowsWithAnotherGoesToQuarantine() throws IOException {
        day = root.resolve("in/2024/01/01");
        hour = day.resolve("in-S0_20240101.00");
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 10);
            store(store, Flows.DAY, 10, 20);
            store.writer().seal(Long.MAX_VALUE, () -> true);
            Path first = files(day, ".sealed.").getFirst();
            Path copy = temporary.resolve("first");
            Files.copy(first, copy);
            List<String> segments = HourFiles.read(hour).retired();
            // A world in which only the second segment was sealed together with a third one.
            Files.delete(first);
            new HourFiles(segments.subList(1, 2), List.of(), List.of()).write(hour);
            store(store, Flows.DAY, 20, 30);
            store.writer().seal(Long.MAX_VALUE, () -> true);
            Files.deleteIfExists(day.resolve(segments.getFirst()));
            Files.copy(copy, first);
        }
        restart();
        assertThat(stored(root)).isEqualTo(numbers(30).subList(10, 30));
        assertThat(quarantined("parquet")).singleElement().asString().contains(".sealed.");
        assertThat(notices).anyMatch(n -> n.contains("may be in other files"));
    }

    /// The disk may keep a manifest and lose the file that it names, while the journal is there.
    @Test
    void aNamedSegmentThatThePowerCutTookIsWrittenAgain() throws IOException {
        day = root.resolve("in/2024/01/01");
        hour = day.resolve("in-S0_20240101.00");
        for (boolean missing : new boolean[] {true, false}) {
            Files.createDirectories(root);
            Path before;
            try (FlowStore store = open()) {
                for (int n = 0; n < 50; n++) {
                    store.intake().append(Flows.at(Flows.DAY, n));
                }
                store.intake().commit();
                before = crashed();
                store.flush();
            }
            Path journal = files(before.resolve(".rearview/journal"), ".journal").getFirst();
            Files.copy(
                    journal,
                    root.resolve(".rearview/journal").resolve(journal.getFileName().toString()));
            Path segment = day.resolve(HourFiles.read(hour).files().getFirst());
            if (missing) {
                Files.delete(segment);
            } else {
                flip(segment, 200);
            }
            restart();
            assertThat(stored(root)).isEqualTo(numbers(50));
            assertThat(files(root.resolve(".rearview/journal"), ".journal")).isEmpty();
            assertThat(notices).anyMatch(n -> n.contains("written again from its journal"));
            root = temporary.resolve("second");
            day = root.resolve("in/2024/01/01");
            hour = day.resolve("in-S0_20240101.00");
        }
    }

    @Test
    void anUnreadableManifestCostsOnlyItsHour() throws IOException {
        sealedHour();
        Path manifest = HourFiles.manifest(hour);
        Path aside = temporary.resolve("aside");
        Files.move(manifest, aside);
        // Nothing can read this one, whoever tries.
        Files.createDirectory(manifest);
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 30));
            store.intake().append(Flows.at(Flows.DAY + HOUR, 31));
            store.intake().append(Flows.at(Flows.DAY + 2 * HOUR, 32));
            Epoch epoch = store.intake().rotate().orElseThrow();
            assertThatThrownBy(() -> store.writer().write(epoch, () -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("1 hours cannot be written");
            assertThat(epoch.isDone()).isFalse();
            assertThat(store.journalOctets()).isPositive();
            // The bad hour is told, the others are sealed.
            assertThatThrownBy(() -> store.writer().seal(Long.MAX_VALUE, () -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in-S0_20240101.00");
            assertThat(files(day, "S0_20240101.01.sealed.")).hasSize(1);
            assertThat(files(day, "S0_20240101.02.sealed.")).hasSize(1);
        }
        try (FlowStore store = open()) {
            List<Epoch> left = store.writer().leftovers();
            assertThat(left).hasSize(1);
            assertThatThrownBy(() -> store.writer().write(left.getFirst(), () -> true))
                    .isInstanceOf(IOException.class);
            Files.delete(manifest);
            Files.move(aside, manifest);
            assertThat(store.writer().write(left.getFirst(), () -> true))
                    .containsOnlyKeys("in/2024/01/01/in-S0_20240101.00");
            assertThat(left.getFirst().isDone()).isTrue();
            assertThat(store.journalOctets()).isZero();
        }
        assertThat(stored(root)).isEqualTo(numbers(33));
    }

    @Test
    void newFlowsOfAnHourWithADamagedManifestAreStoredBesideTheOldOnes() throws IOException {
        sealedHour();
        flip(HourFiles.manifest(hour), -1);
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 30, 40);
        }
        assertThat(stored(root)).isEqualTo(numbers(40));
        assertThat(quarantined("manifest")).hasSize(1);
    }

    @Test
    void sealedSegmentsStayForTheirReadersWhoeverSeals() throws IOException {
        sealedHour();
        List<String> retired = HourFiles.read(hour).retired();
        for (int i = 0; i < 3; i++) {
            restart();
        }
        assertThat(retired).hasSize(3).allMatch(f -> Files.exists(day.resolve(f)));
        FileOrigin origin = FileOrigin.of(hour, files(day, ".sealed.").getFirst());
        assertThat(retired).allMatch(origin::replaces);
        assertThat(origin.replaces("in-S0_20240101.00.1.parquet")).isFalse();
        for (String f : retired) {
            Files.setLastModifiedTime(day.resolve(f), FileTime.fromMillis(0));
        }
        restart();
        assertThat(retired).noneMatch(f -> Files.exists(day.resolve(f)));
        assertThat(HourFiles.read(hour).retired()).isEmpty();
        assertThat(stored(root)).isEqualTo(numbers(30));
    }

    /// Late flows make a second sealed file, which tells of the first one and its segments.
    @Test
    void whatWasReplacedIsKnownThroughSeveralMerges() throws IOException {
        sealedHour();
        String first = files(day, ".sealed.").getFirst().getFileName().toString();
        List<String> segments = HourFiles.read(hour).retired();
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 30, 40);
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        String second = HourFiles.read(hour).files().getFirst();
        FileOrigin origin = FileOrigin.of(hour, day.resolve(second));
        assertThat(origin.replaces(first)).isTrue();
        assertThat(segments).allMatch(origin::replaces);
        assertThat(origin.replaces(second)).isFalse();
        // Both beside each other, and no manifest: the newer one holds all.
        Files.delete(HourFiles.manifest(hour));
        restart();
        assertThat(stored(root)).isEqualTo(numbers(40));
        assertThat(HourFiles.read(hour).files()).containsExactly(second);
    }

    @Test
    void aBadFileKeepsNoOtherHourFromBeingSealed() throws IOException {
        day = root.resolve("in/2024/01/01");
        try (FlowStore store = open()) {
            store.intake().append(Flows.at(Flows.DAY, 0));
            store.intake().append(Flows.at(Flows.DAY + HOUR, 1));
            store.intake().append(Flows.at(Flows.DAY + 2 * HOUR, 2));
            store.flush();
            Path bad = files(day, "20240101.01.").getFirst();
            flip(bad, 100);
            byte[] bytes = Files.readAllBytes(bad);
            assertThatThrownBy(() -> store.writer().seal(Long.MAX_VALUE, () -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("20240101.01");
            assertThat(files(day, ".sealed.")).hasSize(2);
            assertThat(Files.readAllBytes(bad)).isEqualTo(bytes);
        }
    }

    /// Whoever seals for a moment at a time comes to the end of a large tree, too.
    @Test
    void aStartLooksThroughTheTreeInSteps() throws IOException {
        sealedHour();
        Files.delete(HourFiles.manifest(hour));
        try (FlowStore store = open()) {
            for (int i = 0; i < 10; i++) {
                int[] asked = {0};
                store.writer().seal(Long.MAX_VALUE, () -> asked[0]++ < 2);
            }
        }
        assertThat(stored(root)).isEqualTo(numbers(30));
    }

    /// However many hours are bad, the others are put away.
    @Test
    void manyUnreadableManifestsKeepNoOtherHourWaiting() throws IOException {
        day = root.resolve("in/2024/01/01");
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(day.resolve(String.format("in-S0_20240101.%02d.manifest", i)));
        }
        try (FlowStore store = open()) {
            for (int n = 0; n < 23; n++) {
                store.intake().append(Flows.at(Flows.DAY + n * HOUR, n));
            }
            Epoch epoch = store.intake().rotate().orElseThrow();
            assertThatThrownBy(() -> store.writer().write(epoch, () -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("20 hours cannot be written");
            assertThat(files(day, ".manifest").stream().filter(Files::isRegularFile)).hasSize(3);
            assertThat(epoch.isDone()).isFalse();
        }
    }

    @Test
    void aDamagedNumberInTheLockFileIsTold() throws IOException {
        sealedHour();
        flip(root.resolve(".rearview/lock"), 2);
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 30, 31);
        }
        assertThat(notices).singleElement().asString().contains("number of the next epoch");
        assertThat(stored(root)).isEqualTo(numbers(31));
    }

    @Test
    void aSingleFilePutThereByHandIsTakenInWhenFlowsCome() throws IOException {
        sealedHour();
        Path single = day.resolve("in-S0_20240101.05.parquet");
        Files.copy(files(day, ".sealed.").getFirst(), single, StandardCopyOption.REPLACE_EXISTING);
        restart();
        assertThat(HourFiles.current(day.resolve("in-S0_20240101.05"))).containsExactly(single);
        try (FlowStore store = open()) {
            store(store, Flows.DAY + 5 * HOUR, 30, 31);
        }
        assertThat(HourFiles.current(day.resolve("in-S0_20240101.05"))).hasSize(2).contains(single);
    }

    /// Whatever bit of a segment is turned over: no flow is missing of which nobody is told.
    @Test
    void aFlippedBitOfASegmentCostsNothingOrIsTold() throws IOException {
        day = root.resolve("in/2024/01/01");
        hour = day.resolve("in-S0_20240101.00");
        try (FlowStore store = open()) {
            for (int i = 0; i < 3; i++) {
                store(store, Flows.DAY, i * 100, i * 100 + 100);
            }
        }
        Path whole = crashed();
        String name = HourFiles.read(hour).files().get(1);
        long bits = Files.size(day.resolve(name)) * 8;
        for (long bit = 0; bit < bits; bit += Integer.getInteger("rearview.step", 401)) {
            root = temporary.resolve("bit" + bit);
            Files.move(whole, root);
            whole = crashed();
            day = root.resolve("in/2024/01/01");
            hour = day.resolve("in-S0_20240101.00");
            flip(day.resolve(name), bit / 8, 1 << bit % 8);
            notices.clear();
            String told = "";
            try {
                restart();
            } catch (IOException e) {
                told = e.getMessage();
            }
            try {
                if (stored(root).equals(numbers(300))) {
                    continue;
                }
            } catch (java.io.UncheckedIOException | dev.rearview.model.MalformedInputException e) {
                told += e.getMessage();
            }
            told += notices + quarantined("parquet").toString();
            assertThat(told).as("bit " + bit).contains(name);
        }
    }
}
