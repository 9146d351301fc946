package dev.rearview.descriptors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
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
}
