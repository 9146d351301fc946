package dev.rearview.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {
    private static final int FLOWS = 1000;

    @TempDir Path directory;
    private final LossLedger ledger = new LossLedger();
    private final Counters counters = new Counters();
    private final Handover handover = new Handover();
    private FlowStore store;
    private Log log;

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
        Site site = SilkConf.read(conf);
        store = FlowStore.open(directory, site, notice -> {});
        log = Log.to("test", Log.Level.ERR, null);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private JournalWriting journal(long limitOctets) {
        return new JournalWriting(
                store,
                new Settings.Bounds(1 << 20, limitOctets, Optional.empty()),
                new SegmentWriting(store, 1, new HourLines(directory, () -> Site.NONE, log), log),
                ledger,
                log);
    }

    private static long[] flows(boolean dated) {
        long[] words = new long[FLOWS * RecordWords.COUNT];
        FlowRecord r = new FlowRecord();
        r.flowtype = 0;
        r.sensor = 0;
        for (int i = 0; i < FLOWS; i++) {
            r.stime = dated ? 1_767_225_600_000_000L + i : -1;
            r.setSipV4(i);
            RecordWords.pack(r, words, i * RecordWords.COUNT);
        }
        return words;
    }

    private CompletableFuture<Boolean> give(long[] words) {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        CompletableFuture<Boolean> safe =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return handover.give(words, FLOWS, counters, () -> arrived.complete(null));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        arrived.join();
        return safe;
    }

    @Test
    void flowsAreSafeWhenTheJournalHasThem() {
        CompletableFuture<Boolean> safe = give(flows(true));
        assertThat(safe).isNotDone();
        handover.store(journal(1 << 30));
        assertThat(safe.join()).isTrue();
        assertThat(store.pendingCount()).isEqualTo(FLOWS);
        assertThat(store.uncommittedCount()).isZero();
        assertThat(handover.unsafeCount()).isZero();
    }

    @Test
    void whatTheStoreRefusesIsCountedForWhoeverGaveIt() {
        CompletableFuture<Boolean> safe = give(flows(false));
        handover.store(journal(1 << 30));
        assertThat(safe.join()).isTrue();
        assertThat(counters.dropped(Drop.BAD_RECORD)).isEqualTo(FLOWS);
    }

    /// Flows that the end counted as lost are not stored as well where there is room by then.
    @Test
    void whatTheEndCountsAsLostIsNotStored() throws IOException {
        JournalWriting writing = journal(1 << 30);
        CompletableFuture<Boolean> safe = give(flows(true));
        Path journals = directory.resolve(".rearview/journal");
        Files.move(journals, directory.resolve("away"));
        handover.store(writing);
        assertThat(store.uncommittedCount()).isEqualTo(FLOWS);
        assertThat(writing.finish(FLOWS / 2)).isFalse();
        assertThat(ledger.of("journal", LossLedger.NONE).dropped(Drop.DISK_FULL))
                .isEqualTo(FLOWS / 2);
        assertThat(store.uncommittedCount()).isZero();
        Files.move(directory.resolve("away"), journals);
        store.close();
        assertThat(journals).isEmptyDirectory();
        handover.close(false);
        assertThat(safe.join()).isFalse();
    }

    @Test
    void theyWaitWhileJournalsHaveNoRoom() {
        CompletableFuture<Boolean> first = give(flows(true));
        JournalWriting small = journal(100);
        handover.store(small);
        assertThat(first.join()).isTrue();
        CompletableFuture<Boolean> second = give(flows(true));
        handover.store(small);
        assertThat(second).isNotDone();
        assertThat(store.pendingCount()).isEqualTo(FLOWS);
        handover.close(true);
        assertThat(second.join()).isFalse();
        assertThat(counters.dropped(Drop.DISK_FULL)).isZero();
        assertThat(ledger.entries()).isEmpty();
    }
}
