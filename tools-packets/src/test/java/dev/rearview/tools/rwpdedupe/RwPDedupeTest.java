package dev.rearview.tools.rwpdedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.captures.Frames;
import dev.rearview.wire.pcap.CaptureReader;
import dev.rearview.wire.pcap.CaptureWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RwPDedupeTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void captures() throws IOException {
        bench = new Workbench(directory, RwPDedupe::new);
        Frames.write(
                bench,
                "a.pcap",
                f ->
                        f.add(Frames.udp(1, 53, 7, 64), 0)
                                .add(Frames.udp(2, 53, 8, 64), 10_000)
                                .add(Frames.ARP + "0102", 20_000));
        Frames.write(
                bench,
                "b.pcap",
                f ->
                        f.add(Frames.udp(1, 53, 7, 63), 0)
                                .add(Frames.udp(2, 53, 8, 64), 12_000)
                                .add(Frames.ARP + "0102", 20_000)
                                .add(Frames.ARP + "0103", 20_000)
                                .add(Frames.udp(3, 53, 8, 64), 30_000));
    }

    /// Times of the packets of an output, microseconds after the first.
    private static List<Long> times(byte[] capture) throws IOException {
        List<Long> out = new ArrayList<>();
        CaptureReader in = CaptureReader.open(new ByteArrayInputStream(capture), "o");
        while (in.next()) {
            out.add(in.timeUs() - Frames.START_S * 1_000_000);
        }
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 10000 12000 20000 20000 30000",
        "1, 0 10000 12000 20000 20000 30000",
        "2, 0 10000 20000 20000 30000",
        "1000000, 0 10000 20000 20000 30000"
    })
    void theFirstOfDuplicatesStays(int threshold, String expected) throws IOException {
        Workbench.Result r =
                bench.run("rwpdedupe --first --threshold=" + threshold + " a.pcap b.pcap");
        assertThat(r.err()).isEmpty();
        assertThat(times(r.octets()))
                .containsExactlyElementsOf(
                        Arrays.stream(expected.split(" ")).map(Long::valueOf).toList());
    }

    @Test
    void aSeedChoosesTheSame() throws IOException {
        List<List<Long>> chosen = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            String line = "rwpdedupe --random-duplicate=" + seed + " --threshold=5 a.pcap b.pcap";
            byte[] octets = bench.run(line).octets();
            assertThat(octets).isEqualTo(bench.run(line).octets());
            assertThat(times(octets)).hasSize(5).isSorted();
            chosen.add(times(octets));
        }
        assertThat(chosen.stream().map(c -> c.get(1)).distinct())
                .as("either of the two is taken sometimes")
                .containsExactlyInAnyOrder(10_000L, 12_000L);
    }

    @Test
    void equalPartsOfOneDatagramAreNoDuplicates() throws IOException {
        String zeros = "00".repeat(16);
        Frames.write(
                bench,
                "f.pcap",
                f ->
                        f.add(Frames.fragment(0x2000, zeros), 0)
                                .add(Frames.fragment(0x2002, zeros), 0)
                                .add(Frames.fragment(4, zeros), 0));
        assertThat(times(bench.run("rwpdedupe --first f.pcap f.pcap").octets())).hasSize(3);
    }

    @Test
    void aDamagedCaptureGivesWhatItHas() throws IOException {
        byte[] whole = bench.octets("b.pcap");
        Files.write(bench.path("cut.pcap"), Arrays.copyOf(whole, 24 + 62 + 3));
        Workbench.Result r = bench.run("rwpdedupe --first a.pcap cut.pcap");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo("rwpdedupe: cut.pcap: offset 89: packet header: ends too early\n");
        assertThat(times(r.octets())).containsExactly(0L, 10_000L, 20_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwpdedupe --first-duplicate",
                "rwpdedupe --first-duplicate a.pcap",
                "rwpdedupe a.pcap b.pcap",
                "rwpdedupe --first-duplicate --random-duplicate a.pcap b.pcap",
                "rwpdedupe --random-duplicate= a.pcap b.pcap",
                "rwpdedupe --random-duplicate=x a.pcap b.pcap",
                "rwpdedupe --first --threshold=1000001 a.pcap b.pcap",
                "rwpdedupe --first - - ",
                "rwpdedupe --first a.pcap none.pcap"
            })
    void misuse(String line) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.octets()).isEmpty();
        assertThat(r.err()).startsWith("rwpdedupe: ");
    }

    @Test
    void whatThereIsNoRoomForIsForgottenAndCounted() throws IOException {
        Frames.write(
                bench,
                "many.pcap",
                f -> {
                    for (int i = 0; i < 2000; i++) {
                        f.add(Frames.udp(i % 1000, 53, 1, 64), i);
                    }
                });
        for (boolean isRandom : new boolean[] {false, true}) {
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            try (CaptureWriter out = new CaptureWriter(octets, 1, 0)) {
                Choice choice =
                        new Choice(
                                out,
                                1_000_000,
                                isRandom ? Optional.of(new java.util.Random(1)) : Optional.empty(),
                                100 * 160);
                CaptureReader in =
                        CaptureReader.open(
                                new ByteArrayInputStream(bench.octets("many.pcap")), "many");
                while (in.next()) {
                    choice.take(in, in.timeUs());
                }
                choice.end();
                assertThat(choice.forgotten()).isEqualTo(1900);
            }
            assertThat(times(octets.toByteArray())).as("none is lost").hasSize(2000);
        }
    }
}
