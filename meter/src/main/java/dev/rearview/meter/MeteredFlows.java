package dev.rearview.meter;

import java.io.IOException;

/// Takes the flows that a meter makes, in the order in which they end.
@FunctionalInterface
public interface MeteredFlows {
    /// @param flow used again after the call
    void flow(MeteredFlow flow) throws IOException;
}
