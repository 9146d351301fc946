package dev.rearview.tools.rwsetmember;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sets that can be read, and others.
class RwSetMemberTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleSite.bench(directory, RwSetMember::new, RwSetBuild::new);
        bench.write("a.txt", "10.0.0.1\n10.0.0.2\n10.0.1.1\n");
        bench.write("b.txt", "10.0.0.2\n2001:db8::1\n");
        bench.good("rwsetbuild a.txt a.set");
        bench.good("rwsetbuild b.txt b.set");
    }

    @Test
    void aSetThatCannotBeReadIsToldAndTheNextLookedAt() {
        Workbench.Result r = bench.run("rwsetmember 10.0.0.2 none.set a.txt a.set");
        assertThat(r.status()).isZero();
        assertThat(r.out()).isEqualTo("a.set\n");
        assertThat(r.err().lines())
                .hasSize(2)
                .allMatch(l -> l.startsWith("rwsetmember: "))
                .first()
                .isEqualTo("rwsetmember: " + bench.path("none.set") + ": no such file");
    }

    @Test
    void theStatusSaysWhetherAnyHasIt() {
        assertThat(bench.run("rwsetmember --count 10.0.0.0/24 a.set b.set"))
                .isEqualTo(new Workbench.Result(0, "a.set:2\nb.set:1\n", ""));
        assertThat(bench.run("rwsetmember --quiet 10.0.0.1 a.set b.set"))
                .isEqualTo(new Workbench.Result(0, "", ""));
        assertThat(bench.run("rwsetmember --count 10.9.0.1 a.set"))
                .isEqualTo(new Workbench.Result(1, "a.set:0\n", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"rwsetmember; rwsetmember: an address or pattern is required"})
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
    }
}
