package dev.rearview.descriptors;

import java.io.IOException;

/// Asked before a stream is used for the first time.
@FunctionalInterface
public interface Gate {
    /// @return whether the stream may be used, of which the gate is asked no more then
    boolean opens() throws IOException;
}
