package dev.rearview.engine.exec;

/// The end of a run that begins anew in another way, and of which nothing has been seen. Thrown by
/// whatever notices it, as [Cancelled] is.
public final class Diverted extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Without a trace: where it was noticed says nothing.
    Diverted() {
        super("diverted", null, false, false);
    }
}
