package dev.rearview.tools.kit;

import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// `--note-add` and `--note-file-add`.
public final class NoteOptions {
    private final Env env;
    private final List<SilkHeader.Entry> notes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    public NoteOptions(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.value(
                "note-add",
                "TEXT",
                "Store TEXT in the header of each output; repeatable",
                text -> notes.add(SilkHeader.annotation(text)));
        options.value(
                "note-file-add",
                "PATH",
                "Store the contents of PATH in the header of each output; repeatable",
                this::addFile);
    }

    private void addFile(String name) {
        try {
            String text = Files.readString(env.path(name), StandardCharsets.UTF_8);
            notes.add(SilkHeader.annotation(text));
        } catch (IOException e) {
            failures.add(Runner.describe(e));
        }
    }

    /// The notes given.
    ///
    /// @throws ToolException if a note's file could not be read
    public List<SilkHeader.Entry> entries() {
        if (!failures.isEmpty()) {
            throw new ToolException("cannot read note: " + failures.getFirst());
        }
        return notes;
    }

    /// The notes given, without those whose file could not be read.
    List<SilkHeader.Entry> read() {
        return notes;
    }

    /// What is wrong with the notes' files.
    List<String> failures() {
        return failures;
    }
}
