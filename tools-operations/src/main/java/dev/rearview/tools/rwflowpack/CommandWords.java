package dev.rearview.tools.rwflowpack;

import java.util.Arrays;
import java.util.List;

/// The words of this process's command line, as they were given.
final class CommandWords {
    private static final String MAIN = "dev.rearview.tools.Main";

    private CommandWords() {}

    /// @param otherwise the line, where the system does not tell its words
    static List<String> ofProcess(String otherwise) {
        List<String> words =
                Arrays.asList(ProcessHandle.current().info().arguments().orElse(new String[0]));
        int main = words.indexOf(MAIN);
        return main < 0 || main + 1 == words.size()
                ? List.of(otherwise.split(" ", -1))
                : words.subList(main + 1, words.size());
    }
}
