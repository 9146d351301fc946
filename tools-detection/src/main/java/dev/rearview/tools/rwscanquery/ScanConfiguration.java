package dev.rearview.tools.rwscanquery;

import dev.rearview.catalogue.DatabaseUrl;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.SettingLines;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What `.rwscanrc` says: which database, and which classes and types of flows are asked for.
final class ScanConfiguration {
    static final String NAME = ".rwscanrc";
    private static final String DEFAULT_INSTANCE = "SCAN";

    private final Env env;
    private final Map<String, String> values = new HashMap<>();
    private Path base;

    private ScanConfiguration(Env env) {
        this.env = env;
        this.base = env.directory();
    }

    static ScanConfiguration read(Env env) throws IOException {
        ScanConfiguration out = new ScanConfiguration(env);
        Optional<Path> file = find(env);
        if (file.isPresent()) {
            out.load(file.get());
        }
        return out;
    }

    /// The file that `RWSCANRC` names has to be there.
    private static Optional<Path> find(Env env) {
        Optional<String> named = env.variable("RWSCANRC");
        if (named.isPresent()) {
            return named.map(env::path);
        }
        Optional<Path> home = env.variable("HOME").map(env::path).map(h -> h.resolve(NAME));
        return home.filter(Files::isRegularFile).or(() -> SiteOption.shared(env, NAME));
    }

    private void load(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        base = parent == null ? base : parent;
        for (SettingLines.Line line : SettingLines.of(file)) {
            String s = line.text();
            int equals = s.indexOf('=');
            if (equals < 1) {
                throw line.wrong("expected NAME=VALUE");
            }
            values.put(s.substring(0, equals).strip(), s.substring(equals + 1).strip());
        }
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty());
    }

    /// The database of an instance: an address, or a name that the driver makes one of.
    ///
    /// @param instance as `--database` gives it
    DatabaseUrl database(Optional<String> instance) {
        String name = instance.or(() -> value("db_instance")).orElse(DEFAULT_INSTANCE);
        try {
            DatabaseUrl url =
                    DatabaseUrl.isUrl(name) ? DatabaseUrl.parse(name, base) : ofDriver(name);
            return url instanceof DatabaseUrl.Postgres p
                    ? p.as(value("db_userid"), value("db_password"))
                    : url;
        } catch (IllegalArgumentException e) {
            throw new ToolException("no database: " + e.getMessage());
        }
    }

    private DatabaseUrl ofDriver(String name) {
        String driver = value("db_driver").orElse("sqlite");
        return switch (driver) {
            case "sqlite" -> DatabaseUrl.sqlite(name, base);
            case "postgresql" ->
                    DatabaseUrl.parse(
                            "postgresql://"
                                    + env.variable("PGHOST")
                                            .filter(h -> !h.startsWith("/"))
                                            .orElse("localhost")
                                    + env.variable("PGPORT").map(p -> ":" + p).orElse("")
                                    + "/"
                                    + name,
                            base);
            case "oracle", "mysql" ->
                    throw new IllegalArgumentException(
                            "db_driver " + driver + " is not built in: use sqlite or postgresql");
            default -> throw new IllegalArgumentException("unknown db_driver " + driver);
        };
    }

    /// The switches of `rwfilter` for the class and types of a direction.
    ///
    /// @param direction `in` or `out`
    List<String> selection(String direction) {
        return Stream.of("class", "type")
                .flatMap(what ->
                        value("rw_" + direction + "_" + what).stream()
                                .map(v -> "--" + what + "=" + v))
                .toList();
    }
}
