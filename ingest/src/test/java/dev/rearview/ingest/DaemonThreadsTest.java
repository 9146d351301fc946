package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.descriptors.ThisProcess;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {
    private static int nicenessOf(boolean isBehind) throws Exception {
        FutureTask<Integer> task = new FutureTask<>(ThisProcess::niceness);
        (isBehind ? DaemonThreads.behind("t") : DaemonThreads.named("t")).newThread(task).start();
        return task.get();
    }

    @Test
    void thoseThatAreBehindLetOthersGoFirst() throws Exception {
        int own = ThisProcess.niceness();
        assertThat(nicenessOf(false)).isEqualTo(own);
        assertThat(nicenessOf(true)).isEqualTo(Math.min(19, own + 10));
    }
}
