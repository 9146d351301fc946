package dev.rearview.descriptors;

import java.io.IOException;

/// A call of the system that failed. Its message is the system's, as that of the JDK's own streams
/// is.
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1;

    private final int number;

    SystemCallException(int number, String message) {
        super(message);
        this.number = number;
    }

    /// The error's number, `errno`.
    public int number() {
        return number;
    }
}
