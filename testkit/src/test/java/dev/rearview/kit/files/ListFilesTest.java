package dev.rearview.kit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.kit.options.ToolException;
import dev.rearview.testkit.Workbench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lists with items from files.
class ListFilesTest {
    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void files() {
        bench = new Workbench(directory);
        bench.write("names", "a, b # two\n\n# none\nc\n");
        bench.write("at@x", "d\n");
        bench.write("empty", "# none\n");
        bench.write("nested", "a\n@names\n");
    }

    private List<String> items(String list) {
        List<String> out = new ArrayList<>();
        bench.within(
                "tool",
                env -> {
                    out.addAll(ListFiles.items(env, list, "types"));
                    return 0;
                });
        return out;
    }

    @Test
    void itemsOfFilesStandWhereTheirNameDoes() {
        assertThat(items("x,@names,y")).containsExactly("x", "a", "b", "c", "y");
        assertThat(items(",x,,y,")).containsExactly("x", "y");
        assertThat(items("@at@@x,@")).containsExactly("d", "@");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "','; invalid --types: empty list",
                "@empty; invalid --types: empty holds no name",
                "@nested; invalid --types: nested names another file",
                "@none; invalid --types: DIR/none: no such file"
            })
    void saysWhatIsWrong(String list, String message) {
        assertThatThrownBy(() -> items(list))
                .isInstanceOf(ToolException.class)
                .hasMessage(message.replace("DIR", directory.toString()));
    }
}
