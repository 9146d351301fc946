package dev.rearview.site;

import java.nio.file.Path;

/// Where in a configuration something stands.
///
/// @param line counted from 1
public record Place(Path file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
