package dev.rearview.bench;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// DuckDB inside this process: the time of the query alone, tables and caches warm.
final class Duck implements Closeable {
    private final Connection db;

    /// @param parquet what the table `flows` is
    Duck(String parquet) throws SQLException {
        db = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement s = db.createStatement()) {
            s.execute("set threads = " + Runtime.getRuntime().availableProcessors());
            s.execute("set timezone = 'UTC'");
            s.execute("create view flows as select * from read_parquet('" + parquet + "')");
        }
    }

    /// Writes the flows as DuckDB would store them itself.
    void copyTo(String path) throws SQLException {
        try (Statement s = db.createStatement()) {
            s.execute("copy flows to '" + path + "' (format parquet, compression zstd)");
        }
    }

    /// The rows of a query, values joined by blanks.
    List<String> rows(String sql) throws SQLException {
        List<String> out = new ArrayList<>();
        try (Statement s = db.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            int n = r.getMetaData().getColumnCount();
            while (r.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= n; i++) {
                    row.append(i == 1 ? "" : " ").append(r.getString(i));
                }
                out.add(row.toString());
            }
        }
        return out;
    }

    @Override
    public void close() {
        try {
            db.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
