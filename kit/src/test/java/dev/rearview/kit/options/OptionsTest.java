package dev.rearview.kit.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Switches that may be given once.
class OptionsTest {
    private final List<String> given = new ArrayList<>();

    private Options options() {
        Options options = new Options();
        options.value("input", "PATH", "Read PATH", given::add).once().words(() -> List.of("a"));
        options.alias("source", "input");
        options.optional("list", "PATH", "Read names", given::add).once().notEmpty();
        options.flag("quiet", "Say nothing", () -> given.add("quiet")).once();
        options.value("note", "TEXT", "Add TEXT", given::add);
        return options;
    }

    @ParameterizedTest
    @CsvSource({
        "--input=a --input=a, input",
        "--input a -inp=b, input",
        "--source=a --source=b, source",
        "--input=a --source=b, source",
        "--source=a --in=b, input",
        "--list --list=b, list",
        "--quiet -q, quiet"
    })
    void theSecondOneIsRefused(String line, String name) {
        assertThatThrownBy(() -> options().parse(List.of(line.split(" "))))
                .isInstanceOf(ToolException.class)
                .hasMessage("--" + name + " is given twice");
        assertThat(given).hasSize(1);
    }

    @Test
    void othersMayBeRepeated() {
        Options options = options();
        List<String> line = List.of("--note=a", "--input=b", "--note=c", "--list", "--quiet", "d");
        assertThat(options.parse(line)).containsExactly("d");
        assertThat(given).containsExactly("a", "b", "c", "", "quiet");
    }

    private Options letters() {
        Options options = new Options();
        options.letters();
        options.flag("a", "Add", () -> given.add("a"));
        options.flag("6", "Whole", () -> given.add("6"));
        options.value("n", "NUM", "Lines", v -> given.add("n" + v));
        options.value("note", "TEXT", "Add TEXT", given::add);
        return options;
    }

    /// As with getopt.
    @Test
    void lettersMayStandTogether() {
        List<String> line = List.of("-a6n5", "-n", "-3", "--note=x", "-", "any", "--", "-a");
        assertThat(letters().parse(line)).containsExactly("-", "any", "-a");
        assertThat(given).containsExactly("a", "6", "n5", "n-3", "x");
    }

    @ParameterizedTest
    @CsvSource({
        "-ax, unknown switch '-x'",
        "-an, -n needs a value: NUM",
        "-o, unknown switch '-o'"
    })
    void lettersThatAreWrong(String line, String message) {
        assertThatThrownBy(() -> letters().parse(List.of(line)))
                .isInstanceOf(ToolException.class)
                .hasMessage(message);
    }
}
