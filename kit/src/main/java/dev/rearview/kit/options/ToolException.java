package dev.rearview.kit.options;

import java.util.List;

/// Ends a command with a message and an exit status; the message is printed after the tool's name.
/// The command line is at fault, and the message followed by the way to the help, unless [#failure]
/// says otherwise. Such an exception is thrown before anything is written.
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final boolean isUsage;

    public ToolException(String message) {
        this(message, 1);
    }

    public ToolException(String message, int status) {
        this(message, status, true);
    }

    private ToolException(String message, int status, boolean isUsage) {
        super(message);
        this.status = status;
        this.isUsage = isUsage;
    }

    /// What no help is against: a file, an input or the system stands in the way.
    public static ToolException failure(String message) {
        return new ToolException(message, 1, false);
    }

    /// Fails where a command that takes no operands was given some.
    public static void refuse(List<String> operands) {
        refuse(operands, 0);
    }

    /// Fails where a command was given more operands than it takes.
    public static void refuse(List<String> operands, int most) {
        if (operands.size() > most) {
            throw new ToolException("unexpected argument '" + operands.get(most) + "'");
        }
    }

    /// Whether the command line is at fault.
    public boolean isUsage() {
        return isUsage;
    }

    public int status() {
        return status;
    }
}
