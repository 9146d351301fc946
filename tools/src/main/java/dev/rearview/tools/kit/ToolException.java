package dev.rearview.tools.kit;

/// Ends a command with a message and an exit status; the message is printed after the tool's name.
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    public ToolException(String message) {
        this(message, 1);
    }

    public ToolException(String message, int status) {
        super(message);
        this.status = status;
    }

    /// An exception that has printed all there is to say.
    public static ToolException silent(int status) {
        return new ToolException("", status);
    }

    public int status() {
        return status;
    }
}
