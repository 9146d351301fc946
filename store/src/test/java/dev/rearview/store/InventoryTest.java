package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.catalog.CatalogWriter;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.store.parquet.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Looking after a repository: what is listed, checked and deleted, while others write.
class InventoryTest extends RepositoryFixture {
    private Path day() {
        return root.resolve("in/2024/01/01");
    }

    private void sealedDay() throws Exception {
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 300);
            store(store, Flows.DAY, 300, 600);
            store(store, Flows.DAY + HOUR, 600, 700);
            sealAll(store);
        }
    }

    private Path catalog() {
        return root.resolve(".rearview/catalog/in/2024/01/01.catalog");
    }

    /// As whoever asks the repository itself has it.
    @Test
    void anHourWhoseClassicFileIsAlsoThereInPackedFormIsOne() throws Exception {
        Files.createDirectories(day());
        for (String name : List.of("in-S0_20240101.05", "in-S0_20240101.05.gz")) {
            Files.writeString(day().resolve(name), name);
        }
        Files.setLastModifiedTime(day(), FileTime.fromMillis(Flows.DAY / 1000));
        assertThat(Inventory.of(root, site).hours()).hasSize(1);
        assertThat(CatalogWriter.make(root, day())).isTrue();
        DirectoryCatalog catalog = DirectoryCatalog.find(root, day()).orElseThrow();
        assertThat(catalog.files("in-S0_20240101.05"))
                .extracting(DirectoryCatalog.Entry::name)
                .containsExactly("in-S0_20240101.05");
    }

    @Test
    void aCatalogIsVoidWhereverABitIsFlipped() throws Exception {
        sealedDay();
        byte[] whole = Files.readAllBytes(catalog());
        assertThat(DirectoryCatalog.find(root, day())).isPresent();
        ByteBuffer b = ByteBuffer.wrap(whole);
        int filters = (32 + b.getInt(20) + 31) / 32 * 32;
        for (int bit = 0; bit < (32 + b.getInt(20)) * 8; bit++) {
            byte[] bytes = whole.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(catalog(), bytes);
            assertThat(DirectoryCatalog.find(root, day())).as("bit " + bit).isEmpty();
            assertThatThrownBy(() -> DirectoryCatalog.check(root, day()))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining("01.catalog");
        }
        for (int length = 0; length < filters; length += 7) {
            Files.write(catalog(), Arrays.copyOf(whole, length));
            assertThat(DirectoryCatalog.find(root, day())).isEmpty();
        }
        assertThat(Inventory.of(root, site).verifyState())
                .singleElement()
                .asString()
                .contains("01.catalog");
        try (FlowStore store = open()) {
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        assertThat(DirectoryCatalog.find(root, day())).isPresent();
        assertThat(Inventory.of(root, site).verifyState()).isEmpty();
    }

    @Test
    void aDamagedFilterOfACatalogHidesNothing() throws Exception {
        sealedDay();
        byte[] whole = Files.readAllBytes(catalog());
        Arrays.fill(whole, 32 + ByteBuffer.wrap(whole).getInt(20), whole.length, (byte) 0);
        Files.write(catalog(), whole);
        DirectoryCatalog damaged = DirectoryCatalog.find(root, day()).orElseThrow();
        RowGroupStats stats = damaged.files("in-S0_20240101.00").getFirst().summary().orElseThrow();
        assertThat(stats.mayHold(Field.SIP, 0, Ip.mapped(0xC0000200))).isTrue();
        assertThatThrownBy(() -> DirectoryCatalog.check(root, day()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("Bloom filter");
    }

    @Test
    void aDamagedBloomFilterHidesNothingAndVerifyTells() throws Exception {
        sealedDay();
        Path file = files(day(), "20240101.00.sealed.").getFirst();
        assertThat(Inventory.verify(file)).isEqualTo(600);
        byte[] bytes = Files.readAllBytes(file);
        int column = Schema.column(Field.SIP);
        try (ParquetReader in = ParquetReader.open(file, "file")) {
            int at = (int) in.index().bloomAt(0, column);
            Arrays.fill(bytes, at, at + in.index().bloomLength(0, column), (byte) 0);
        }
        Files.write(file, bytes);
        try (ParquetReader in = ParquetReader.open(file, "file")) {
            for (int i = 0; i < 200; i++) {
                assertThat(in.stats(0).mayHold(Field.SIP, 0, Ip.mapped(0xC0000200 + i))).isTrue();
            }
        }
        assertThatThrownBy(() -> Inventory.verify(file))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("Bloom filter");
    }

    /// Statistics, sums and offsets that are wrong although the checksum of the index is right.
    @Test
    void verifyFindsAnIndexThatDoesNotBoundTheRows() throws Exception {
        sealedDay();
        Path file = files(day(), "20240101.00.sealed.").getFirst();
        byte[] whole = Files.readAllBytes(file);
        ByteBuffer b = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        int trailer = whole.length - 8 - b.getInt(whole.length - 8) - 32;
        int entries = 24 + b.getInt(trailer + 4) * 104;
        int first = trailer - entries;
        // Packets and bytes of the group; of a column the smallest value, the largest, the CRC of
        // the Bloom filter and the place of the data.
        int sip = first + 24;
        int sport = first + 24 + 104 * Schema.column(Field.SPORT);
        int[] places = {
            first + 8, first + 16, sip + 64, sip + 80, sip + 96, sport + 64, sport + 80
        };
        for (int at : places) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 0x11;
            ByteBuffer bad = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            bad.putInt(trailer + 8, Checksum.of(ByteBuffer.wrap(bytes, first, entries)));
            bad.putInt(trailer + 20, Checksum.of(ByteBuffer.wrap(bytes, trailer, 20)));
            Files.write(file, bytes);
            assertThatThrownBy(() -> Inventory.verify(file))
                    .as("offset " + (at - first))
                    .isInstanceOf(MalformedInputException.class);
        }
        // Page headers, which only other readers look at, are compared too.
        byte[] bytes = whole.clone();
        bytes[7] ^= 2;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Inventory.verify(file))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("page header");
    }

    @Test
    void anInventoryBesideABusyCollectorDoesNotFail() throws Exception {
        Files.createDirectories(day());
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (FlowStore store = open()) {
            Thread busy =
                    new Thread(() -> {
                        try {
                            for (int n = 0; !stop.get(); n++) {
                                Path temporary = day().resolve(".in-S0_20240101.07.manifest.tmp");
                                Files.writeString(temporary, "half");
                                store(store, Flows.DAY + n % 6 * HOUR, n, n + 1);
                                store.writer().seal(Long.MAX_VALUE, () -> true);
                                Files.deleteIfExists(temporary);
                            }
                        } catch (Exception e) {
                            failure.set(e);
                        }
                    });
            busy.start();
            try {
                for (int i = 0; i < 60; i++) {
                    Inventory inventory = Inventory.of(root, site);
                    assertThat(inventory.problems()).isEmpty();
                    assertThat(inventory.verifyState()).isEmpty();
                }
            } finally {
                stop.set(true);
                busy.join();
            }
        }
        assertThat(failure.get()).isNull();
    }

    @Test
    void anUnnamedFileIsFoundByVerify() throws Exception {
        sealedDay();
        Path file = files(day(), "20240101.00.sealed.").getFirst();
        Files.delete(HourFiles.manifest(day().resolve("in-S0_20240101.00")));
        List<String> problems = Inventory.of(root, site).verifyState();
        assertThat(problems).anyMatch(p -> p.contains(file.getFileName().toString()));
    }

    @Test
    void deletingTellsWhatItDidAndLeavesNothing() throws Exception {
        sealedDay();
        Inventory inventory = Inventory.of(root, site);
        assertThat(inventory.hours()).hasSize(2);
        Inventory.Hour first = inventory.hours().getFirst();
        long octets = 0;
        for (Path p : files(day(), "20240101.00.")) {
            octets += p.toString().endsWith(".parquet") ? Files.size(p) : 0;
        }
        // A sealed file and two segments that waited.
        assertThat(inventory.delete(first)).isEqualTo(new Inventory.Deleted(3, octets, 600));
        assertThat(files(day(), "20240101.00")).isEmpty();
        // Once more: nothing is left to be deleted.
        assertThat(inventory.delete(first)).isEqualTo(new Inventory.Deleted(0, 0, 0));
        assertThat(catalog()).exists();
        Inventory.Deleted second = inventory.delete(inventory.hours().get(1));
        assertThat(second.flows()).isEqualTo(100);
        assertThat(root.resolve("in")).doesNotExist();
        assertThat(catalog()).doesNotExist();
        assertThat(root.resolve(".rearview")).exists();
    }

    /// The manifest no longer names the files and some are gone: the process was killed here.
    @Test
    void aDeletionThatWasKilledIsFinishedByTheNextProcess() throws Exception {
        sealedDay();
        Path hour = day().resolve("in-S0_20240101.00");
        HourFiles files = HourFiles.read(hour);
        List<String> doomed = new ArrayList<>(files.files());
        doomed.addAll(files.retired());
        new HourFiles(List.of(), doomed, files.epochs()).write(hour);
        Files.delete(day().resolve(doomed.getFirst()));
        for (String name : doomed.subList(1, doomed.size())) {
            Files.setLastModifiedTime(
                    day().resolve(name), java.nio.file.attribute.FileTime.fromMillis(0));
        }
        Path gone = root.resolve(".rearview/catalog/out/2001/01/01.catalog");
        Files.createDirectories(gone.getParent());
        Files.createFile(gone);
        try (FlowStore store = open()) {
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        assertThat(files(day(), "20240101.00")).isEmpty();
        assertThat(stored(root)).hasSize(100);
        assertThat(gone).doesNotExist();
        assertThat(notices).isEmpty();
    }

    @Test
    void problemsOfOneManifestHideNoOtherHour() throws IOException {
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, 1);
            store(store, Flows.DAY + HOUR, 1, 2);
        }
        flip(HourFiles.manifest(day().resolve("in-S0_20240101.00")), 3);
        Inventory inventory = Inventory.of(root, site);
        assertThat(inventory.hours()).hasSize(1);
        assertThat(inventory.problems()).hasSize(1);
    }
}
