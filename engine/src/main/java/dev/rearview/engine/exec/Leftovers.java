package dev.rearview.engine.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The files that a run has begun and that nobody is to find if it does not end them: outputs under
/// the names that they have until they are whole, and temporary files.
public final class Leftovers {
    /// Where they belong, by where they are.
    private final Map<Path, Path> files = new ConcurrentHashMap<>();

    private final Host host;

    /// @param host is told of each
    Leftovers(Host host) {
        this.host = host;
    }

    /// Whether some output is on its way to `target`.
    public boolean isOnItsWay(Path target) {
        return files.containsValue(target);
    }

    /// @param target which name it will take when it is whole
    public void add(Path file, Path target) {
        files.put(file, target);
        host.begins(file);
    }

    /// Says that a file is whole and has taken its name, or is gone.
    public void remove(Path file) {
        if (files.remove(file) != null) {
            host.ends(file);
        }
    }

    /// Deletes a file that will not be whole.
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        remove(file);
    }

    /// A new temporary file.
    Path temporary(Path directory, String suffix) throws IOException {
        Path file = Files.createTempFile(directory, "rearview-", suffix);
        add(file, file);
        return file;
    }

    /// Deletes all that is left.
    ///
    /// @throws IOException if some could not be deleted; the others are
    void deleteAll() throws IOException {
        IOException broken = null;
        for (Path file : files.keySet()) {
            try {
                delete(file);
            } catch (IOException e) {
                if (broken != null) {
                    e.addSuppressed(broken);
                }
                broken = e;
            }
        }
        if (broken != null) {
            throw broken;
        }
    }
}
