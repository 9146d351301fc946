package dev.rearview.kit.files;

import dev.rearview.engine.exec.Kept;
import dev.rearview.kit.command.Env;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.silk.structure.PrefixMapFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;

/// Opens the inputs of a command that are not flows.
public final class InputFiles {
    private InputFiles() {}

    /// Whether a name stands for standard input.
    public static boolean isStdin(String name) {
        return name.equals("-") || name.equals("stdin");
    }

    /// Opens text, gunzipped where the name ends in `.gz`; "-" and "stdin" are standard input.
    public static InputStream text(Env env, String name) throws IOException {
        if (isStdin(name)) {
            return env.in();
        }
        InputStream in = file(env, name);
        return SilkFile.mayBeGzip(name) ? SilkFile.gunzip(in) : in;
    }

    /// Opens text to be read by lines.
    public static BufferedReader lines(Env env, String name, Charset charset) throws IOException {
        return new BufferedReader(new InputStreamReader(text(env, name), charset));
    }

    /// A line of text without what stands behind a `#`.
    public static String withoutComment(String line) {
        int hash = line.indexOf('#');
        return hash < 0 ? line : line.substring(0, hash);
    }

    /// Opens a SiLK file that is not flows, such as a set or a map.
    public static SilkFile silk(Env env, String name) throws IOException {
        if (isStdin(name)) {
            return SilkFile.open(env.in(), name, false);
        }
        return SilkFile.open(file(env, name), name, SilkFile.mayBeGzip(name));
    }

    /// What can be read once, such as a named pipe, keeps a command from beginning anew.
    private static InputStream file(Env env, String name) throws IOException {
        if (env.meeting().isPresent() && !Files.isRegularFile(env.path(name))) {
            env.meeting().get().takes();
        }
        return Files.newInputStream(env.path(name));
    }

    /// An IP set, which this process may have read before.
    public static IpSet set(Env env, String name) throws IOException {
        return kept(env, name, IpSet.class, () -> readSet(env, name));
    }

    /// A prefix map, which this process may have read before.
    public static PrefixMap map(Env env, String name) throws IOException {
        return kept(env, name, PrefixMap.class, () -> readMap(env, name));
    }

    /// Standard input is another one each time.
    private static <T> T kept(Env env, String name, Class<T> kind, Kept.Loader<T> loader)
            throws IOException {
        return isStdin(name)
                ? loader.load()
                : env.context().machine().kept().get(env.path(name), kind, loader);
    }

    private static PrefixMap readMap(Env env, String name) throws IOException {
        try (SilkFile file = silk(env, name)) {
            return PrefixMapFile.read(file);
        }
    }

    private static IpSet readSet(Env env, String name) throws IOException {
        try (SilkFile file = silk(env, name)) {
            return IpSetFile.read(file);
        }
    }
}
