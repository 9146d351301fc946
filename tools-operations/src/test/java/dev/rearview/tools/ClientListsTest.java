package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.flows.FlowTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The client of the resident engine knows which commands may meet at a pipe, as it cannot ask
/// them: its lists are those of the commands that there are.
class ClientListsTest {
    private static final Path CLIENT = Path.of("../resident/src/main/c/rearview-client.c");

    @Test
    void readersAreThoseThatAskSomethingOfFlows() throws Exception {
        assertThat(listed("READERS")).isEqualTo(tools(tool -> tool instanceof FlowTool));
    }

    @Test
    void writersAreThoseThatHandTheirFlowsOver() throws Exception {
        assertThat(listed("WRITERS")).isEqualTo(tools(ClientListsTest::handsOver));
    }

    private static boolean handsOver(Tool tool) {
        if (!(tool instanceof FlowTool)) {
            return false;
        }
        try {
            return tool.getClass().getMethod("handsOver", Query.class).getDeclaringClass()
                    != FlowTool.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> tools(Predicate<Tool> which) {
        Set<String> out = new TreeSet<>();
        for (String name : Tools.names()) {
            // The verbs of `rearview` are run by its own launcher.
            if (name.startsWith("rw")
                    && which.test(Tools.create(name, Env.ofProcess()).orElseThrow())) {
                out.add(name);
            }
        }
        return out;
    }

    private static Set<String> listed(String array) throws IOException {
        Matcher list =
                Pattern.compile(array + "\\[\\] = \\{(.*?)NULL", Pattern.DOTALL)
                        .matcher(Files.readString(CLIENT));
        assertThat(list.find()).as(array).isTrue();
        return Pattern.compile("\"(\\w+)\"")
                .matcher(list.group(1))
                .results()
                .map((MatchResult m) -> m.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
