package dev.rearview.kit.fields;

import dev.rearview.engine.expr.FunctionRef;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.filter.Tuple;
import dev.rearview.engine.filter.TupleFile;
import dev.rearview.engine.plugin.RowFunction;
import dev.rearview.kit.catalogue.IpaDatabase;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The sets, maps and tuples that the switches of one command name, each opened once.
public final class OpenedFiles implements References {
    private final Env env;
    private final Map<String, PrefixMap> maps = new HashMap<>();
    private final Map<String, IpSet> sets = new HashMap<>();
    private final Map<String, JavaPlugins> plugins = new HashMap<>();

    public OpenedFiles(Env env) {
        this.env = env;
    }

    @Override
    public synchronized IpSet set(String path) {
        IpSet known = sets.get(path);
        if (known != null) {
            return known;
        }
        try {
            IpSet set = InputFiles.set(env, path);
            sets.put(path, set);
            return set;
        } catch (IOException e) {
            throw new ToolException("cannot read IPset: " + Runner.describe(e));
        }
    }

    @Override
    public IpSet catalogued(String expression) {
        try {
            return IpaDatabase.addresses(env, expression);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid expression over the catalogue: " + e.getMessage());
        } catch (IOException e) {
            throw ToolException.failure("cannot read the catalogue: " + Runner.describe(e));
        }
    }

    @Override
    public synchronized PrefixMap map(MapRef ref) {
        String key = key(ref);
        PrefixMap map = maps.get(key);
        if (map == null) {
            map =
                    ref instanceof MapRef.File f
                            ? Maps.load(env, f.path())
                            : ref instanceof MapRef.Countries
                                    ? Maps.countries(env)
                                    : Maps.addressTypes(env);
            maps.put(key, map);
        }
        return map;
    }

    private static String key(MapRef ref) {
        // No path begins so.
        return ref instanceof MapRef.File f
                ? f.path()
                : ref instanceof MapRef.Countries ? "\0countries" : "\0types";
    }

    /// The plug-ins of a jar or a directory of jars.
    synchronized JavaPlugins plugins(String path) {
        JavaPlugins known = plugins.get(path);
        if (known == null) {
            known = JavaPlugins.load(env.path(path), path);
            plugins.put(path, known);
        }
        return known;
    }

    @Override
    public RowFunction function(FunctionRef ref) throws IOException {
        return plugins(ref.path())
                .code(ref.name())
                .orElseThrow(() ->
                        new IOException(
                                "plug-in " + ref.path() + " has no function " + ref.name()));
    }

    @Override
    public List<Tuple> tuples(Tuples file) {
        try (BufferedReader reader = InputFiles.lines(env, file.path(), StandardCharsets.UTF_8)) {
            return TupleFile.read(reader, file);
        } catch (IOException e) {
            throw ToolException.failure("cannot read tuple file: " + Runner.describe(e));
        }
    }
}
