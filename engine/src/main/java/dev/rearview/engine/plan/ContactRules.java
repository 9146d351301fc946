package dev.rearview.engine.plan;

import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;

/// Which flows count as contacts of the host that sent them.
///
/// @param test of the flow
/// @param part that the sender has to have in the conversation
/// @param answered whether the other host has to have answered
/// @param withinUs how long before the start or after the end of a flow an answer may start
/// @param mostClients contacts with a host count for nothing where more hosts than these began
///   conversations with it in the window; 0 where any number may
public record ContactRules(
        Predicate test, Part part, boolean answered, long withinUs, long mostClients) {
    /// The longest wait for an answer.
    public static final long MAX_WITHIN_US = 86_400_000_000L;

    /// The part of a host in a conversation.
    public enum Part {
        ANY,
        CLIENT,
        SERVER
    }

    public ContactRules {
        if (withinUs < 0 || withinUs > MAX_WITHIN_US || mostClients < 0) {
            throw new IllegalArgumentException("an answer within less than no time");
        }
    }

    /// Flows that start when an answer to a flow of a window may.
    ///
    /// @param firstUs the first start of a flow of the window
    /// @param lastUs the last one
    public Predicate mayAnswer(long firstUs, long lastUs) {
        long first = firstUs - withinUs;
        long last = lastUs + withinUs;
        return Predicate.range(
                Field.STIME,
                first > firstUs ? Long.MIN_VALUE : first,
                last < lastUs ? Long.MAX_VALUE : last);
    }
}
