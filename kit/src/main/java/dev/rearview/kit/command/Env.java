package dev.rearview.kit.command;

import dev.rearview.descriptors.DescriptorInput;
import dev.rearview.descriptors.DescriptorOutput;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.exec.Room;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a command sees of the world, so that commands can run inside one process and in tests. It
/// sees nothing else: neither variables and streams of its process, nor its directory and zone.
///
/// @param context of the run that the command is, or is part of
/// @param command the command line as file headers record it
/// @param upstream the command before this one, where both run in one process
/// @param progress shows how far long work has come, where standard error is a terminal
public record Env(
        Streams streams,
        Context context,
        String command,
        Optional<Handover> upstream,
        Optional<Progress> progress) {
    /// The variable that says `off` where a pipe is to carry records although both ends are here.
    private static final String FUSE = "REARVIEW_FUSE";

    /// The world of a command that is a run of its own and shows no progress.
    public Env(Streams streams, Context context, String command) {
        this(streams, context, command, Optional.empty(), Optional.empty());
    }

    /// The environment of this process.
    public static Env ofProcess() {
        Streams plain =
                new Streams(
                        Streams.inOfProcess(),
                        Streams.outOfProcess(),
                        new PrintStream(Streams.errOfProcess(), true),
                        Streams.end(0),
                        Streams.end(1));
        Context context = new Context(Machine.ofProcess(), Path.of(""), System.getenv());
        return of(plain, Streams.end(2) == Streams.End.TERMINAL, context);
    }

    /// The world of a run that has descriptors of its own in place of those of this process.
    ///
    /// @param meetings where it meets other runs of this process
    /// @param mask modes that its new files do not get
    public static Env of(
            DescriptorInput in,
            DescriptorOutput out,
            DescriptorOutput err,
            Context context,
            Meetings meetings,
            int mask)
            throws IOException {
        boolean fuses = !context.variables().getOrDefault(FUSE, "").equals("off");
        Streams plain =
                new Streams(
                        in,
                        out,
                        new PrintStream(err, true),
                        Streams.end(in.descriptor()),
                        Streams.end(out.descriptor()),
                        fuses
                                ? Optional.of(new Meeting(meetings, in, out, err, context, mask))
                                : Optional.empty());
        boolean isErrShown = Streams.end(err.descriptor()) == Streams.End.TERMINAL;
        return of(plain, isErrShown, context);
    }

    /// @param plain without progress
    private static Env of(Streams plain, boolean isErrShown, Context context) {
        if (!isErrShown) {
            return new Env(plain, context, "");
        }
        Progress progress = new Progress(plain.err(), System::nanoTime);
        boolean isOutShown = plain.outEnd() == Streams.End.TERMINAL;
        Streams shown =
                new Streams(
                        plain.in(),
                        isOutShown ? progress.output(plain.out()) : plain.out(),
                        progress.messages(),
                        plain.inEnd(),
                        plain.outEnd(),
                        plain.meeting());
        return new Env(shown, context, "", Optional.empty(), Optional.of(progress));
    }

    /// The same world for another command line.
    public Env withCommand(String line) {
        return new Env(streams, context, line, upstream, progress);
    }

    /// The world of one command of a pipeline in this process.
    ///
    /// @param isFirst whether `in` is that of this world
    /// @param isLast whether the output is that of this world
    public Env inPipeline(
            String line,
            InputStream from,
            OutputStream to,
            Optional<Handover> before,
            boolean isFirst,
            boolean isLast) {
        Streams own =
                new Streams(
                        from,
                        to,
                        streams.err(),
                        isFirst ? streams.inEnd() : Streams.End.OTHER,
                        isLast ? streams.outEnd() : Streams.End.OTHER);
        return new Env(own, context, line, before, progress);
    }

    public InputStream in() {
        return streams.in();
    }

    public OutputStream out() {
        return streams.out();
    }

    public PrintStream err() {
        return streams.err();
    }

    /// Where other commands are met at pipes, if anywhere.
    public Optional<Meeting> meeting() {
        return streams.meeting();
    }

    public boolean inIsTerminal() {
        return streams.inEnd() == Streams.End.TERMINAL;
    }

    public boolean outIsTerminal() {
        return streams.outEnd() == Streams.End.TERMINAL;
    }

    /// What relative paths are relative to.
    public Path directory() {
        return context.directory();
    }

    /// Environment variables.
    public Map<String, String> variables() {
        return context.variables();
    }

    /// A variable that is set and not empty.
    public Optional<String> variable(String name) {
        return context.variable(name);
    }

    /// What a variable that is set stands for. A value that makes no sense is ignored, as in SiLK.
    ///
    /// @param parser throws an `IllegalArgumentException` for what makes no sense
    public <T> Optional<T> setting(String variable, Function<String, T> parser) {
        try {
            return variable(variable).map(parser);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Name of the command, for messages.
    public String toolName() {
        int blank = command.indexOf(' ');
        return blank < 0 ? command : command.substring(0, blank);
    }

    /// Prints a message for the user, behind the name of the command.
    public void tell(String message) {
        err().println(toolName() + ": " + message);
    }

    /// Prints what went wrong where the command goes on for all that.
    public void tell(IOException e) {
        tell(Runner.describe(e));
    }

    /// Writes text to standard output.
    public void print(String text) throws IOException {
        out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    public Path path(String name) {
        return context.path(name);
    }

    /// Whether existing outputs may be overwritten.
    public boolean mayClobber() {
        String value = variables().getOrDefault("SILK_CLOBBER", "");
        return !value.isEmpty() && value.charAt(0) != '0';
    }

    /// Octets that tables and rows of a command may come to take before they spill: two thirds of
    /// what a run gets at most, which is a third of the heap.
    ///
    /// @param among how many share them
    public long memory(int among) {
        return context.machine().budget().most() * 2 / 3 / among;
    }

    /// Room for one of the operators of this command, which spills to the usual directory.
    ///
    /// @param among how many of them there are
    public Room room(int among) {
        return context.room(memory(among), context.temporary());
    }

    /// Directory for temporary files.
    public Path temporary() {
        return context.temporary();
    }

    /// The version that file headers carry.
    public int silkVersion() {
        return variable("SILK_HEADER_NOVERSION").isPresent() ? 0 : SilkHeader.SILK_VERSION;
    }

    /// Ends the run; says so where something half written could not be removed.
    public void end() {
        try {
            context.close();
        } catch (IOException e) {
            err().println("rearview: " + Runner.describe(e));
        }
    }
}
