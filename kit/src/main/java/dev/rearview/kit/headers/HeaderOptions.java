package dev.rearview.kit.headers;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// The header of outputs that are no flows: notes, command lines, compression; and how such outputs
/// are opened.
public final class HeaderOptions {
    private final Env env;
    private final History past;
    private final NoteOptions notes;
    private final CompressionOption compression;
    private boolean stripInvocations;
    private boolean stripNotes;

    /// @param past what the output keeps of its inputs' past
    public HeaderOptions(Env env, History past) {
        this.env = env;
        this.past = past;
        this.notes = new NoteOptions(env);
        this.compression = new CompressionOption(env);
    }

    public void declare(Options options) {
        declareInvocationStrip(options);
        declareNotes(options);
    }

    private void declareInvocationStrip(Options options) {
        options.flag(
                "invocation-strip",
                "Do not record command lines in the header",
                () -> stripInvocations = true);
    }

    /// The switches of outputs that are never compressed.
    public void declareUncompressed(Options options) {
        declareInvocationStrip(options);
        notes.declare(options);
    }

    /// The switches of a tool that cannot leave out command lines.
    public void declareNotes(Options options) {
        notes.declare(options);
        compression.declare(options);
    }

    public void declareNoteStrip(Options options) {
        options.flag("note-strip", "Do not copy the notes of the inputs", () -> stripNotes = true);
    }

    /// Fails early where a note cannot be read.
    public void check() {
        notes.entries();
    }

    /// Says on standard error which notes cannot be read; the others are kept.
    public void checkLeniently() {
        notes.failures().forEach(f -> env.tell("cannot read note: " + f));
    }

    /// The entries of an output.
    ///
    /// @param kept what was kept of its inputs
    public List<SilkHeader.Entry> entries(List<SilkHeader.Entry> kept) {
        List<SilkHeader.Entry> out = new ArrayList<>(inherited(kept));
        out.addAll(own());
        return out;
    }

    /// The entries that come from the inputs, without what is stripped.
    ///
    /// @param kept what was kept of them
    public List<SilkHeader.Entry> inherited(List<SilkHeader.Entry> kept) {
        List<SilkHeader.Entry> out = new ArrayList<>(kept);
        out.removeIf(e ->
                (stripNotes && e.id() == SilkHeader.ENTRY_ANNOTATION)
                        || (stripInvocations && e.id() == SilkHeader.ENTRY_INVOCATION));
        return out;
    }

    /// The entries that the tool adds itself.
    public List<SilkHeader.Entry> own() {
        List<SilkHeader.Entry> out = new ArrayList<>(past.own(env, notes.read()));
        out.removeIf(e -> stripInvocations && e.id() == SilkHeader.ENTRY_INVOCATION);
        return out;
    }

    /// What the output keeps of one input's header.
    public List<SilkHeader.Entry> kept(SilkHeader header, boolean isFirst) {
        return past.kept(header.entries(), isFirst);
    }

    /// The settings of an output with these entries.
    public FileSettings settings(String path, List<SilkHeader.Entry> entries) {
        return new FileSettings(compression.of(path), env.silkVersion(), entries);
    }

    /// Opens a binary output.
    public OutputStream open(String path) throws IOException {
        OutputFiles.checkNoTerminal(env, path);
        return OutputFiles.open(env, path);
    }
}
