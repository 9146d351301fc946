package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.traffic.attack.Damage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills the collector under load again and again, at random moments and at random system calls,
/// and damages its repository in between.
///
/// `-Drearview.seed=N` repeats a run as far as the machine lets it be repeated,
/// `-Drearview.rounds=200` is the nightly form.
class CrashIT {
    private static final int ROUNDS = Integer.getInteger("rearview.rounds", 8);
    private static final long SEED = Long.getLong("rearview.seed", System.nanoTime());

    @TempDir Path directory;
    private CrashedCollector collector;

    @AfterEach
    void stop() {
        if (collector != null) {
            collector.close();
        }
    }

    private CrashedCollector collector(Random random) throws Exception {
        System.out.println("CrashIT: -Drearview.seed=" + SEED + " -Drearview.rounds=" + ROUNDS);
        collector = new CrashedCollector(directory, random);
        return collector;
    }

    /// Of each run the flows up to some number are there, once, and that number is at least the one
    /// that the log told.
    @Test
    void killedAtAnyMomentItKeepsWhatItTook() throws Exception {
        Random random = new Random(SEED);
        CrashedCollector c = collector(random);
        for (int round = 0; round < ROUNDS; round++) {
            c.runAndKill(random.nextBoolean());
        }
        c.recover(new BitSet());
        c.assertStored(new BitSet(), "seed " + SEED);
        assertThat(c.query().exit()).as(c.query().err()).isZero();
    }

    /// What is missing was in what was damaged, and somebody says so.
    @Test
    void damageBetweenRunsCostsNoMoreThanItHit() throws Exception {
        Random random = new Random(SEED);
        CrashedCollector c = collector(random);
        List<CrashedCollector.Damaged> damages = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            c.runAndKill(random.nextInt(4) == 0);
            if (random.nextInt(4) != 0) {
                damages.add(c.damage());
            }
        }
        BitSet mayMiss = new BitSet();
        damages.forEach(d -> mayMiss.or(d.held()));
        c.recover(mayMiss);
        c.assertStored(mayMiss, "seed " + SEED + ", damage " + damages);
        c.assertNamed(damages);
    }

    /// Every manifest is gone, as from a backup that did not take them: nothing else is.
    @Test
    void withoutManifestsEveryFlowIsThereOnce() throws Exception {
        CrashedCollector c = collector(new Random(SEED));
        c.runAndKill(false);
        c.runAndKill(false);
        c.look();
        Damage.noManifests(c.root());
        c.runAndKill(false);
        Damage.foreignJournals(c.root());
        c.runAndKill(false);
        c.recover(new BitSet());
        c.assertStored(new BitSet(), "seed " + SEED);
        assertThat(c.query().exit()).as(c.query().err()).isZero();
        // What nobody can explain is kept.
        assertThat(c.everythingBelow(".rearview"))
                .anyMatch(name -> name.contains("README.journal"))
                .anyMatch(name -> name.contains("ffffffffffffffff.journal"));
    }

    /// A query that cannot know what belongs to an hour does not pass for one that can.
    @Test
    void aQueryWithoutManifestsSaysSo() throws Exception {
        CrashedCollector c = collector(new Random(SEED));
        c.runAndKill(false);
        c.recover(new BitSet());
        assertThat(c.query().exit()).isZero();
        Damage.noManifests(c.root());
        CrashedCollector.Shown shown = c.shown();
        assertThat(shown.isWhole() || shown.exit() == 1).as(shown.toString()).isTrue();
    }

    /// A file where the directory of a day was: its flows are missing, and whoever asks is told.
    @Test
    void aQueryThatFindsNoDirectorySaysSo() throws Exception {
        CrashedCollector c = collector(new Random(SEED));
        c.runAndKill(false);
        c.recover(new BitSet());
        Path day =
                Damage.files(c.root()).stream()
                        .filter(f -> f.toString().endsWith(".manifest"))
                        .map(Path::getParent)
                        .findFirst()
                        .orElseThrow();
        Files.move(day, directory.resolve("day"));
        Files.writeString(day, "no directory");
        CrashedCollector.Shown shown = c.shown();
        assertThat(shown.exit()).as(shown.toString()).isEqualTo(1);
        assertThat(shown.err()).contains(day.getFileName().toString());
    }

    /// Of a backup of the Parquet files alone all that they hold is there.
    @Test
    void theParquetFilesAloneAreEnough() throws Exception {
        CrashedCollector c = collector(new Random(SEED));
        for (int i = 0; i < 3; i++) {
            c.runAndKill(false);
        }
        c.recover(new BitSet());
        c.look();
        Damage.onlyParquet(c.root());
        assertThat(Files.exists(c.root().resolve(".rearview/lock"))).isFalse();
        c.runAndKill(false);
        c.recover(new BitSet());
        c.assertStored(new BitSet(), "seed " + SEED);
    }
}
