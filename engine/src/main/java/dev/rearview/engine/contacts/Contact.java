package dev.rearview.engine.contacts;

import dev.rearview.model.Ip;
import dev.rearview.model.Volume;
import java.util.List;

/// The flows that a host sent to another one after it was reached.
///
/// @param from who sent them, and how it was reached
public record Contact(Reached from, Ip to, Span span, Volume volume, Talk talk) {
    /// Services that are kept of a contact.
    public static final int MAX_SERVICES = 8;

    /// When it was.
    ///
    /// @param firstUs the first start of a flow, in microseconds since 1970
    /// @param lastUs the last end of a flow
    public record Span(long firstUs, long lastUs) {}

    /// What it was.
    ///
    /// @param asClient whether the sender may have begun any of the conversations
    /// @param asServer whether it may have been called upon in any of them
    /// @param services what was talked, the lowest ones
    /// @param hasMore whether there were other services
    public record Talk(
            boolean asClient, boolean asServer, List<Service> services, boolean hasMore) {
        public Talk {
            services = List.copyOf(services);
        }
    }

    /// A protocol, and the port of the server where it has ports.
    ///
    /// @param port -1 where it has none
    public record Service(int protocol, int port) {}

    /// Contacts on the way to this one's end.
    public int hop() {
        return from.hops() + 1;
    }
}
