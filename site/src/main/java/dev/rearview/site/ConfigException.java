package dev.rearview.site;

import java.io.IOException;
import java.nio.file.Path;

/// A configuration file that breaks its rules: names file, line and what was expected.
public final class ConfigException extends IOException {
    private static final long serialVersionUID = 1;

    public ConfigException(Path file, int line, String message) {
        super(file + ":" + line + ": " + message);
    }
}
