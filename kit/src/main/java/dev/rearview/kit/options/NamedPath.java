package dev.rearview.kit.options;

import java.util.function.Supplier;

/// A file with the name that a command line may give it: `[NAME:]PATH`.
///
/// @param name empty where none is given
public record NamedPath(String name, String path) {
    /// Takes a value apart at its first colon.
    ///
    /// @throws IllegalArgumentException where the name has a comma, or there is no path
    public static NamedPath of(String value) {
        int colon = value.indexOf(':');
        String name = colon < 0 ? "" : value.substring(0, colon);
        if (name.indexOf(',') >= 0) {
            throw new IllegalArgumentException("a map name must not hold a comma");
        }
        if (colon == value.length() - 1) {
            throw new IllegalArgumentException("no path");
        }
        return new NamedPath(name, value.substring(colon + 1));
    }

    /// The name given, or another where none is.
    public String nameOr(Supplier<String> other) {
        return name.isEmpty() ? other.get() : name;
    }
}
