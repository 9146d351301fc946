package dev.rearview.kit.files;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.silk.Compression;
import java.util.List;
import java.util.Optional;

/// `--compression-method` and `SILK_COMPRESSION_METHOD`.
public final class CompressionOption {
    private final Env env;
    private Optional<String> method = Optional.empty();

    public CompressionOption(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.value(
                        "compression-method",
                        "NAME",
                        "Compression of the output: none, zlib, lzo1x, snappy or best",
                        name -> {
                            Compression.parse(name, true);
                            method = Optional.of(name);
                        })
                .words(() -> List.of("none", "zlib", "lzo1x", "snappy", "best"));
    }

    /// The method for an output.
    ///
    /// @param output its name, which decides what `best` means
    public Compression of(String output) {
        boolean seekable = OutputFiles.isSeekable(env, output);
        if (method.isPresent()) {
            return Compression.parse(method.get(), seekable);
        }
        return env.setting("SILK_COMPRESSION_METHOD", name -> Compression.parse(name, seekable))
                .orElse(Compression.NONE);
    }
}
