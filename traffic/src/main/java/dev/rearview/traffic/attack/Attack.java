package dev.rearview.traffic.attack;

import java.io.IOException;

/// Something hostile that stops by itself.
public interface Attack {
    /// Does it to the end.
    ///
    /// @return datagrams, connections or files that were sent
    long run(AttackOptions options) throws IOException;
}
