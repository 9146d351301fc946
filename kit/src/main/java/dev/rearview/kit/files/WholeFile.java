package dev.rearview.kit.files;

import dev.rearview.engine.exec.Context;
import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/// A regular file that is written under a temporary name beside its place and takes its name when
/// it is closed. After a failure to write the temporary file is removed: then there is no file
/// under the name, or the old one.
final class WholeFile extends OutputStream {
    private final OutputStream out;
    private final Path target;
    private final Path written;
    private final Context run;
    private boolean failed;
    private boolean closed;

    private WholeFile(OutputStream out, Path target, Path written, Context run) {
        this.out = out;
        this.target = target;
        this.written = written;
        this.run = run;
    }

    /// @param path of a regular file, or of nothing yet
    /// @param run that writes, and removes what it does not end
    /// @throws ToolException if it is being written already
    static WholeFile open(Path path, Context run) throws IOException {
        Path target = real(path);
        if (run.leftovers().isOnItsWay(target)) {
            throw ToolException.failure(path + ": several outputs go there");
        }
        while (true) {
            Path temporary = temporaryBeside(target);
            try {
                OutputStream out =
                        Files.newOutputStream(
                                temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                run.leftovers().add(temporary, target);
                return new WholeFile(out, target, temporary, run);
            } catch (FileAlreadyExistsException e) {
                // Another name, then.
            } catch (AccessDeniedException e) {
                if (!Files.isWritable(target)) {
                    throw new AccessDeniedException(path.toString());
                }
                // The directory takes no new file, but the old one may be written.
                OutputStream out =
                        Files.newOutputStream(target, StandardOpenOption.TRUNCATE_EXISTING);
                return new WholeFile(out, target, target, run);
            } catch (NoSuchFileException e) {
                throw new NoSuchFileException(path.toString());
            }
        }
    }

    /// The one name that a file has whatever it is called by. A link stays one.
    private static Path real(Path path) throws IOException {
        if (Files.exists(path)) {
            return path.toRealPath();
        }
        Path whole = path.toAbsolutePath();
        Path name = whole.getFileName();
        Path parent = whole.getParent();
        return name == null || parent == null || !Files.exists(parent)
                ? whole
                : parent.toRealPath().resolve(name);
    }

    /// A name in the same directory that nothing has. It ends in `.gz` where the other does, which
    /// says how an output is written.
    static Path temporaryBeside(Path target) {
        String end = target.toString().endsWith(".gz") ? ".tmp.gz" : ".tmp";
        return target.resolveSibling(
                ".rw" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + end);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void guarded(Step step) throws IOException {
        try {
            run.check();
            step.run();
        } catch (IOException e) {
            failed = true;
            if (!written.equals(target)) {
                run.leftovers().delete(written);
            }
            throw named(e);
        }
    }

    /// What is cancelled does not take its place, even if all has been written.
    private void abandon() throws IOException {
        try (out) {
            if (!written.equals(target)) {
                run.leftovers().delete(written);
            }
        }
    }

    /// The system's message does not name the file.
    private IOException named(IOException e) {
        return e instanceof FileSystemException
                ? e
                : new IOException(target + ": " + e.getMessage(), e);
    }

    @Override
    public void write(int b) throws IOException {
        guarded(() -> out.write(b));
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        guarded(() -> out.write(b, off, len));
    }

    @Override
    public void flush() throws IOException {
        guarded(out::flush);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (run.isCancelled()) {
            abandon();
            run.check();
        }
        guarded(out::close);
        if (failed || written.equals(target)) {
            return;
        }
        guarded(() -> {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                InPlace.takeOver(target, written);
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        });
        run.leftovers().remove(written);
    }
}
