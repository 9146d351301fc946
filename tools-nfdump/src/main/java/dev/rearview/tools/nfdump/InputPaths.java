package dev.rearview.tools.nfdump;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The files that `-r`, `-R` and `-M` name, in the order of their paths.
final class InputPaths {
    /// Levels of directories below one that is named.
    private static final int MAX_DEPTH = 16;

    private final Env env;

    InputPaths(Env env) {
        this.env = env;
    }

    /// The directories of `/PATH/FIRST:SECOND:THIRD`.
    static List<String> directories(String list) {
        String[] parts = list.split(":", -1);
        int slash = parts[0].lastIndexOf('/');
        List<String> out = new ArrayList<>();
        out.add(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            out.add(parts[0].substring(0, slash + 1) + parts[i]);
        }
        return out;
    }

    /// A file, or all files of a directory and those below it.
    List<String> below(String name) throws IOException {
        return Files.isDirectory(env.path(name)) ? some(name, all(name, MAX_DEPTH)) : List.of(name);
    }

    /// All files of a directory; those from one on; or those from one up to another.
    List<String> range(String spec) throws IOException {
        if (Files.isDirectory(env.path(spec))) {
            return some(spec, all(spec, MAX_DEPTH));
        }
        int colon = spec.indexOf(':');
        String first = colon < 0 ? spec : spec.substring(0, colon);
        String last = colon < 0 ? "" : spec.substring(colon + 1);
        String base = parent(first);
        int levels = 1;
        for (String up = parent(last); !up.isEmpty(); up = parent(up)) {
            base = parent(base);
            levels++;
        }
        String from = base.isEmpty() ? first : first.substring(base.length() + 1);
        List<String> out = new ArrayList<>();
        for (String file : all(base.isEmpty() ? "." : base, levels)) {
            String relative = file.substring((base.isEmpty() ? "." : base).length() + 1);
            if (relative.compareTo(from) >= 0
                    && (last.isEmpty() || relative.compareTo(last) <= 0)) {
                out.add(base.isEmpty() ? relative : file);
            }
        }
        return some(spec, out);
    }

    private static List<String> some(String spec, List<String> files) {
        if (files.isEmpty()) {
            throw ToolException.failure(spec + ": no such files");
        }
        return files;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private List<String> all(String directory, int depth) throws IOException {
        Path root = env.path(directory);
        List<String> out = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root, depth)) {
            for (Path p : (Iterable<Path>) files.sorted()::iterator) {
                String name = String.valueOf(p.getFileName());
                if (Files.isRegularFile(p) && !isAside(name)) {
                    out.add(directory + "/" + root.relativize(p));
                }
            }
        }
        return out;
    }

    /// Whether a file is none of flows, or one that is being written.
    private static boolean isAside(String name) {
        return name.startsWith(".") || name.startsWith("nfcapd.current");
    }
}
