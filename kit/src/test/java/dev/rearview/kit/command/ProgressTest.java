package dev.rearview.kit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final String ERASE = "\r\u001B[K";

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private long now;
    private final Progress progress = new Progress(terminal, () -> now * 1_000_000);

    private String text() {
        String text = terminal.toString(StandardCharsets.UTF_8);
        terminal.reset();
        return text;
    }

    private void tickAt(long ms) {
        now = ms;
        progress.tick();
    }

    @Test
    void shortWorkShowsNothing() {
        progress.file(0, 0);
        progress.flows(5);
        tickAt(1_999);
        progress.end();
        assertThat(text()).isEmpty();
    }

    @Test
    void longWorkShowsALineThatIsRenewedTwiceASecond() {
        progress.file(0, 0);
        progress.flows(1_000);
        tickAt(2_000);
        progress.flows(1);
        tickAt(2_400);
        progress.flows(2_000);
        tickAt(2_600);
        assertThat(text())
                .isEqualTo(ERASE + "1 file, 1,000 flows, 2 s" + ERASE + "1 file, 3,001 flows, 2 s");
        progress.clear();
        assertThat(text()).isEqualTo(ERASE);
    }

    /// The share counts octets of files, and flows within the one that is being read.
    @Test
    void percentAndTimeLeftAreToldWhereTheSizeIsKnown() {
        progress.expect(() -> 1_000);
        progress.file(400, 0);
        tickAt(2_000);
        assertThat(text()).isEqualTo(ERASE + "1 file, 0 flows, 2 s, 0%");
        progress.flows(70);
        progress.file(600, 100);
        progress.flows(25);
        tickAt(11_000);
        assertThat(text()).isEqualTo(ERASE + "2 files, 95 flows, 11 s, 55%, about 9 s left");
        progress.flows(1_000);
        tickAt(12_000);
        assertThat(text()).isEqualTo(ERASE + "2 files, 1,095 flows, 12 s, 100%, about 0 s left");
    }

    /// Of a file that does not tell how many flows it holds.
    @Test
    void octetsAreCountedAsTheyAreRead() throws IOException {
        progress.expect(() -> 1_000);
        progress.file(1_000, 0);
        InputStream in = progress.counted(new ByteArrayInputStream(new byte[1_000]));
        in.readNBytes(499);
        assertThat(in.read()).isZero();
        progress.flows(3);
        tickAt(7_000);
        assertThat(text()).isEqualTo(ERASE + "1 file, 3 flows, 7 s, 50%, about 7 s left");
        in.readAllBytes();
        assertThat(in.read()).isEqualTo(-1);
        tickAt(8_000);
        assertThat(text()).contains(", 100%,");
    }

    @Test
    void anUnknownSizeHasNoPercent() {
        progress.expect(() -> -1);
        progress.file(400, 100);
        progress.flows(50);
        tickAt(5_000);
        assertThat(text()).isEqualTo(ERASE + "1 file, 50 flows, 5 s");
    }

    @Test
    void theLineMovesWhenAllHasBeenRead() {
        progress.expect(() -> 400);
        progress.file(400, 100);
        progress.flows(100);
        now = 3_000;
        progress.allRead();
        tickAt(4_000);
        tickAt(9_500);
        assertThat(text())
                .isEqualTo(
                        ERASE
                                + "1 file, 100 flows, 3 s, all read; working on it, 1 s"
                                + ERASE
                                + "1 file, 100 flows, 3 s, all read; working on it, 6 s");
    }

    @Test
    void messagesTakeThePlaceOfTheLine() {
        progress.flows(7);
        tickAt(3_000);
        progress.messages().println("careful");
        assertThat(text()).isEqualTo(ERASE + "0 files, 7 flows, 3 s" + ERASE + "careful\n");
        progress.messages().print("half a ");
        tickAt(4_000);
        progress.messages().println("line");
        tickAt(5_000);
        assertThat(text()).isEqualTo("half a line\n" + ERASE + "0 files, 7 flows, 5 s");
    }

    @Test
    void whereOutputBeginsTheLineEnds() throws IOException {
        progress.flows(7);
        tickAt(3_000);
        progress.output(terminal).write("sIP|\n".getBytes(StandardCharsets.UTF_8));
        tickAt(4_000);
        assertThat(text()).isEqualTo(ERASE + "0 files, 7 flows, 3 s" + ERASE + "sIP|\n");
    }
}
