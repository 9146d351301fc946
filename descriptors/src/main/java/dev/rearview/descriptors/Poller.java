package dev.rearview.descriptors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// Waits until one of several descriptors can be read or has ended.
public final class Poller {
    private Poller() {}

    /// Waits.
    ///
    /// @param descriptors of which the caller closes none meanwhile
    /// @param timeoutMs at most; -1 for ever
    /// @return those that can be read or have ended
    public static List<Descriptor> readable(List<Descriptor> descriptors, int timeoutMs)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Polled polled = new Polled(arena, descriptors.size());
            for (int i = 0; i < descriptors.size(); i++) {
                int index = i;
                descriptors
                        .get(i)
                        .use(n -> {
                            polled.set(index, n, Descriptor.READABLE);
                            return 0;
                        });
            }
            List<Descriptor> out = new ArrayList<>();
            if (polled.poll(timeoutMs)) {
                for (int i = 0; i < descriptors.size(); i++) {
                    if (polled.isReady(i)) {
                        out.add(descriptors.get(i));
                    }
                }
            }
            return out;
        }
    }
}
