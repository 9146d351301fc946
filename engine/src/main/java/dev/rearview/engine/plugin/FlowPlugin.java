package dev.rearview.engine.plugin;

import java.util.Map;

/// A plug-in: fields that an expression says, and functions for what none can say.
///
/// A jar has the name of its class in `META-INF/services/dev.rearview.engine.plugin.FlowPlugin`, as
/// [java.util.ServiceLoader] wants it; the class is public and has a constructor without
/// parameters.
public interface FlowPlugin {
    /// Fields by name, each an expression, which may call the functions. They are known wherever
    /// fields are named, and in expressions.
    default Map<String, String> fields() {
        return Map.of();
    }

    /// Functions by name: a letter, then letters, digits and `_`. Expressions call them as they
    /// call their own, which they cannot replace.
    default Map<String, RowFunction> functions() {
        return Map.of();
    }
}
