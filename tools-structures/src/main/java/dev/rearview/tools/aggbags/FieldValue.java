package dev.rearview.tools.aggbags;

import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.AggregateField;
import java.io.IOException;

/// The value `FIELD=VALUE` of a switch.
final class FieldValue {
    private FieldValue() {}

    /// Takes the two parts.
    @FunctionalInterface
    interface Action {
        void take(AggregateField field, String value) throws IOException;
    }

    /// @param name of the switch
    /// @throws ToolException naming switch and value if one of the parts is wrong
    static void split(String name, String given, Action action) throws IOException {
        int equals = given.indexOf('=');
        try {
            if (equals < 0) {
                throw new IllegalArgumentException("expected FIELD=VALUE");
            }
            AggregateField f =
                    AggregateField.named(given.substring(0, equals), AggregateField.nameable());
            action.take(f, given.substring(equals + 1));
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --" + name + " '" + given + "': " + e.getMessage());
        }
    }
}
