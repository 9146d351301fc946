package dev.rearview.tools.kit;

/// Ends a command with a message and an exit status; the message is printed after the tool's name.
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final boolean isUsage;

    public ToolException(String message) {
        this(message, 1);
    }

    public ToolException(String message, int status) {
        this(message, status, false);
    }

    private ToolException(String message, int status, boolean isUsage) {
        super(message);
        this.status = status;
        this.isUsage = isUsage;
    }

    /// An exception for switches or operands that are wrong, which is printed with the way to the
    /// help. It is thrown before anything is opened or written.
    public static ToolException usage(String message) {
        return new ToolException(message, 1, true);
    }

    /// An exception that has printed all there is to say.
    public static ToolException silent(int status) {
        return new ToolException("", status);
    }

    /// The same of a switch that was refused.
    ToolException asUsage() {
        return new ToolException(String.valueOf(getMessage()), status, true);
    }

    /// Whether the command line is at fault.
    public boolean isUsage() {
        return isUsage;
    }

    public int status() {
        return status;
    }
}
