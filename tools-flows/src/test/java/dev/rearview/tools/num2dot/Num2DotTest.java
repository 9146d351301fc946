package dev.rearview.tools.num2dot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Numbers at the edge, other octets, lists that make no sense.
class Num2DotTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void bench() {
        bench = new Workbench(directory, Num2Dot::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "4294967295;255.255.255.255",
                "4294967296;     4294967296",
                "99999999999999999999;99999999999999999999",
                "007;        0.0.0.7",
                "+7;             +7",
                "-1;             -1",
                " 256 ;        0.0.1.0"
            })
    void aNumber(String number, String address) {
        assertThat(bench.input(number + "|x\n").good("num2dot")).isEqualTo(address + "|x\n");
    }

    @Test
    void octetsOfOtherColumnsStayAsTheyAre() {
        byte[] line = "1|\u00e4\r\n".getBytes(StandardCharsets.UTF_8);
        assertThat(bench.input(line).run("num2dot").octets())
                .isEqualTo("        0.0.0.1|\u00e4\r\n".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"0", "x", "2-", "3-2", "65537"})
    void aListThatMakesNoSenseIsToldOf(String list) {
        Workbench.Result r = bench.input("1|2\n").run("num2dot", "--ip-fields=" + list);
        assertThat(r.status()).isZero();
        assertThat(r.out()).isEqualTo("        0.0.0.1|2\n");
        assertThat(r.err())
                .startsWith("num2dot: invalid --ip-fields '" + list + "': ")
                .endsWith("; using 1\n");
    }

    @Test
    void operandsAreRefused() {
        Workbench.Result r = bench.run("num2dot file");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("num2dot: unexpected argument 'file'");
    }
}
