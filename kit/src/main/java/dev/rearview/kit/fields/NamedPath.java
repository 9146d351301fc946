package dev.rearview.kit.fields;

import java.util.Optional;

/// `[NAME:]PATH` of a switch, as prefix maps are given.
///
/// @param name empty where the file's own name counts
public record NamedPath(Optional<String> name, String path) {
    /// @throws IllegalArgumentException if there is no path, or the name would break lists
    public static NamedPath parse(String value) {
        int colon = value.indexOf(':');
        String given = colon < 0 ? "" : value.substring(0, colon);
        String path = colon < 0 ? value : value.substring(colon + 1);
        if (given.indexOf(',') >= 0) {
            throw new IllegalArgumentException("a map name must not hold a comma");
        }
        if (path.isEmpty()) {
            throw new IllegalArgumentException("no path");
        }
        return new NamedPath(given.isEmpty() ? Optional.empty() : Optional.of(given), path);
    }
}
