package dev.rearview.tools.kit;

import java.io.IOException;
import java.util.List;

/// A command. An instance serves one run.
public interface Tool {
    String name();

    /// One line on what it does, for `--help` and the man page.
    String summary();

    /// What stands after the name in the usage line.
    String usage();

    /// Declares the switches.
    void declare(Options options);

    /// Does the work once the switches are parsed.
    ///
    /// @param operands the arguments that are not switches
    /// @return exit status
    int run(List<String> operands) throws IOException;
}
