package dev.rearview.kit.files;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Streams;
import dev.rearview.kit.options.ToolException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/// Opens output files. A regular file is there when it is whole: one that was not finished when
/// writing fails or the run is interrupted is removed, and what stood in its place stays.
public final class OutputFiles {
    private OutputFiles() {}

    public static boolean isStdout(String name) {
        return name.equals("-") || name.equals("stdout");
    }

    /// Whether a name is that of standard output or standard error.
    public static boolean isStream(String name) {
        return isStdout(name) || name.equals("stderr");
    }

    /// Opens an output, or one of the special names, gzip-compressed where its name ends in `.gz`.
    /// A regular file that exists is refused unless `SILK_CLOBBER` is set.
    public static OutputStream open(Env env, String name) throws IOException {
        OutputStream out = openPlain(env, name);
        return name.endsWith(".gz") ? new GZIPOutputStream(out, 1 << 16) : out;
    }

    /// Opens an output for much, which another thread writes where it goes to a regular file.
    public static OutputStream openLarge(Env env, String name) throws IOException {
        OutputStream out = open(env, name);
        boolean isFile =
                isStdout(name)
                        ? env.streams().outEnd() == Streams.End.FILE
                        : !name.equals("stderr") && !isSpecial(env.path(name));
        return isFile ? env.context().parallel().behind(out) : out;
    }

    /// Opens an output for text that is never compressed, whatever its name.
    public static OutputStream openPlain(Env env, String name) throws IOException {
        if (isStdout(name)) {
            return unclosed(env.out());
        }
        if (name.equals("stderr")) {
            return unclosed(env.err());
        }
        if (name.isEmpty()) {
            throw new ToolException("empty output path");
        }
        Path path = env.path(name);
        checkNew(env, name);
        return isSpecial(path) ? Files.newOutputStream(path) : WholeFile.open(path, env.context());
    }

    /// Whether a path is no regular file, or another name of what the process has open already.
    private static boolean isSpecial(Path path) {
        Path whole = path.toAbsolutePath();
        return whole.startsWith("/dev")
                || whole.startsWith("/proc")
                || Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path);
    }

    /// Fails where an output would overwrite a regular file that is to be kept: for tools that read
    /// long before they write.
    public static void checkNew(Env env, String name) {
        if (!isStream(name) && Files.isRegularFile(env.path(name)) && !env.mayClobber()) {
            throw ToolException.failure(name + ": file exists; set SILK_CLOBBER to overwrite");
        }
    }

    /// Fails early where outputs cannot be written: two that go to one place, one that would
    /// overwrite what is to be kept, or a directory.
    ///
    /// @return whether one of them is standard output
    public static boolean checkAll(Env env, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(isStdout(name) ? "-" : name)) {
                throw new ToolException("several outputs go to '" + name + "'");
            }
            checkNew(env, name);
            checkNoDirectory(env, name);
        }
        return seen.contains("-");
    }

    /// Fails where what is no text would be written to a terminal.
    public static void checkNoTerminal(Env env, String name) {
        if (isStdout(name) && env.outIsTerminal()) {
            throw ToolException.failure("will not write binary data to a terminal");
        }
    }

    /// Fails where an output is a directory.
    public static void checkNoDirectory(Env env, String name) {
        if (!isStdout(name) && Files.isDirectory(env.path(name))) {
            throw ToolException.failure(name + ": is a directory");
        }
    }

    /// A stream whose close only flushes, so that standard output stays open.
    public static OutputStream unclosed(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] b, int off, int len) throws IOException {
                out.write(b, off, len);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    /// Whether a name leads to something that can be sought: a regular file, or standard output
    /// that is redirected to one.
    public static boolean isSeekable(Env env, String name) {
        if (!isStdout(name)) {
            Path path = env.path(name);
            return !Files.exists(path) || Files.isRegularFile(path);
        }
        return env.streams().outEnd() == Streams.End.FILE;
    }
}
