package dev.rearview.store;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.hour.EpochSet;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which kept journals have to be decoded for some hours, and when datagrams are missing.
final class RepackSources {
    /// Of a journal whose index is damaged nobody knows which hours it gave flows for.
    private static final long ANY_HOUR_US = Long.MAX_VALUE / 2;

    /// How long after the end of an hour its flows come, as a rule: a long flow is told in parts.
    private static final long AFTER_US = 3_600_000_000L;

    private static final long HOUR_US = 3_600_000_000L;

    private final Path root;
    private final List<RepackSource> chosen = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Unusable> unusable = new ArrayList<>();

    /// A time in which datagrams came that are not there, or are of no use.
    ///
    /// @param fromUs microseconds since 1970
    /// @param after number of the last journal before it
    /// @param before number of the first one after it
    record Gap(long fromUs, long toUs, long after, long before, String why) {
        /// Whether they may have been of an hour.
        boolean mayConcern(long hourUs) {
            return toUs > hourUs && fromUs < hourUs + HOUR_US + AFTER_US;
        }
    }

    /// A journal that is of no use.
    record Unusable(EpochSet epochs, String why) {}

    private RepackSources(Path root) {
        this.root = root;
    }

    /// Looks which journals there are.
    ///
    /// @param fromUs start of the first hour
    /// @param toUs end of the last one
    static RepackSources of(Path root, long fromUs, long toUs) throws IOException {
        RepackSources out = new RepackSources(root);
        out.choose(out.chain(KeptJournals.list(StateDirectory.kept(root))), fromUs, toUs);
        return out;
    }

    /// Those that are to be decoded, oldest first.
    List<RepackSource> chosen() {
        return chosen;
    }

    List<Gap> gaps() {
        return gaps;
    }

    /// Journals that are there and cannot be decoded, or not as they were.
    List<Unusable> unusable() {
        return unusable;
    }

    /// Journals up to the first one whose flows are not all in hours, with where to begin.
    private List<RepackSource> chain(List<KeptJournals.Kept> all) throws IOException {
        List<RepackSource> out = new ArrayList<>();
        long lastNumber = KeptIndex.UNKNOWN;
        long lastUs = Long.MIN_VALUE;
        boolean isKnown = false;
        for (KeptJournals.Kept k : all) {
            if (Files.exists(KeptJournals.commit(root, k.number()))) {
                break;
            }
            Optional<KeptIndex> index = index(k);
            if (index.isEmpty()) {
                isKnown = false;
                lastNumber = KeptIndex.UNKNOWN;
                continue;
            }
            KeptIndex i = index.get();
            boolean follows = lastNumber >= 0 && i.after() == lastNumber;
            boolean isFirst = out.isEmpty() && lastNumber < 0 && i.after() == -1;
            if (!follows && !isFirst) {
                long fromUs = i.received().fromUs();
                String why = "journals before that of " + RepackHours.time(fromUs);
                gaps.add(new Gap(lastUs, fromUs, lastNumber, k.number(), why + " are not kept"));
            }
            boolean begins = k.state().isPresent() || i.after() == -1;
            isKnown = begins || follows && isKnown;
            if (isKnown) {
                out.add(new RepackSource(k, i, begins));
            } else {
                String why =
                        "what exporters had announced at "
                                + RepackHours.time(i.received().fromUs());
                unusable(k, i, why + " is not known");
            }
            lastNumber = k.number();
            lastUs = Math.max(lastUs, i.received().toUs());
        }
        if (out.isEmpty()) {
            gaps.add(
                    new Gap(
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            "no journal is kept"));
        }
        return out;
    }

    /// Says that a journal cannot be decoded, or not as it was.
    void unusable(KeptJournals.Kept k, KeptIndex i, String why) {
        unusable.add(new Unusable(i.given().epochs(), why));
        long number = k.number();
        gaps.add(new Gap(i.received().fromUs(), i.received().toUs(), number - 1, number + 1, why));
    }

    /// What is known of a journal; where its index is damaged, what it tells itself.
    private Optional<KeptIndex> index(KeptJournals.Kept k) throws IOException {
        Optional<KeptIndex> index = k.index();
        if (index.isPresent()) {
            return index;
        }
        try {
            return Optional.of(
                    new KeptIndex(
                            k.number(),
                            KeptIndex.UNKNOWN,
                            KeptIndex.received(k.journal(), k.number()),
                            new KeptIndex.Given(
                                    0, -ANY_HOUR_US, ANY_HOUR_US, EpochSet.of(k.number())),
                            KeptIndex.Window.NONE));
        } catch (NoSuchFileException e) {
            // It was let go.
            return Optional.empty();
        } catch (MalformedInputException e) {
            long lastUs = k.lastMs() * 1000;
            String why = String.valueOf(e.getMessage());
            gaps.add(new Gap(lastUs - HOUR_US, lastUs, k.number() - 1, k.number() + 1, why));
            return Optional.empty();
        }
    }

    /// All from the first one that matters on: later ones may have flows that nobody had a place
    /// for.
    private void choose(List<RepackSource> all, long fromUs, long toUs) {
        int begin = -1;
        for (int i = 0; i < all.size() && chosen.isEmpty(); i++) {
            RepackSource s = all.get(i);
            begin = s.begins() ? i : begin;
            KeptIndex.Given given = s.index().given();
            boolean gave = given.lastHourUs() >= fromUs && given.firstHourUs() < toUs;
            if (gave || s.index().received().toUs() >= fromUs) {
                chosen.addAll(all.subList(begin, all.size()));
            }
        }
    }
}
