package dev.rearview.engine.exec;

/// The end of a run that was cancelled. Thrown by whatever notices it, and answered at the edge of
/// the run; nothing between may take it for a fault of an input.
public final class Cancelled extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Exit status of a run that was cancelled: what a shell says of a command that was
    /// interrupted.
    public static final int STATUS = 130;

    /// Without a trace: where it was noticed says nothing.
    Cancelled() {
        super("cancelled", null, false, false);
    }
}
