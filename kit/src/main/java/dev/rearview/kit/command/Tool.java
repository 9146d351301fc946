package dev.rearview.kit.command;

import dev.rearview.kit.options.Options;
import java.io.IOException;
import java.util.List;

/// A command. An instance serves one run.
public interface Tool {
    /// Commands of SiLK whose names do not begin with rw.
    List<String> OTHERS = List.of("mapsid", "num2dot", "silk_config");

    String name();

    /// One line on what it does, for `--help` and the man page.
    String summary();

    /// Whether this is reached as `rearview NAME` only, not as a command of its own.
    default boolean isVerb() {
        return !name().startsWith("rw") && !OTHERS.contains(name());
    }

    /// How a user calls it.
    default String call() {
        return isVerb() ? "rearview " + name() : name();
    }

    /// Name of its man page.
    default String page() {
        return isVerb() ? "rearview-" + name() : name();
    }

    /// What the operands may be, for completion; nothing where they are files or texts.
    default List<String> operandWords() {
        return List.of();
    }

    /// What stands after the name in the usage line.
    String usage();

    /// More for the man page than the summary: paragraphs with blank lines between them.
    default String description() {
        return "";
    }

    /// Uses that the man page shows.
    default List<Example> examples() {
        return List.of();
    }

    /// A use of the command.
    ///
    /// @param purpose what it is for
    /// @param command one or more lines for a shell
    record Example(String purpose, String command) {}

    /// Exit status where the switches cannot be understood.
    default int misuseStatus() {
        return 1;
    }

    /// Declares the switches.
    void declare(Options options);

    /// Does the work once the switches are parsed.
    ///
    /// @param operands the arguments that are not switches
    /// @return exit status
    int run(List<String> operands) throws IOException;
}
