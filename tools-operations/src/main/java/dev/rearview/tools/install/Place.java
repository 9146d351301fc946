package dev.rearview.tools.install;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The switches that say where an installation is.
final class Place {
    private static final String DEFAULT_PREFIX = "/usr/local";

    private final Env env;
    private Optional<String> prefix = Optional.empty();
    private Optional<String> stage = Optional.empty();

    Place(Env env) {
        this.env = env;
    }

    void declare(Options options) {
        options.value(
                "prefix",
                "DIR",
                "Directory that has bin, lib and share; default " + DEFAULT_PREFIX,
                v -> prefix = Optional.of(SwitchValues.notEmpty(v, "directory")));
        options.value(
                "destdir",
                "DIR",
                "Put this in front of the prefix, to make a package",
                v -> stage = Optional.of(SwitchValues.notEmpty(v, "directory")));
    }

    /// Where the files go.
    Path directory() {
        Path wanted = prefix.map(env::path).orElse(Path.of(DEFAULT_PREFIX)).toAbsolutePath();
        Path whole = wanted.normalize();
        if (stage.isEmpty()) {
            return whole;
        }
        return env.path(stage.get())
                .toAbsolutePath()
                .normalize()
                .resolve(whole.getRoot().relativize(whole));
    }

    /// Where the files are: the installation that is running, unless another one is meant.
    Path installed() {
        Path running = Path.of(System.getProperty("rearview.home", "")).toAbsolutePath();
        boolean isInstalled = Files.exists(running.resolve(Manifest.PATH));
        return prefix.isEmpty() && stage.isEmpty() && isInstalled
                ? running.normalize()
                : directory();
    }
}
