package dev.rearview.kit.headers;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.structure.IpSetFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// How IP sets are written: record version, history, notes and compression.
public final class SetOutput {
    private final Env env;
    private final HeaderOptions header;
    private Optional<Integer> version = Optional.empty();

    /// @param past what the set keeps of its inputs' past
    public SetOutput(Env env, History past) {
        this(env, new HeaderOptions(env, past));
    }

    /// @param header switches that are declared already
    public SetOutput(Env env, HeaderOptions header) {
        this.env = env;
        this.header = header;
    }

    public void declare(Options options) {
        declareVersion(options, "record-version");
        header.declare(options);
    }

    public void declareVersion(Options options, String name) {
        options.value(
                name,
                "NUM",
                "Record version of the set: 2, 3, 4, 5, or 0 for the default",
                v -> version = Optional.of(parse(v)));
    }

    /// `--note-strip`.
    public void declareNoteStrip(Options options) {
        header.declareNoteStrip(options);
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
        return version.or(() -> env.setting("SILK_IPSET_RECORD_VERSION", SetOutput::parse))
                .orElse(0);
    }

    /// Fails early where a note cannot be read.
    public void check() {
        header.check();
    }

    /// Writes a set.
    ///
    /// @param kept what was kept of the inputs' past
    public void write(String path, IpSet set, List<SilkHeader.Entry> kept) throws IOException {
        int v;
        try {
            v = IpSetFile.version(set, wanted());
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(path + ": " + e.getMessage());
        }
        try (OutputStream out = header.open(path)) {
            IpSetFile.write(out, set, v, header.settings(path, header.entries(kept)));
        }
    }
}
