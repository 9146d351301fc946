package dev.rearview.catalogue;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a database is: `sqlite:PATH` or `sqlite:///PATH`, or
/// `postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE`.
public sealed interface DatabaseUrl {
    /// A file of SQLite.
    record Sqlite(Path file) implements DatabaseUrl {
        @Override
        public String text() {
            return file.toString();
        }
    }

    /// A database of a server.
    record Postgres(
            String host,
            int port,
            String database,
            Optional<String> user,
            Optional<String> password)
            implements DatabaseUrl {
        @Override
        public String text() {
            return "postgresql://" + host + ":" + port + "/" + database;
        }

        /// The same with a user and a password, where it has none itself.
        public Postgres as(Optional<String> otherUser, Optional<String> otherPassword) {
            return new Postgres(
                    host,
                    port,
                    database,
                    user.or(() -> otherUser),
                    password.or(() -> otherPassword));
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /// The port that a server has unless it is told otherwise.
    int POSTGRES_PORT = 5432;

    /// What a person may be shown: without the password.
    String text();

    /// Whether a text begins as one of the forms.
    static boolean isUrl(String text) {
        return text.startsWith("sqlite:")
                || text.startsWith("postgresql:")
                || text.startsWith("postgres:");
    }

    /// @param base what relative paths are relative to
    /// @throws IllegalArgumentException unless the text has one of the forms
    static DatabaseUrl parse(String text, Path base) {
        String s = text.strip();
        if (s.startsWith("sqlite:")) {
            String path = s.substring("sqlite:".length());
            return sqlite(path.startsWith("//") ? path.substring(2) : path, base);
        }
        Matcher m = Pattern.compile("postgres(?:ql)?://(?:([^@]*)@)?([^@]*)").matcher(s);
        if (m.matches()) {
            return postgres(Optional.ofNullable(m.group(1)), m.group(2));
        }
        // The text may have a password in it, and is not repeated.
        throw new IllegalArgumentException(
                "a database is sqlite:PATH or postgresql://USER:PASSWORD@HOST/DATABASE");
    }

    /// A file of SQLite.
    static Sqlite sqlite(String path, Path base) {
        // SQLite's driver takes what follows a question mark for settings.
        if (path.isEmpty() || path.indexOf('?') >= 0 || path.startsWith(":")) {
            throw new IllegalArgumentException("'" + path + "' names no file of SQLite");
        }
        return new Sqlite(base.resolve(path).toAbsolutePath().normalize());
    }

    private static Postgres postgres(Optional<String> login, String rest) {
        Matcher m =
                Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/([^/?#]+)")
                        .matcher(rest);
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + rest + "' is not HOST[:PORT]/DATABASE");
        }
        int port = m.group(2) == null ? POSTGRES_PORT : Integer.parseInt(m.group(2));
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException(port + " is no port");
        }
        Optional<String> user = login.map(l -> decoded(l.split(":", 2)[0]));
        Optional<String> password =
                login.filter(l -> l.indexOf(':') >= 0).map(l -> decoded(l.split(":", 2)[1]));
        return new Postgres(m.group(1), port, decoded(m.group(3)), user, password);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // What that says has the digits in it, which may be those of a password.
            throw new IllegalArgumentException("a % without two hexadecimal digits behind it");
        }
    }
}
