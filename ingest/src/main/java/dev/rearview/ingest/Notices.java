package dev.rearview.ingest;

/// Takes what people should know: a daemon's log, or whatever shows messages. Each is one line.
/// Safe for several threads.
public interface Notices {
    /// Something is lost or does not work.
    void error(String message);

    /// Something is not as it should be.
    void warning(String message);

    /// Something that happens seldom.
    void notice(String message);

    /// What goes on.
    void info(String message);
}
