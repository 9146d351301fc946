package dev.rearview.store.kept;

import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.state.ExporterStates;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The directory `.rearview/kept`: journals of datagrams whose flows are committed, `NUMBER.kept`,
/// each with its [KeptIndex] and some with what exporters had announced at their begin,
/// `NUMBER.state`. The oldest go when they are too old or too many.
///
/// For one thread; any thread may ask what was let go.
public final class KeptJournals {
    private static final String SUFFIX = ".kept";
    private static final String INDEX = ".index";
    private static final String STATE = ".state";
    private static final Pattern NAME =
            Pattern.compile("([0-9a-f]{16})(" + SUFFIX + "|" + INDEX + "|" + STATE + ")");

    /// Journals at most: 15 days of one every five seconds.
    static final int MAX_JOURNALS = 1 << 18;

    /// Who decodes may begin where there is a state; in between it has to go on. One costs as much
    /// as exporters have announced.
    private static final long STATE_EVERY_MS = 60_000;

    /// How much is kept.
    ///
    /// @param ageMs how long after the last datagram of a journal it goes
    /// @param octets of all that is kept
    /// @param window starts of flows that are believed meanwhile, which the index tells
    public record Limits(long ageMs, long octets, KeptIndex.Window window) {}

    /// What was let go.
    public record LetGo(long journals, long octets, long datagrams) {
        public static final LetGo NOTHING = new LetGo(0, 0, 0);

        /// What of this was not yet there before.
        public LetGo since(LetGo before) {
            return new LetGo(
                    journals - before.journals,
                    octets - before.octets,
                    datagrams - before.datagrams);
        }
    }

    /// A journal that is kept.
    ///
    /// @param octets of all of its files
    /// @param lastMs when its last datagrams came, by the file system
    /// @param state what exporters had announced at its begin, if that is there
    public record Kept(long number, Path journal, long octets, long lastMs, Optional<Path> state) {
        /// What is known of it, empty if that is damaged.
        public Optional<KeptIndex> index() {
            return KeptIndex.read(journal.resolveSibling(name(number, INDEX)), number);
        }
    }

    /// All that is kept, for those who look.
    ///
    /// @param fromMs when the first datagrams came, milliseconds since 1970; 0 if nothing is kept
    /// @param toMs when the last ones came
    public record Status(int journals, long octets, long fromMs, long toMs) {}

    private final Path directory;
    private final Limits limits;
    private final ExporterStates states;
    private final Quarantine quarantine;
    private volatile LetGo letGo = LetGo.NOTHING;
    private @Nullable Deque<Kept> all;
    private long octets;
    private long lastNumber = -1;
    private long lastStateMs = Long.MIN_VALUE / 2;

    /// @param states from which those at the begin of journals are copied
    public KeptJournals(Path root, Limits limits, ExporterStates states, Quarantine quarantine) {
        this.directory = StateDirectory.kept(root);
        this.limits = limits;
        this.states = states;
        this.quarantine = quarantine;
    }

    private static String name(long number, String suffix) {
        return String.format(Locale.ROOT, "%016x", number) + suffix;
    }

    private Path path(long number, String suffix) {
        return directory.resolve(name(number, suffix));
    }

    /// Moves a journal here, with what exporters had announced at its begin. Where a crash
    /// interrupts it, the journal is where it was, and this may be done again.
    ///
    /// @param raw the journal, of which nothing is to be decoded any more
    /// @param given what became of it
    public void keep(Path raw, long number, KeptIndex.Given given) throws IOException {
        RegularFile.makeDirectory(directory);
        Deque<Kept> known = all();
        long nowMs = System.currentTimeMillis();
        long after = states.numberBelow(number);
        boolean isDue = after != lastNumber || Math.abs(nowMs - lastStateMs) >= STATE_EVERY_MS;
        Optional<Path> state = Optional.of(path(number, STATE)).filter(p -> after >= 0 && isDue);
        Path target = path(number, SUFFIX);
        try {
            if (state.isPresent()) {
                states.copy(after, state.get());
            }
            KeptIndex.Received received = KeptIndex.received(raw, number);
            new KeptIndex(number, after, received, given, limits.window).write(path(number, INDEX));
            Files.move(raw, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            removeBeside(number);
            throw e;
        }
        lastNumber = number;
        lastStateMs = state.isPresent() ? nowMs : lastStateMs;
        Kept kept = kept(number, target, state);
        known.add(kept);
        octets += kept.octets;
        Disk.sync(directory);
        trim();
    }

    /// Lets go of what is too old or too much. What cannot be removed is told of, and left alone
    /// until another process tries it.
    public void trim() throws IOException {
        Deque<Kept> known = all();
        long nowMs = System.currentTimeMillis();
        for (Kept k = known.peek(); k != null; k = known.peek()) {
            boolean isMuch = octets > limits.octets || known.size() > MAX_JOURNALS;
            if (!isMuch && nowMs - k.lastMs <= limits.ageMs) {
                return;
            }
            long datagrams = k.index().map(i -> i.received().datagrams()).orElse(0L);
            known.remove();
            octets -= k.octets;
            // The journal first: what is left of it without that is nobody's.
            if (!isRemoved(k.journal)) {
                // The others next time: one line a call.
                return;
            }
            removeBeside(k.number);
            LetGo before = letGo;
            letGo =
                    new LetGo(
                            before.journals + 1,
                            before.octets + k.octets,
                            before.datagrams + datagrams);
        }
    }

    private void removeBeside(long number) {
        boolean _ = isRemoved(path(number, INDEX));
        boolean _ = isRemoved(path(number, STATE));
    }

    /// Removes a file if it is there; says so where it cannot be.
    private boolean isRemoved(Path file) {
        try {
            Files.deleteIfExists(file);
            return true;
        } catch (IOException e) {
            quarantine.tell(file, "cannot be removed, left alone: " + e.getMessage());
            return false;
        }
    }

    /// What was let go since this was opened. Any thread may ask.
    public LetGo letGo() {
        return letGo;
    }

    private Deque<Kept> all() throws IOException {
        Deque<Kept> known = all;
        if (known == null) {
            removeLeftovers();
            known = new ArrayDeque<>(list(directory));
            octets = known.stream().mapToLong(Kept::octets).sum();
            all = known;
        }
        return known;
    }

    /// Removes what an earlier process left that was killed while it kept a journal or let it go.
    private void removeLeftovers() throws IOException {
        for (Path p : Disk.list(directory)) {
            String name = p.getFileName().toString();
            Matcher m = NAME.matcher(name);
            if (name.startsWith(".") && name.endsWith(".tmp")) {
                boolean _ = isRemoved(p);
            } else if (!m.matches() || !Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)) {
                quarantine.tell(p, "no kept journal, left alone");
            } else if (!m.group(2).equals(SUFFIX)
                    && !Files.exists(directory.resolve(m.group(1) + SUFFIX))) {
                boolean _ = isRemoved(p);
            }
        }
    }

    // Looking -------------------------------------------------------------------------------------

    /// The journals that a repository keeps, oldest first. Others may let go of some meanwhile.
    public static List<Kept> list(Path directory) throws IOException {
        SortedMap<Long, Path> journals = new TreeMap<>();
        for (Path p : Disk.list(directory)) {
            Matcher m = NAME.matcher(p.getFileName().toString());
            if (m.matches()
                    && m.group(2).equals(SUFFIX)
                    && Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)) {
                long number = Long.parseUnsignedLong(m.group(1), 16);
                if (number >= 0 && number < RepositoryLock.MAX_EPOCH) {
                    journals.put(number, p);
                }
            }
        }
        List<Kept> out = new ArrayList<>();
        for (var e : journals.entrySet()) {
            Path state = e.getValue().resolveSibling(name(e.getKey(), STATE));
            try {
                out.add(
                        kept(
                                e.getKey(),
                                e.getValue(),
                                Optional.of(state).filter(Files::isRegularFile)));
            } catch (NoSuchFileException gone) {
                // It was let go.
            }
        }
        return out;
    }

    private static Kept kept(long number, Path journal, Optional<Path> state) throws IOException {
        long octets = Files.size(journal) + Disk.size(journal.resolveSibling(name(number, INDEX)));
        octets += state.isPresent() ? Disk.size(state.get()) : 0;
        long lastMs = Files.getLastModifiedTime(journal).toMillis();
        return new Kept(number, journal, octets, lastMs, state);
    }

    /// What a repository keeps.
    public static Status status(Path root) throws IOException {
        List<Kept> all = list(StateDirectory.kept(root));
        if (all.isEmpty()) {
            return new Status(0, 0, 0, 0);
        }
        long octets = all.stream().mapToLong(Kept::octets).sum();
        Kept first = all.getFirst();
        Kept last = all.getLast();
        // Of one whose index is damaged the file's time has to do.
        long fromMs = first.index().map(i -> i.received().fromUs() / 1000).orElse(first.lastMs);
        long toMs = last.index().map(i -> i.received().toUs() / 1000).orElse(last.lastMs);
        return new Status(all.size(), octets, fromMs, toMs);
    }

    /// How whoever stands in for the collector keeps journals: as that does, where any are kept,
    /// and without letting go of one.
    public static Optional<Limits> asBefore(Path root) throws IOException {
        return list(StateDirectory.kept(root)).reversed().stream()
                .flatMap(k -> k.index().stream())
                .findFirst()
                .map(i -> new Limits(Long.MAX_VALUE, Long.MAX_VALUE, i.window()));
    }

    /// Name of the commit of a kept journal: where that is there, its flows are not all in hours.
    public static Path commit(Path root, long number) {
        return StateDirectory.journals(root).resolve(Journal.name(number));
    }
}
