package dev.rearview.tools.run;

import dev.rearview.kit.options.ToolException;
import dev.rearview.text.ShellWords;
import java.util.List;

/// Takes a pipeline apart as a shell would.
final class Words {
    private Words() {}

    /// The commands of a pipeline, each as its words.
    ///
    /// @throws ToolException on anything that a shell would do beyond pipes
    static List<List<String>> parse(String text) {
        try {
            return ShellWords.pipeline(text);
        } catch (IllegalArgumentException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
    }
}
