package dev.rearview.tools.help;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The help of commands, and of what is none.
class HelpToolTest {
    @TempDir Path directory;

    private Workbench.Result help(String words) {
        return new Workbench(directory, Tools::create).run(("help " + words).strip());
    }

    @Test
    void theHelpOfACommandIsWhatItSaysItself() {
        String own = new Workbench(directory, Tools::create).good("rwset --help");
        assertThat(help("rwset")).isEqualTo(new Workbench.Result(0, own, ""));
        assertThat(help("rwset rwset").out()).isEqualTo(own + own);
        assertThat(help("").lines()).contains("COMMANDS AS IN SILK:", "RUN AND LOOK AFTER:");
    }

    @Test
    void aCommandThatIsNoneIsNamedWithTheNearest() {
        Workbench.Result r = help("rwst");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err().lines().findFirst().orElse(""))
                .startsWith("help: unknown command 'rwst'")
                .contains("rwset");
    }
}
