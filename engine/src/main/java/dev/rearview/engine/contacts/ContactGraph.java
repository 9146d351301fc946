package dev.rearview.engine.contacts;

import java.util.List;

/// Who contacted whom after it was reached.
///
/// @param contacts by hop, then by their start
/// @param omitted what was left out
public record ContactGraph(List<Contact> contacts, Omitted omitted) {
    public ContactGraph {
        contacts = List.copyOf(contacts);
    }

    /// What was left out of a graph.
    ///
    /// @param notFollowed hosts that were reached beyond the bound, of whom nothing more is told
    /// @param cutHosts hosts that had more contacts than are kept of one
    /// @param cutContacts contacts of theirs that were left out
    /// @param full whether contacts were left out because there were too many in all
    /// @param impatient whether flows count as unanswered because too many waited for an answer
    public record Omitted(
            long notFollowed, long cutHosts, long cutContacts, boolean full, boolean impatient) {
        /// Whether a bound was met, so that there may be contacts that are not told.
        public boolean isCut() {
            return notFollowed > 0 || cutContacts > 0 || full || impatient;
        }
    }
}
