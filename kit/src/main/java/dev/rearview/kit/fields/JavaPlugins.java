package dev.rearview.kit.fields;

import dev.rearview.engine.expr.FunctionRef;
import dev.rearview.engine.plugin.FlowPlugin;
import dev.rearview.engine.plugin.RowFunction;
import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The plug-ins in Java of one jar, or of a directory of jars. It is loaded when a command names
/// one.
final class JavaPlugins {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final int MOST_JARS = 1000;

    private final String path;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final Map<String, RowFunction> functions = new LinkedHashMap<>();

    private JavaPlugins(String path) {
        this.path = path;
    }

    /// Loads the plug-ins of a jar, or of all jars of a directory.
    ///
    /// @param spelt as the user spelt the path
    static JavaPlugins load(Path file, String spelt) {
        JavaPlugins out = new JavaPlugins(spelt);
        try {
            URL[] urls = jars(file, spelt);
            ClassLoader parent = JavaPlugins.class.getClassLoader();
            // Not closed: its classes are used until the process ends.
            for (FlowPlugin p :
                    ServiceLoader.load(FlowPlugin.class, new URLClassLoader(urls, parent))) {
                out.add(p);
            }
        } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
            throw e instanceof ToolException known
                    ? known
                    : ToolException.failure("plug-in " + spelt + ": " + e.getMessage());
        } catch (IOException e) {
            throw ToolException.failure("plug-in " + spelt + ": " + e.getMessage());
        }
        if (out.fields.isEmpty() && out.functions.isEmpty()) {
            throw new ToolException(
                    "plug-in " + spelt + " has no class that is a " + FlowPlugin.class.getName());
        }
        return out;
    }

    private static URL[] jars(Path file, String spelt) throws IOException {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(file)) {
            try (Stream<Path> all = Files.list(file)) {
                all.filter(p -> p.toString().endsWith(".jar"))
                        .sorted()
                        .limit(MOST_JARS)
                        .forEach(jars::add);
            }
        } else if (Files.isRegularFile(file)) {
            jars.add(file);
        } else {
            throw ToolException.failure("plug-in " + spelt + ": no such file");
        }
        return jars.stream().map(JavaPlugins::url).toArray(URL[]::new);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(FlowPlugin plugin) {
        plugin.functions()
                .forEach((name, function) -> {
                    check(name);
                    functions.put(name.toLowerCase(Locale.ROOT), function);
                });
        plugin.fields()
                .forEach((name, text) -> {
                    check(name);
                    fields.put(name, text);
                });
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name: a letter, then letters, digits and _");
        }
    }

    /// Fields by name, each an expression.
    Map<String, String> fields() {
        return fields;
    }

    /// A function by its name, whatever its case.
    Optional<FunctionRef> function(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return functions.containsKey(lower)
                ? Optional.of(new FunctionRef(path, lower))
                : Optional.empty();
    }

    /// What a function does.
    Optional<RowFunction> code(String name) {
        return Optional.ofNullable(functions.get(name));
    }
}
