package dev.rearview.site;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A configuration file that breaks its rules: names file, line and what was expected. Where
/// several things are wrong it has a line for each.
public final class ConfigException extends IOException {
    private static final long serialVersionUID = 1;

    public ConfigException(Path file, int line, String message) {
        super(file + ":" + line + ": " + message);
    }

    /// @param messages each beginning with file and line
    ConfigException(List<String> messages) {
        super(String.join("\n", messages));
    }
}
