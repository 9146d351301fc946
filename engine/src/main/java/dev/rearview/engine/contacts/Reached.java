package dev.rearview.engine.contacts;

import dev.rearview.model.Ip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A host at the time at which it was reached, and the way there.
///
/// @param atUs microseconds since 1970
/// @param via the host before it on the way; none where the graph begins
public record Reached(Ip host, long atUs, @Nullable Reached via) {
    /// Contacts on the way.
    public int hops() {
        int n = 0;
        for (Reached at = via; at != null; at = at.via) {
            n++;
        }
        return n;
    }

    /// The hosts on the way, this one being the last.
    public List<Ip> path() {
        List<Ip> out = new ArrayList<>();
        for (Reached at = this; at != null; at = at.via) {
            out.add(at.host);
        }
        Collections.reverse(out);
        return out;
    }
}
