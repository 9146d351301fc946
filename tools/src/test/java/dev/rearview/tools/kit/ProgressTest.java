package dev.rearview.tools.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final String ERASE = "\r\u001B[K";

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private long now;
    private final Progress progress = new Progress(terminal, () -> now * 1_000_000);

    private String text() {
        return terminal.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shortWorkShowsNothing() {
        progress.file();
        now = 1_999;
        progress.flows(5);
        progress.clear();
        assertThat(text()).isEmpty();
    }

    @Test
    void longWorkShowsALineThatIsRenewedTwiceASecond() {
        progress.file();
        now = 2_000;
        progress.flows(1_000);
        now = 2_400;
        progress.flows(1);
        now = 2_600;
        progress.flows(2_000);
        assertThat(text())
                .isEqualTo(ERASE + "1 file, 1,000 flows, 2 s" + ERASE + "1 file, 3,001 flows, 2 s");
        progress.clear();
        assertThat(text()).endsWith(ERASE);
    }

    @Test
    void messagesTakeThePlaceOfTheLine() {
        now = 3_000;
        progress.flows(7);
        progress.messages().println("careful");
        assertThat(text()).isEqualTo(ERASE + "0 files, 7 flows, 3 s" + ERASE + "careful\n");
    }
}
