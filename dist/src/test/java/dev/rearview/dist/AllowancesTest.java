package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllowancesTest {
    @TempDir Path directory;

    private Allowances allowances(String text) throws IOException {
        return Allowances.of(Files.writeString(directory.resolve("list.txt"), text));
    }

    @Test
    void whatIsListedMayBreakARuleSoFar() throws IOException {
        Allowances list = allowances("# Why.\n\nmethod A.b 80 # a table\n");
        assertThatCode(() -> list.check("method", Map.of("A.b", 80))).doesNotThrowAnyException();
        assertThatCode(() -> list.check("method", Map.of("A.b", 75))).doesNotThrowAnyException();
        assertThatCode(() -> list.check("file", Map.of())).doesNotThrowAnyException();
    }

    @Test
    void moreThanThatBreaksIt() throws IOException {
        Allowances list = allowances("method A.b 80\n");
        assertThatThrownBy(() -> list.check("method", Map.of("A.b", 81)))
                .hasMessageContaining("breaks the rule 'method'")
                .hasMessageContaining("\"A.b\"=81");
        assertThatThrownBy(() -> list.check("method", Map.of("A.b", 80, "A.c", 71)))
                .hasMessageContaining("\"A.c\"=71");
        assertThatThrownBy(() -> list.check("file", Map.of("A.b", 1)))
                .hasMessageContaining("breaks the rule 'file'");
    }

    @Test
    void whatNeedsNoAllowanceAnyMoreLosesIt() throws IOException {
        Allowances list = allowances("method A.b 80\nmethod A.c 90\n");
        assertThatThrownBy(() -> list.check("method", Map.of("A.b", 80)))
                .hasMessageContaining("drop it")
                .hasMessageContaining("A.c");
    }

    @Test
    void aLineThatSaysLessIsAnError() {
        assertThatThrownBy(() -> allowances("method A.b\n")).hasMessageContaining("method A.b");
    }
}
