package dev.rearview.kit.files;

import dev.rearview.engine.exec.Leftovers;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Optional;

/// `--modify-inplace` and `--backup-path`: an output that may be one of the inputs. It is written
/// beside the old file and takes its place when it is whole.
public final class InPlace {
    private final Env env;
    private boolean wanted;
    private Optional<String> backup = Optional.empty();

    public InPlace(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.flag(
                "modify-inplace",
                "Allow the output to replace an existing file, also one of the inputs",
                () -> wanted = true);
        options.value(
                "backup-path",
                "PATH",
                "With --modify-inplace, move the old file to PATH, a file or a directory",
                v -> backup = Optional.of(v));
    }

    /// Fails early where the switches do not go with the output.
    public void check(String output) {
        if (backup.isPresent() && !wanted) {
            throw new ToolException("--backup-path needs --modify-inplace");
        }
        if (!wanted) {
            OutputFiles.checkNew(env, output);
        } else if (!OutputFiles.isStream(output)) {
            Path path = env.path(output);
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw ToolException.failure(output + ": not a regular file");
            }
        }
    }

    /// Writes a file whose name is given.
    @FunctionalInterface
    public interface Writer {
        void write(String path) throws IOException;
    }

    /// Writes the output, by way of a temporary file where it replaces an existing one.
    public void write(String output, Writer writer) throws IOException {
        Path path = env.path(output);
        if (!wanted || OutputFiles.isStream(output) || !Files.exists(path)) {
            writer.write(output);
            return;
        }
        Path temporary = WholeFile.temporaryBeside(path.toAbsolutePath());
        Leftovers leftovers = env.context().leftovers();
        leftovers.add(temporary, path.toAbsolutePath());
        try {
            writer.write(temporary.toString());
            takeOver(path, temporary);
            env.context().check();
        } catch (IOException | RuntimeException e) {
            leftovers.delete(temporary);
            throw e;
        }
        leftovers.remove(temporary);
        if (backup.isPresent()) {
            keep(path, env.path(backup.get()), temporary);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Gives the new file the permissions and, as far as that is allowed, the owner of the old.
    static void takeOver(Path from, Path to) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
        try {
            view.setGroup(old.group());
            view.setOwner(old.owner());
        } catch (FileSystemException e) {
            // Only the administrator may give files away.
            view.setPermissions(old.permissions());
            return;
        }
        view.setPermissions(old.permissions());
    }

    private static void keep(Path old, Path wanted, Path fresh) throws IOException {
        Path target = Files.isDirectory(wanted) ? wanted.resolve(old.getFileName()) : wanted;
        if (Files.exists(target) && Files.isSameFile(old, target)) {
            return;
        }
        try {
            Files.move(old, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw ToolException.failure(
                    "cannot keep the old file as "
                            + target
                            + "; the new one is "
                            + fresh
                            + ": "
                            + Runner.describe(e));
        }
    }
}
