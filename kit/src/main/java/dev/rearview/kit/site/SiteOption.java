package dev.rearview.kit.site;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `--site-config-file`, `--data-rootdir` and the search for silk.conf and for data files.
public final class SiteOption {
    /// Root of the repository where nothing names one.
    public static final String DEFAULT_ROOT = "/data";

    private final Env env;
    private Optional<String> file = Optional.empty();
    private Optional<String> root = Optional.empty();
    private @Nullable Site site;

    public SiteOption(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.value(
                "site-config-file",
                "PATH",
                "Location of the site configuration file, silk.conf",
                value -> file = Optional.of(value));
        options.afterwards(this::checkFile);
    }

    /// A file that is named has to be there, whether or not it turns out to be needed.
    private void checkFile() {
        if (file.isEmpty()) {
            return;
        }
        Path path = env.path(file.get());
        if (file.get().isEmpty() || !Files.isReadable(path) || Files.isDirectory(path)) {
            throw new ToolException(
                    "invalid --site-config-file '" + file.get() + "': cannot read that file");
        }
    }

    public void declareRoot(Options options) {
        declareRoot(
                options,
                "data-rootdir",
                "Root of the repository; default $SILK_DATA_ROOTDIR or " + DEFAULT_ROOT);
    }

    /// The root's switch by another name.
    public void declareRoot(Options options, String name, String help) {
        options.value(
                name,
                "DIR",
                help,
                value -> root = Optional.of(SwitchValues.notEmpty(value, "directory")));
    }

    /// Root of the repository as the user spelt it.
    public String root() {
        return root.or(() -> env.variable("SILK_DATA_ROOTDIR")).orElse(DEFAULT_ROOT);
    }

    /// The repository's root, failing where it is no directory.
    public Path requireRoot() {
        Path path = env.path(root());
        if (!Files.isDirectory(path)) {
            throw ToolException.failure(
                    "repository "
                            + root()
                            + " is not a directory; use --data-rootdir or SILK_DATA_ROOTDIR");
        }
        return path;
    }

    public boolean hasRootSwitch() {
        return root.isPresent();
    }

    /// The site, [Site#NONE] where no configuration is found.
    ///
    /// @throws ToolException if the configuration that is found cannot be read
    public Site site() {
        Site known = site;
        if (known != null) {
            return known;
        }
        Optional<Path> path = find();
        Site loaded = Site.NONE;
        if (path.isPresent()) {
            try {
                loaded = SilkConf.read(path.get());
            } catch (IOException e) {
                String text = Runner.describe(e);
                String gap = text.contains("\n") ? "\n" : " ";
                throw ToolException.failure("cannot read site configuration:" + gap + text);
            }
        }
        site = loaded;
        return loaded;
    }

    /// The site as its configuration is now, failing where there is none.
    public Site reread() {
        site = null;
        return requireSite();
    }

    /// The site, failing where there is none.
    public Site requireSite() {
        Site s = siteOrFail();
        if (s == Site.NONE) {
            throw new ToolException(
                    "no site configuration: use --site-config-file, SILK_CONFIG_FILE"
                            + " or silk.conf in the repository's root");
        }
        return s;
    }

    private Site siteOrFail() {
        Optional<String> named = file.or(() -> env.variable("SILK_CONFIG_FILE"));
        if (named.isPresent() && !Files.isReadable(env.path(named.get()))) {
            throw new ToolException("cannot read site configuration: " + named.get());
        }
        return site();
    }

    /// The configuration that is found.
    public Optional<Path> location() {
        return find();
    }

    private Optional<Path> find() {
        if (file.isPresent()) {
            return file.map(env::path);
        }
        Optional<String> variable = env.variable("SILK_CONFIG_FILE");
        if (variable.isPresent()) {
            return variable.map(env::path).filter(Files::isRegularFile);
        }
        Path inRoot = env.path(root()).resolve("silk.conf");
        return Files.isRegularFile(inRoot) ? Optional.of(inRoot) : shared(env, "silk.conf");
    }

    /// Finds a data file: an absolute name as it is, others below the installation.
    public static Optional<Path> shared(Env env, String name) {
        if (name.startsWith("/")) {
            Path path = Path.of(name);
            return Files.exists(path) ? Optional.of(path) : Optional.empty();
        }
        List<Path> directories = new ArrayList<>();
        env.variable("SILK_PATH")
                .map(env::path)
                .ifPresent(p -> {
                    directories.add(p.resolve("share/silk"));
                    directories.add(p.resolve("share"));
                });
        String home = System.getProperty("rearview.home", "");
        if (!home.isEmpty()) {
            directories.add(Path.of(home, "share", "silk"));
            directories.add(Path.of(home, "share"));
        }
        return directories.stream()
                .map(d -> d.resolve(name))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
