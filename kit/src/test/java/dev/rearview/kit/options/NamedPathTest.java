package dev.rearview.kit.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `[NAME:]PATH`.
class NamedPathTest {
    @ParameterizedTest
    @CsvSource({
        "m.pmap,      '',   m.pmap",
        "one:m.pmap,  one,  m.pmap",
        ":m.pmap,     '',   m.pmap",
        "one:a:b,     one,  a:b",
        "-,           '',   -"
    })
    void isTakenApartAtItsFirstColon(String value, String name, String path) {
        assertThat(NamedPath.of(value)).isEqualTo(new NamedPath(name, path));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; no path",
                "one:; no path",
                "a,b:m.pmap; a map name must not hold a comma"
            })
    void saysWhatIsWrong(String value, String message) {
        assertThatThrownBy(() -> NamedPath.of(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void anotherNameStandsInForNone() {
        assertThat(NamedPath.of("m.pmap").nameOr(() -> "own")).isEqualTo("own");
        assertThat(NamedPath.of("one:m.pmap").nameOr(() -> "own")).isEqualTo("one");
    }
}
