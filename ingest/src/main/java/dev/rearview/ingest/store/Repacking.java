package dev.rearview.ingest.store;

import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.LateTemplates;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.model.FlowRecord;
import dev.rearview.store.Repack;
import dev.rearview.store.RepackSource;
import dev.rearview.store.journal.DatagramBatch;
import dev.rearview.store.journal.DatagramFollower;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.state.ExporterStates;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.state.StateReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decodes kept journals once more, as the collector did, but by another configuration. For one
/// thread.
public final class Repacking {
    /// How often the collector looks what is old, by default.
    private static final long EXPIRE_EVERY_MS = 120_000;

    /// How long after the hours a template counts for data of them.
    private static final long LATEST_US = 24 * 3_600_000_000L;

    private final Repack repack;
    private final Routing routing;
    private final Reception.Budgets budgets;
    private final Accounts accounts;
    private @Nullable Reception reception;
    private KeptIndex.Window window;
    private @Nullable IOException failure;
    private long expiredMs = Long.MIN_VALUE / 2;
    private long strangers;
    private String stranger = "";
    // The journal that was decoded last.
    private long lastNumber = KeptIndex.UNKNOWN;
    private @Nullable LateTemplates announcements;
    private long lateFlows;

    /// @param budgets of what exporters announce, as the collector has them
    /// @param accounts what is counted here is no news
    public Repacking(Repack repack, Routing routing, Reception.Budgets budgets, Accounts accounts) {
        this.repack = repack;
        this.routing = routing;
        this.budgets = budgets;
        this.accounts = accounts;
        this.window = window(repack);
    }

    /// Decodes all journals that the repack wants.
    public void run() throws IOException {
        for (RepackSource s : repack.sources()) {
            repack.begin(s);
            decode(s);
        }
    }

    /// Flows of the hours that were decoded by templates that came late: the collector gave them
    /// up.
    public long lateFlows() {
        return lateFlows;
    }

    private void decode(RepackSource s) throws IOException {
        Reception of;
        try {
            of = reception(s);
            lastNumber = s.kept().number();
        } catch (IOException e) {
            raise();
            repack.end(String.valueOf(e.getMessage()), true);
            return;
        }
        strangers = 0;
        JournalReader.Report report;
        try (DatagramFollower in = s.follow(d -> take(of, d))) {
            report = in.finish();
        } catch (NoSuchFileException e) {
            raise();
            repack.end("was let go meanwhile", true);
            return;
        }
        raise();
        if (report.isDamaged()) {
            repack.end(report.text("datagrams"), true);
        } else if (strangers > 0) {
            String what = "datagrams of probes that the configuration does not have, such as '";
            repack.end(strangers + " " + what + stranger + "'", false);
        } else {
            repack.end("", false);
        }
    }

    /// Throws what failed where it could not be thrown.
    private void raise() throws IOException {
        IOException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    /// Who decodes a journal, with what exporters had announced at its begin.
    private Reception reception(RepackSource s) throws IOException {
        Reception known = reception;
        if (known != null && !s.begins()) {
            return known;
        }
        KeptIndex.Window its = s.index().window();
        window = its.equals(KeptIndex.Window.NONE) ? window : its;
        Reception next =
                new Reception(
                        routing,
                        new TimeWindow(window.backUs(), window.aheadUs()),
                        budgets,
                        accounts,
                        (r, counters) -> take(r));
        next.expect(this::announcements);
        reception = next;
        if (known == null) {
            restore(next, s);
            return next;
        }
        try (known) {
            known.forgetAnnouncements();
            restore(next, s);
            if (s.index().after() == lastNumber) {
                // What waits by the state is what waits here, or was decoded here meanwhile.
                next.takeWaiting(known);
            }
        }
        return next;
    }

    private void restore(Reception next, RepackSource s) throws IOException {
        Optional<ExporterStates.Saved> saved = s.state(repack.quarantine());
        if (saved.isPresent()) {
            try {
                next.restore(saved.get().body(), saved.get().nowMs());
            } catch (StateReader.Malformed e) {
                throw new IOException(
                        "what exporters had announced cannot be read: " + e.getMessage(), e);
            }
        }
    }

    /// What exporters announced in the journals that are decoded, and the next day: read when it is
    /// asked for, which it is not where nothing is given up.
    private LateTemplates announcements() {
        LateTemplates known = announcements;
        if (known == null) {
            known = new LateTemplates(routing);
            announcements = known;
            try {
                read(known);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        return known;
    }

    private void read(LateTemplates into) throws IOException {
        long untilUs = repack.hours().toMs() * 1000 + LATEST_US;
        long last = KeptIndex.UNKNOWN;
        for (RepackSource s : repack.sources()) {
            if (s.index().received().fromUs() > untilUs) {
                return;
            }
            if (s.index().after() != last) {
                into.gap();
            }
            last = s.kept().number();
            try (DatagramFollower in = s.follow(d -> into.take(message(d)))) {
                if (in.finish().isDamaged()) {
                    into.gap();
                }
            } catch (NoSuchFileException e) {
                // It was let go.
                into.gap();
            }
        }
    }

    /// The window of the first journal that tells it.
    private static KeptIndex.Window window(Repack repack) {
        return repack.sources().stream()
                .map(s -> s.index().window())
                .filter(w -> !w.equals(KeptIndex.Window.NONE))
                .findFirst()
                .orElse(
                        new KeptIndex.Window(
                                TimeWindow.DEFAULT.backUs(), TimeWindow.DEFAULT.aheadUs()));
    }

    private void take(Reception of, DatagramBatch.Datagram d) {
        if (Math.abs(d.nowMs() - expiredMs) >= EXPIRE_EVERY_MS) {
            expiredMs = d.nowMs();
            of.expire(d.nowMs());
        }
        if (!of.take(message(d))) {
            strangers++;
            stranger = d.probe();
        }
    }

    private static Reception.Message message(DatagramBatch.Datagram d) {
        Arrival arrival = new Arrival(d.from().getPort(), d.receivedUs(), d.nowMs());
        return new Reception.Message(d.probe(), d.from(), d.session(), arrival, d.bytes());
    }

    private void take(FlowRecord r) {
        if (failure == null) {
            try {
                boolean isTaken = repack.append(r);
                Reception of = reception;
                lateFlows += isTaken && of != null && of.isLate() ? 1 : 0;
            } catch (IOException e) {
                // To be thrown where no decoder takes it for its own.
                failure = e;
            }
        }
    }
}
