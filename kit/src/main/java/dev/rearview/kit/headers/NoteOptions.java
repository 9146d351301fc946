package dev.rearview.kit.headers;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// `--note-add` and `--note-file-add`.
public final class NoteOptions {
    private final Env env;
    private final List<Given> given = new ArrayList<>();
    private final List<SilkHeader.Entry> notes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /// A note on the command line.
    ///
    /// @param value its text, or the name of the file that it stands in
    private record Given(String value, boolean isFile) {}

    public NoteOptions(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.value(
                "note-add",
                "TEXT",
                "Store TEXT in the header of each output; repeatable",
                text -> given.add(new Given(text, false)));
        options.value(
                "note-file-add",
                "PATH",
                "Store the contents of PATH, or of standard input, in the header; repeatable",
                path -> given.add(new Given(path, true)));
    }

    /// Reads what has not been read yet: not while switches are parsed, because a pipeline in one
    /// process may parse them twice.
    private void readAll() {
        for (Given note : given) {
            try {
                notes.add(SilkHeader.annotation(note.isFile ? text(note.value) : note.value));
            } catch (IOException e) {
                failures.add(Runner.describe(e));
            }
        }
        given.clear();
    }

    private String text(String name) throws IOException {
        if (!InputFiles.isStdin(name)) {
            return Files.readString(env.path(name), StandardCharsets.UTF_8);
        }
        return new String(env.in().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// The notes given.
    ///
    /// @throws ToolException if a note's file could not be read
    public List<SilkHeader.Entry> entries() {
        readAll();
        if (!failures.isEmpty()) {
            throw ToolException.failure("cannot read note: " + failures.getFirst());
        }
        return notes;
    }

    /// The notes given, without those whose file could not be read.
    public List<SilkHeader.Entry> read() {
        readAll();
        return notes;
    }

    /// What is wrong with the notes' files.
    public List<String> failures() {
        readAll();
        return failures;
    }
}
