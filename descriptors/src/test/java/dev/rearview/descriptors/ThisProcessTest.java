package dev.rearview.descriptors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ThisProcessTest {
    private static int nicenessAfter(Runnable before) throws Exception {
        FutureTask<Integer> task =
                new FutureTask<>(() -> {
                    before.run();
                    return ThisProcess.niceness();
                });
        Thread.ofPlatform().start(task).join();
        return task.get();
    }

    @Test
    void aThreadYieldsByItself() throws Exception {
        int own = ThisProcess.niceness();
        int most = 19;
        assertThat(nicenessAfter(() -> assertThat(ThisProcess.yieldToOthers(3)).isTrue()))
                .isEqualTo(Math.min(most, own + 3));
        assertThat(nicenessAfter(() -> ThisProcess.yieldToOthers(100))).isEqualTo(most);
        assertThat(nicenessAfter(() -> {})).isEqualTo(own);
        assertThat(ThisProcess.niceness()).isEqualTo(own);
    }

    @Test
    void whatAThreadYieldsIsNotAddedToThatOfTheOneThatStartedIt() throws Exception {
        int own = ThisProcess.niceness();
        int[] inner = new int[1];
        int outer =
                nicenessAfter(() -> {
                    ThisProcess.yieldToOthers(2);
                    try {
                        inner[0] = nicenessAfter(() -> ThisProcess.yieldToOthers(4));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        assertThat(outer).isEqualTo(Math.min(19, own + 2));
        assertThat(inner[0]).isEqualTo(Math.min(19, own + 4));
    }

    @Test
    void aThreadTakesShortTurnsByItselfAndYieldsAsBefore() throws Exception {
        long own = turn();
        long[] after = new long[1];
        int niceness =
                nicenessAfter(() -> {
                    ThisProcess.yieldToOthers(3);
                    assertThat(ThisProcess.takeShortTurns()).isTrue();
                    after[0] = turn();
                });
        assertThat(niceness).isEqualTo(Math.min(19, ThisProcess.niceness() + 3));
        assertThat(turn()).isEqualTo(own);
        // Older kernels know the call, and give nobody a turn of his own.
        assertThat(after[0]).isEqualTo(givesTurns() && own > 0 ? 100_000 : own);
    }

    /// What the kernel tells of the turns of the thread that calls, in nanoseconds.
    private static long turn() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/sched"))) {
            return lines.filter(l -> l.startsWith("se.slice"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll(".*: *", "")))
                    .findAny()
                    .orElse(0);
        } catch (IOException e) {
            // A kernel without it.
            return 0;
        }
    }

    private static boolean givesTurns() {
        Matcher release =
                Pattern.compile("(\\d+)\\.(\\d+).*").matcher(System.getProperty("os.version"));
        return release.matches()
                && Integer.parseInt(release.group(1)) * 100 + Integer.parseInt(release.group(2))
                        >= 612;
    }
}
