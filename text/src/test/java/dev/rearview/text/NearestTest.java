package dev.rearview.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> FIELDS = List.of("sIP", "dIP", "sPort", "dPort", "protocol");

    @Test
    void aLetterTooManyTooFewWrongOrSwappedIsForgiven() {
        assertThat(Nearest.of("sipp", FIELDS)).contains("sIP");
        assertThat(Nearest.of("sprt", FIELDS)).contains("sPort");
        assertThat(Nearest.of("dqort", FIELDS)).contains("dPort");
        assertThat(Nearest.of("protcool", FIELDS)).contains("protocol");
        assertThat(Nearest.of("prot", FIELDS)).contains("protocol");
    }

    @Test
    void whatIsLikeNothingHasNoNearest() {
        assertThat(Nearest.of("colour", FIELDS)).isEmpty();
        assertThat(Nearest.of("", FIELDS)).isEmpty();
        assertThat(Nearest.of("x".repeat(100_000), FIELDS)).isEmpty();
        assertThat(Nearest.of("--xy", List.of("--ab"))).isEmpty();
        assertThat(Nearest.of("sip", List.of())).isEmpty();
    }

    @Test
    void theMessageHasTheNearestAndTheList() {
        assertThat(Nearest.unknown("field", "sipp", FIELDS))
                .isEqualTo(
                        "unknown field 'sipp'; did you mean 'sIP'?"
                                + " known: sIP, dIP, sPort, dPort, protocol");
        assertThat(Nearest.unknown("field", "colour", FIELDS))
                .isEqualTo("unknown field 'colour'; known: sIP, dIP, sPort, dPort, protocol");
        assertThat(Nearest.unknown("sensor", "S1", List.of())).isEqualTo("unknown sensor 'S1'");
    }

    @Test
    void aLongListIsCutToTheNamesMostLikeTheWord() {
        List<String> sensors = IntStream.range(0, 200).mapToObj(i -> "sensor-" + i).toList();
        assertThat(Nearest.unknown("sensor", "senosr-17", sensors))
                .startsWith(
                        "unknown sensor 'senosr-17'; did you mean 'sensor-17'? known: sensor-17, ")
                .endsWith(" and 192 more");
    }
}
