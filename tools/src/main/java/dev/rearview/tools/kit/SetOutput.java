package dev.rearview.tools.kit;

import dev.rearview.sets.IpSet;
import dev.rearview.silk.IpSetFile;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How IP sets are written: record version, history, notes and compression.
public final class SetOutput {
    private final Env env;
    private final NoteOptions notes;
    private final CompressionOption compression;
    private Optional<Integer> version = Optional.empty();
    private boolean stripInvocations;

    public SetOutput(Env env) {
        this.env = env;
        this.notes = new NoteOptions(env);
        this.compression = new CompressionOption(env);
    }

    public void declare(Options options) {
        options.value(
                "record-version",
                "NUM",
                "Record version of the set: 2, 3, 4, 5, or 0 for the default",
                v -> version = Optional.of(parse(v)));
        options.flag(
                "invocation-strip",
                "Do not record command lines in the header",
                () -> stripInvocations = true);
        notes.declare(options);
        compression.declare(options);
    }

    private static int parse(String v) {
        return switch (v.strip()) {
            case "0" -> 0;
            case "2" -> 2;
            case "3" -> 3;
            case "4" -> 4;
            case "5" -> 5;
            default -> throw new IllegalArgumentException("expected 0, 2, 3, 4 or 5");
        };
    }

    private int wanted() {
        if (version.isPresent()) {
            return version.get();
        }
        try {
            return env.variable("SILK_IPSET_RECORD_VERSION").map(SetOutput::parse).orElse(0);
        } catch (IllegalArgumentException e) {
            // An invalid value in the environment is ignored, as in SiLK.
            return 0;
        }
    }

    /// Fails early where a note cannot be read.
    public void check() {
        notes.entries();
    }

    /// Writes a set; an existing file is replaced.
    ///
    /// @param history entries of the inputs to carry over
    public void write(String path, IpSet set, List<SilkHeader.Entry> history) throws IOException {
        write(path, set, history, false);
    }

    /// Writes a set.
    ///
    /// @param history entries of the inputs to carry over
    /// @param keepExisting refuse to overwrite an existing regular file
    public void write(String path, IpSet set, List<SilkHeader.Entry> history, boolean keepExisting)
            throws IOException {
        int v;
        try {
            v = IpSetFile.version(set, wanted());
        } catch (IllegalArgumentException e) {
            throw new ToolException(path + ": " + e.getMessage());
        }
        if (OutputFiles.isStdout(path) && env.outIsTerminal()) {
            throw new ToolException("will not write binary data to a terminal");
        }
        List<SilkHeader.Entry> entries = new ArrayList<>();
        for (SilkHeader.Entry e : history) {
            if (!stripInvocations || e.id() != SilkHeader.ENTRY_INVOCATION) {
                entries.add(e);
            }
        }
        if (!stripInvocations) {
            entries.add(SilkHeader.invocation(env.command()));
        }
        entries.addAll(notes.entries());
        try (OutputStream out = OutputFiles.open(env, path, keepExisting)) {
            IpSetFile.write(out, set, v, compression.of(path), env.silkVersion(), entries);
        }
    }
}
