package dev.rearview.catalogue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/// An open database, in one transaction: what was changed is there once it was
/// [committed][#commit].
public final class Database implements AutoCloseable {
    /// Rows that are sent, or fetched, at a time.
    static final int ROWS = 10_000;

    private static final int CONNECT_TIMEOUT_S = 10;
    private static final int BUSY_MS = 10_000;

    private final DatabaseUrl url;
    private final Connection connection;

    private Database(DatabaseUrl url, Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    /// What is done with a database.
    public enum Use {
        READ,
        /// Also write; a file of SQLite that is not there is made.
        WRITE
    }

    /// Work that asks the database.
    @FunctionalInterface
    public interface Work<T> {
        T apply(Connection connection) throws SQLException, IOException;
    }

    /// Takes the rows of an answer.
    @FunctionalInterface
    public interface Rows {
        void row(ResultSet row) throws SQLException, IOException;
    }

    /// Fills in the values of a statement.
    @FunctionalInterface
    public interface Values {
        void set(PreparedStatement statement) throws SQLException;

        /// Of a statement without any.
        Values NONE = statement -> {};
    }

    /// @throws NoSuchFileException if a file of SQLite that is to be read is not there
    public static Database open(DatabaseUrl url, Use use) throws IOException {
        try {
            Connection connection =
                    switch (url) {
                        case DatabaseUrl.Sqlite s -> sqlite(s, use);
                        case DatabaseUrl.Postgres p -> postgres(p, use);
                    };
            connection.setAutoCommit(false);
            return new Database(url, connection);
        } catch (SQLException e) {
            throw new IOException(url.text() + ": " + e.getMessage(), e);
        }
    }

    private static Connection sqlite(DatabaseUrl.Sqlite url, Use use)
            throws SQLException, IOException {
        if (use == Use.READ && !Files.isRegularFile(url.file())) {
            throw new NoSuchFileException(url.file().toString());
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(use == Use.READ);
        config.setBusyTimeout(BUSY_MS);
        config.enableLoadExtension(false);
        return config.createConnection("jdbc:sqlite:" + url.file());
    }

    private static Connection postgres(DatabaseUrl.Postgres url, Use use) throws SQLException {
        Properties p = new Properties();
        url.user().ifPresent(u -> p.setProperty("user", u));
        url.password().ifPresent(w -> p.setProperty("password", w));
        p.setProperty("connectTimeout", Integer.toString(CONNECT_TIMEOUT_S));
        p.setProperty("ApplicationName", "rearview");
        p.setProperty("defaultRowFetchSize", Integer.toString(ROWS));
        String address =
                "jdbc:postgresql://"
                        + url.host()
                        + ":"
                        + url.port()
                        + "/"
                        + URLEncoder.encode(url.database(), StandardCharsets.UTF_8);
        Connection connection = postgresDriver().connect(address, p);
        if (connection == null) {
            throw new SQLException("the driver does not take " + url.text());
        }
        connection.setReadOnly(use == Use.READ);
        return connection;
    }

    /// By its name: its classes bear annotations that are not there when this is compiled.
    private static Driver postgresDriver() throws SQLException {
        try {
            return Class.forName("org.postgresql.Driver")
                    .asSubclass(Driver.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("no driver of PostgreSQL: " + e.getMessage(), e);
        }
    }

    public boolean isPostgres() {
        return url instanceof DatabaseUrl.Postgres;
    }

    /// Its name, for messages.
    public String name() {
        return url.text();
    }

    /// Does some work; what the database says against it becomes a message with its name.
    public <T> T with(Work<T> work) throws IOException {
        try {
            return work.apply(connection);
        } catch (SQLException e) {
            throw new IOException(name() + ": " + e.getMessage(), e);
        }
    }

    /// Asks for rows.
    public void select(String sql, Values values, Rows rows) throws IOException {
        with(c -> {
            try (PreparedStatement s = c.prepareStatement(sql)) {
                s.setFetchSize(ROWS);
                values.set(s);
                try (ResultSet r = s.executeQuery()) {
                    while (r.next()) {
                        rows.row(r);
                    }
                }
            }
            return true;
        });
    }

    /// Executes statements without values.
    public void execute(String... statements) throws IOException {
        with(c -> {
            try (Statement s = c.createStatement()) {
                for (String sql : statements) {
                    s.execute(sql);
                }
            }
            return true;
        });
    }

    /// Makes the changes last.
    public void commit() throws IOException {
        with(c -> {
            c.commit();
            return true;
        });
    }

    @Override
    public void close() throws IOException {
        with(c -> {
            c.rollback();
            c.close();
            return true;
        });
    }
}
