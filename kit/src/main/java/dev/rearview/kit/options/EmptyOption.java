package dev.rearview.kit.options;

/// `--fail-if-empty`: scripts and monitors learn from the exit status that nothing came out.
public final class EmptyOption {
    private boolean fails;

    /// @param what of which none makes the command fail, such as "flow is written"
    public void declare(Options options, String what) {
        options.flag(
                        "fail-if-empty",
                        "End with 1, without a message, if no " + what,
                        () -> fails = true)
                .inFull();
    }

    /// Exit status of a command that has otherwise done well.
    ///
    /// @param results how many came out
    public int status(long results) {
        return fails && results == 0 ? 1 : 0;
    }
}
