package dev.rearview.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostLogTest {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long clock;
    private final HostLog log;

    HostLogTest() throws IOException {
        Log to =
                Log.to("test", Log.Level.INFO, new PrintStream(text, true, StandardCharsets.UTF_8));
        log = new HostLog(to, () -> clock);
    }

    private static InetAddress host(int i) {
        return InetAddress.ofLiteral("10.0." + i / 250 + "." + i % 250);
    }

    private List<String> lines() {
        return text.toString(StandardCharsets.UTF_8)
                .lines()
                .map(l -> l.substring(l.indexOf("]: ") + 3))
                .toList();
    }

    @Test
    void aHostHasOneLineAMinute() {
        for (int i = 0; i < 1000; i++) {
            log.warn(host(1), "garbage " + i);
            log.warn(host(2), "noise " + i);
            clock += 50;
        }
        assertThat(lines()).containsExactly("garbage 0", "noise 0");
        clock = 60_000;
        log.tell();
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "garbage 0",
                        "noise 0",
                        "999 more warnings about 10.0.0.1 within a minute",
                        "999 more warnings about 10.0.0.2 within a minute");
        log.warn(host(1), "again");
        assertThat(lines()).last().isEqualTo("again");
    }

    @Test
    void manyHostsShareALine() {
        for (int i = 0; i < 5000; i++) {
            log.warn(host(i), "garbage");
        }
        assertThat(lines()).hasSize(HostLog.MAX_HOSTS).containsOnly("garbage");
        clock = 60_000;
        log.tell();
        assertThat(lines())
                .hasSize(HostLog.MAX_HOSTS + 1)
                .last()
                .isEqualTo(5000 - HostLog.MAX_HOSTS + " more warnings about other hosts");
    }

    @Test
    void theEndTellsWhatWasHeldBack() {
        for (int i = 0; i < 5; i++) {
            log.warn(host(1), "garbage");
        }
        log.close();
        assertThat(lines()).containsExactly("garbage", "4 more warnings about hosts");
    }
}
