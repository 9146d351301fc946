package dev.rearview.kit.command;

import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.DescriptorInput;
import dev.rearview.descriptors.DescriptorOutput;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The standard streams of a command.
///
/// @param inEnd where standard input comes from
/// @param outEnd where standard output goes to
/// @param meeting where other commands are met at pipes, if anywhere
public record Streams(
        InputStream in,
        OutputStream out,
        PrintStream err,
        End inEnd,
        End outEnd,
        Optional<Meeting> meeting) {
    /// What is at the other end of a stream.
    public enum End {
        TERMINAL,
        /// A regular file, in which a writer may go back.
        FILE,
        /// A pipe, a socket, or nothing that anybody knows.
        OTHER
    }

    public Streams {
        in = in instanceof StandardInput ? in : new StandardInput(in);
    }

    /// Streams at whose other ends nobody is met.
    public Streams(InputStream in, OutputStream out, PrintStream err, End inEnd, End outEnd) {
        this(in, out, err, inEnd, outEnd, Optional.empty());
    }

    /// Streams that neither come from nor go to a terminal or a file.
    public Streams(InputStream in, OutputStream out, PrintStream err) {
        this(in, out, err, End.OTHER, End.OTHER);
    }

    /// The end of a descriptor of this process.
    static End end(int descriptor) {
        try {
            Path target = Path.of("/proc/self/fd/" + descriptor).toRealPath();
            String name = target.toString();
            if (name.startsWith("/dev/pts/") || name.startsWith("/dev/tty")) {
                return End.TERMINAL;
            }
            return Files.isRegularFile(target) ? End.FILE : End.OTHER;
        } catch (IOException e) {
            // A pipe or socket has no path, and without /proc the console answers.
            var console = System.console();
            boolean isTerminal =
                    !Files.exists(Path.of("/proc/self")) && console != null && console.isTerminal();
            return isTerminal ? End.TERMINAL : End.OTHER;
        }
    }

    /// The end of a descriptor that was handed over.
    static End end(Descriptor descriptor) throws IOException {
        if (!descriptor.isOpen()) {
            return End.OTHER;
        }
        if (descriptor.isTerminal()) {
            return End.TERMINAL;
        }
        return descriptor.status().isRegular() ? End.FILE : End.OTHER;
    }

    /// The descriptor that standard input is read from, where it was handed over.
    public Optional<Descriptor> inDescriptor() {
        return in instanceof StandardInput s && s.source() instanceof DescriptorInput d
                ? Optional.of(d.descriptor())
                : Optional.empty();
    }

    /// The descriptor that standard output goes to, where it was handed over and is no terminal
    /// that progress is shown on.
    public Optional<Descriptor> outDescriptor() {
        return out instanceof DescriptorOutput d ? Optional.of(d.descriptor()) : Optional.empty();
    }

    static InputStream inOfProcess() {
        return new FileInputStream(FileDescriptor.in);
    }

    static OutputStream outOfProcess() {
        return new FileOutputStream(FileDescriptor.out);
    }

    static OutputStream errOfProcess() {
        return new FileOutputStream(FileDescriptor.err);
    }
}
