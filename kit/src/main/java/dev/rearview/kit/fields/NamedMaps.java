package dev.rearview.kit.fields;

import dev.rearview.engine.expr.MapRef;
import dev.rearview.kit.options.NamedPath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The prefix maps that a command line names, `[NAME:]PATH`, in its order. One without a name is
/// opened to learn its own.
public final class NamedMaps {
    /// A map and the name that it goes by.
    ///
    /// @param name empty where neither the command line nor the map has one
    public record Named(String name, MapRef.File map) {}

    private final OpenedFiles files;
    private final Map<String, MapRef.File> maps = new LinkedHashMap<>();

    public NamedMaps(OpenedFiles files) {
        this.files = files;
    }

    /// Adds a map; the only one may be without a name.
    ///
    /// @throws IllegalArgumentException where that is not so, or two have the same name
    public Named add(String value) {
        Named added = named(value);
        String name = added.name;
        if (maps.containsKey(name)
                || (!maps.isEmpty() && (name.isEmpty() || maps.containsKey("")))) {
            throw new IllegalArgumentException("several maps need different names; use NAME:PATH");
        }
        maps.put(name, added.map);
        return added;
    }

    /// Adds a map that needs a name.
    ///
    /// @throws IllegalArgumentException where it has none, or that of another
    public void addNamed(String value) {
        Named added = named(value);
        if (added.name.isEmpty()) {
            throw new IllegalArgumentException("the map has no name; use NAME:PATH");
        }
        if (maps.putIfAbsent(added.name, added.map) != null) {
            throw new IllegalArgumentException("two maps are named '" + added.name + "'");
        }
    }

    private Named named(String value) {
        NamedPath path = NamedPath.of(value);
        MapRef.File map = new MapRef.File(path.path());
        return new Named(path.nameOr(() -> files.map(map).name()), map);
    }

    public boolean isEmpty() {
        return maps.isEmpty();
    }

    /// The map of a name.
    public Optional<MapRef.File> get(String name) {
        return Optional.ofNullable(maps.get(name));
    }

    /// All of them by name.
    public Map<String, MapRef.File> all() {
        return Collections.unmodifiableMap(maps);
    }
}
