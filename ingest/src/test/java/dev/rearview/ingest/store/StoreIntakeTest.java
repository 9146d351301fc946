package dev.rearview.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.MapLedger;
import dev.rearview.ingest.NoCauses;
import dev.rearview.ingest.Told;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreIntakeTest {
    private static final int FLOWS = 1000;

    @TempDir Path directory;
    private final MapLedger ledger = new MapLedger();
    private final Told told = new Told();
    private final Counters counters = new Counters();
    private Site site;
    private FlowStore store;

    @BeforeEach
    void open() throws IOException {
        Path conf = directory.resolve("silk.conf");
        Files.writeString(
                conf,
                """
                version 2
                sensor 0 S0
                class all
                sensors S0
                type 0 in in
                default-types in
                end class
                default-class all
                """);
        site = SilkConf.read(conf);
        store = FlowStore.open(directory, site, notice -> {});
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private StoreIntake intake(long journalOctets) {
        return new StoreIntake(
                store,
                new StoreIntake.Settings(
                        directory, 1, journalOctets, Optional.empty(), Optional.empty()),
                site,
                new Accounts(ledger, new NoCauses(), told));
    }

    private void append(StoreIntake intake, boolean dated) {
        FlowRecord r = new FlowRecord();
        r.flowtype = 0;
        r.sensor = 0;
        for (int i = 0; i < FLOWS; i++) {
            r.stime = dated ? 1_767_225_600_000_000L + i : -1;
            r.setSipV4(i);
            intake.append(r, counters);
        }
    }

    @Test
    void flowsAreSafeWhenTheJournalHasThem() {
        StoreIntake intake = intake(1 << 30);
        append(intake, true);
        assertThat(intake.commit()).isTrue();
        assertThat(store.intake().pendingCount()).isEqualTo(FLOWS);
        assertThat(store.intake().uncommittedCount()).isZero();
        assertThat(told.all()).isEmpty();
    }

    @Test
    void whatHasNoDateIsABadRecordOfItsSender() {
        append(intake(1 << 30), false);
        assertThat(counters.dropped(Drop.BAD_RECORD)).isEqualTo(FLOWS);
        assertThat(counters.dropped(Drop.DISK_FULL)).isZero();
    }

    @Test
    void whatComesWhileJournalsHaveNoRoomIsCounted() {
        StoreIntake intake = intake(100);
        append(intake, true);
        assertThat(intake.isFree()).isTrue();
        assertThat(intake.commit()).isTrue();
        assertThat(intake.isFree()).isFalse();
        append(intake, true);
        assertThat(counters.dropped(Drop.DISK_FULL)).isEqualTo(FLOWS);
        assertThat(store.intake().pendingCount()).isEqualTo(FLOWS);
        assertThat(told.troubles())
                .singleElement()
                .asString()
                .startsWith("Segments are written too slowly, flows are dropped: journals hold ");
    }

    /// Flows that the end counted as lost are not stored as well where there is room by then.
    @Test
    void whatTheEndCountsAsLostIsNotStored() throws IOException {
        StoreIntake intake = intake(1 << 30);
        Path journals = directory.resolve(".rearview/journal");
        Files.move(journals, directory.resolve("away"));
        append(intake, true);
        assertThat(intake.commit()).isFalse();
        assertThat(store.intake().uncommittedCount()).isEqualTo(FLOWS);
        assertThat(intake.finish(FLOWS / 2)).isFalse();
        assertThat(ledger.of("journal", Ledger.NONE).dropped(Drop.DISK_FULL)).isEqualTo(FLOWS / 2);
        assertThat(store.intake().uncommittedCount()).isZero();
        Files.move(directory.resolve("away"), journals);
        store.close();
        assertThat(journals).isEmptyDirectory();
    }
}
